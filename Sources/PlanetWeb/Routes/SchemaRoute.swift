// GET /api/schema: the columns, for the form and for programs; and the API's other parts, its routes and rules.

import Basics
import HTTPWire
import JSONText
import PlanetCore
import Reactor
import TableFiles

struct SchemaRoute: Sendable {
    private let body: CodedBytes
    private let tag: EntityTag

    /// `router` has all other routes.
    init(beside router: Router, _ services: WebServices) {
        let topics = services.topics
        let routes = router.routes.map { ($0.method.rawValue, $0.path) } + [("GET", "/api/schema")]
        let bodies = BodyError.Code.allCases.map(\.rawValue) + TableFileError.Code.allCases.map(\.rawValue)
        let rules = bodies + RequestRule.allCases.map(\.rawValue)
        let bytes = SchemaJSON.bytes { writer in
            writer.object("topics") { writer in
                writer.member("discoveries", topics.discoveries)
                writer.member("rejected", topics.rejected)
            }
            writer.member("writing", services.access.writing)
            writer.member("classes", services.access.classes != nil)
            writer.array("request_rules", rules)
            writer.array("routes") { writer in
                for (method, path) in routes {
                    writer.object { writer in
                        writer.member("method", method)
                        writer.member("path", path)
                    }
                }
            }
        }
        body = CodedBytes(SharedBytes(bytes), level: 9)
        tag = EntityTag(String(SHA256.hex(bytes).prefix(32)))
    }

    @Sendable func show(_ request: Request, _ context: LoopContext) -> Outcome {
        .reply(
            Response.read(request, [tag], isCoded: true) { .json(body) }.with("Cache-Control", "max-age=300"))
    }
}
