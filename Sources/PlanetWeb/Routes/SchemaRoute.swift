// GET /api/schema: the columns, for the form and for programs.

import PlanetCore
import Reactor

struct SchemaRoute: Sendable {
    private let body = SharedBytes(SchemaJSON.bytes())

    @Sendable func show(_ request: Request, _ context: LoopContext) -> Outcome {
        .reply(Response.json(body).with("Cache-Control", "max-age=300"))
    }
}
