// A class with its list in a folder of the test, and requests by its pupils, by others and by its teacher, through the
// routes and a log in memory.

import Foundation
import HTTPWire
import PlanetCore

@testable import PlanetWeb

final class ClassRoom {
    let way: WayIn
    let classes: ClassList
    private let router: Router
    private let folder = NSTemporaryDirectory() + "class-\(UUID().uuidString)"

    init() throws {
        var access = AccessPolicy()
        classes = try ClassList(folder + "/classes.ndjson")
        access.classes = classes
        way = try WayIn(access: access).start()
        router = Routes.router(way.services, bodyLimit: 1 << 20, sample: nil, echo: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func open(_ title: String = "7b") throws -> String {
        try classes.open(title: title, ends: SchoolClass.usualEnd(classes.now)).code
    }

    /// `code` nil: somebody who is in no class.
    func ask(
        _ method: String, _ path: String, _ body: String = "", in code: String? = nil, as pupil: String = "Mia",
        type: String = "application/json", headers: [(String, String)] = [], role: AccessRole = .admin
    ) throws -> Response {
        let handler = { (request: Request, context: LoopContext) in self.router.outcome(of: request, context) }
        return try way.answered(by: handler) {
            let made = try Request(method, path, headers: headers + [("Content-Type", type)])
            var caller = Caller(role: role)
            caller.member = code.map { ClassMember(code: $0, pupil: pupil) }
            return Request(head: made.head, body: Array(body.utf8), caller: caller)
        }
    }

    func post(_ body: String, in code: String? = nil, as pupil: String = "Mia") throws -> Response {
        try ask("POST", "/api/discoveries", body, in: code, as: pupil)
    }

    func withdraw(_ key: String, in code: String? = nil) throws -> Response {
        try ask("DELETE", "/api/planets/\(key)", in: code)
    }

    func undo(_ body: String, _ code: String) throws -> Response {
        try ask("POST", "/api/classes/\(code)/undo", body)
    }

    func reset(_ code: String) throws -> [String: Any] {
        try ask("POST", "/api/classes/\(code)/reset", "{}").object()
    }

    func board(_ code: String) throws -> [String: Any] { try ask("GET", "/api/classes/\(code)").object() }

    func value(_ key: String) -> PlanetState.Value { way.services.catalogue.row(key)?.state.value ?? .nothing }
}
