// /api/classes: a teacher opens, changes, closes and removes classes, and sees who sent what; pupils see it while the
// class is open. Not taking back (ClassUndoRoute.swift).

import Basics
import HTTPWire
import JSONText
import PlanetCore
import Telemetry

struct ClassesRoute: Sendable {
    let services: WebServices

    static let none = Response.problem(404, "No classes are kept here (--classes).")

    static func noClass(_ code: String) -> Response {
        .faulty(
            404, "There is no such class.", "code", code, .unknown_class,
            "\(ClassCode.length) letters and digits, as the teacher's page shows them.")
    }

    // MARK: Reading

    @Sendable func list(_ request: Request, _ context: LoopContext) -> Outcome {
        guard let classes = services.access.classes else { return .reply(ClassesRoute.none) }
        let index = services.classes
        let json = JSONWriter.object(capacity: 1024) {
            $0.array("classes") { writer in
                for each in classes.all {
                    let ledger = index[each.code]
                    writer.object {
                        $0.about(each, at: classes.now, prefix: request.caller.prefix)
                        $0.member("pupils", ledger?.pupils.count ?? 0)
                        $0.member("records", ledger?.all.records ?? 0)
                    }
                }
            }
        }
        return .reply(ClassesRoute.tagged(request, json))
    }

    @Sendable func show(_ request: Request, _ context: LoopContext) -> Outcome {
        guard let classes = services.access.classes else { return .reply(ClassesRoute.none) }
        var page = PageQuery()
        for item in page.items(request.query) where !page.take(item) {
            page.fault(item, .unknown_parameter, "The parameters are limit and offset.")
        }
        if let refusal = page.refusal { return .reply(refusal) }
        let given = request.parameter("code")
        let (caller, now) = (request.caller, context.now)
        if let rate = classes.waits(caller.address, at: now) { return .reply(.tooMany(rate)) }
        guard let found = ClassCode.parse(given).flatMap({ classes[$0] }) else {
            if !caller.may(.curate) { classes.guessedWrong(caller.address, at: now) }
            return .reply(ClassesRoute.noClass(given))
        }
        // Its names are for the class, and for as long as it lasts.
        let isShown = caller.may(.curate) || found.state(at: classes.now) == .open
        return services.answer(request) { [services, page] _ in
            let json = JSONWriter.object(capacity: 4096) {
                $0.about(found, at: classes.now, prefix: caller.prefix)
                if isShown { ClassBoard(found.code, services).write(to: &$0, page) }
            }
            return ClassesRoute.tagged(request, json)
        }
    }

    /// With a tag of the whole text.
    private static func tagged(_ request: Request, _ json: [UInt8]) -> Response {
        var hash = FNV1a()
        hash.add(json)
        let tag = EntityTag(String(hash.hash, radix: 16))
        return Response.read(request, [tag], isCoded: false) { .json(json) }.forCallerAlone
    }

    // MARK: Changing

    @Sendable func open(_ request: Request, _ context: LoopContext) -> Outcome {
        change(request, ["title", "ends"]) { (classes, body) throws(AccessFailure) in
            guard let title = body.title else {
                return .faulty(
                    400, "The class has no title.", "title", nil, .missing_member,
                    "A text of 1 to \(DisplayName.longestTitle) characters.")
            }
            let made = try classes.open(title: title, ends: body.ends ?? SchoolClass.usualEnd(classes.now))
            note(.open_class, request)
            return answer(made, classes, request, status: 201).with(
                "Location", request.caller.prefix + "/api/classes/" + made.code)
        }
    }

    @Sendable func update(_ request: Request, _ context: LoopContext) -> Outcome {
        let given = request.parameter("code")
        return change(request, ["title", "ends", "open"]) { (classes, body) throws(AccessFailure) in
            guard let code = ClassCode.parse(given), classes[code] != nil else { return ClassesRoute.noClass(given) }
            let now = classes.now
            _ = try classes.change(code) { known in
                guard var after = known else { return nil }
                if let title = body.title { after.title = title }
                if let ends = body.ends { after.ends = ends }
                if let isOpen = body.isOpen { after.isClosed = !isOpen }
                if body.isOpen == true, after.ends <= now { after.ends = SchoolClass.usualEnd(now) }
                return after
            }
            guard let after = classes[code] else { return ClassesRoute.noClass(given) }
            note(.change_class, request)
            return answer(after, classes, request, status: 200)
        }
    }

    @Sendable func remove(_ request: Request, _ context: LoopContext) -> Outcome {
        guard let classes = services.access.classes else { return .reply(ClassesRoute.none) }
        let given = request.parameter("code")
        guard let code = ClassCode.parse(given), classes[code] != nil else {
            return .reply(ClassesRoute.noClass(given))
        }
        return services.answer(request) { [services] _ in
            do throws(AccessFailure) {
                _ = try classes.change(code) { _ in nil }
                services.classes.forget(code)
                note(.remove_class, request)
                return .empty(status: 204)
            } catch {
                return ClassesRoute.failed(error)
            }
        }
    }

    /// Writes the file, which takes longer than an event loop may wait.
    private func change(
        _ request: Request, _ members: Set<String>,
        _ body: @escaping @Sendable (ClassList, ClassBody) throws(AccessFailure) -> Response
    ) -> Outcome {
        guard let classes = services.access.classes else { return .reply(ClassesRoute.none) }
        let given: ClassBody
        do throws(ClassBody.Refused) {
            given = try ClassBody(request, members, now: classes.now)
        } catch {
            return .reply(error.response)
        }
        return services.answer(request) { _ in
            do throws(AccessFailure) { return try body(classes, given) } catch { return ClassesRoute.failed(error) }
        }
    }

    private func answer(
        _ made: SchoolClass, _ classes: ClassList, _ request: Request, status: Int
    ) -> Response {
        .json(
            JSONWriter.object { $0.about(made, at: classes.now, prefix: request.caller.prefix) }, status: status)
    }

    private func note(_ action: AuditEntry.Action, _ request: Request) {
        services.auditLog?.add(AuditEntry(action, request).line([], services.topics))
    }

    private static func failed(_ failure: AccessFailure) -> Response {
        Log.error("the file of classes is not written", ["reason": failure])
        return .problem(503, "The classes cannot be changed now: \(failure).")
    }
}
