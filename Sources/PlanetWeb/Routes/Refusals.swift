// Answers that several routes give when something is not there: the catalogue, the board, a planet.

import Synchronization

extension Response {
    static let catalogueNotReady = Response.problem(503, "The catalogue is still being read from the log.")
        .with("Retry-After", "1")
    static let boardNotReady = Response.problem(503, "The stream has not published a board yet.")
        .with("Retry-After", "1")

    /// `name`: as it stood in the path.
    static func noPlanet(_ name: String) -> Response {
        .problem(404, "There is no planet \(name.prefix(100)) in the catalogue.")
    }
}

extension WebServices {
    /// Whether the catalogue has read the log as far as it went at the start.
    var isCatalogueReady: Bool { isReady.load(ordering: .acquiring) }
}
