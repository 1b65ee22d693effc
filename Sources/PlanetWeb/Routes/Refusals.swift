// Answers that several routes give when something is not there: the catalogue, the board, a planet.

import PlanetCore
import Synchronization

extension Response {
    fileprivate static let catalogueNotReady = Response.problem(503, "The catalogue is still being read from the log.")
        .with("Retry-After", "1")
    static let boardNotReady = Response.problem(503, "The stream has not published a board yet.")
        .with("Retry-After", "1")

    /// `name`: as it stood in the path.
    static func noPlanet(_ name: String) -> Response {
        .problem(404, "There is no planet \(name.prefix(100)) in the catalogue.")
    }

    static func noAlias(_ name: String) -> Response {
        .problem(404, "There is no alias \(name.prefix(100)) in the catalogue.")
    }

    static func isAlias(_ name: String, _ alias: PlanetAlias) -> Response {
        let issue = FieldIssue(
            field: "key", value: name, rule: .known_alias, note: "it is an alias of \(alias.canonical)")
        return .problem(
            409, "Withdraw the planet under its own name, or remove the alias at /api/aliases.", errors: [issue.fault])
    }
}

extension WebServices {
    /// Whether the catalogue has read the log as far as it went at the start.
    var isCatalogueReady: Bool { isReady.load(ordering: .acquiring) }

    /// The answer while it has not.
    var notReady: Response {
        health.trouble().map { Response.problem(503, $0).with("Retry-After", "5") } ?? .catalogueNotReady
    }
}
