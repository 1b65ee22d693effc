// GET /api/schema: the columns, for the form and for programs; and what else the API has, its routes and rules.

import JSONText
import PlanetCore
import Reactor

struct SchemaRoute: Sendable {
    private let body: SharedBytes

    /// `router` has all other routes; `counted` says what the board counts by columns.
    init(beside router: Router, counted: [CountedColumns]) {
        let routes = router.routes.map { ($0.method.rawValue, $0.path) } + [("GET", "/api/schema")]
        let rules = BodyError.Code.allCases.map(\.rawValue) + RequestRule.allCases.map(\.rawValue)
        body = SharedBytes(
            SchemaJSON.bytes { writer in
                writer.array("counted") { writer in
                    for row in counted {
                        writer.object { writer in
                            writer.member("aggregate", row.aggregate)
                            writer.array("by", row.by)
                            writer.member("counts_null", row.countsNull)
                        }
                    }
                }
                writer.array("request_rules", rules)
                writer.array("routes") { writer in
                    for (method, path) in routes {
                        writer.object { writer in
                            writer.member("method", method)
                            writer.member("path", path)
                        }
                    }
                }
            })
    }

    @Sendable func show(_ request: Request, _ context: LoopContext) -> Outcome {
        .reply(Response.json(body).with("Cache-Control", "max-age=300"))
    }
}
