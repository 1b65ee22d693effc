// GET /api/resolve?name=: which planet or star a name means, and why.

import HTTPWire
import JSONText
import PlanetCore

struct ResolveRoute: Sendable {
    let services: WebServices

    @Sendable func show(_ request: Request, _ context: LoopContext) -> Outcome {
        var faults: [Problem.Fault] = []
        var name: String?
        for item in request.query {
            func fault(_ rule: RequestRule, _ detail: String) {
                faults.append(
                    Problem.Fault(
                        field: item.name, value: String(item.value.prefix(200)), rule: rule, detail: detail))
            }
            if item.name != "name" {
                fault(.unknown_parameter, "The only parameter is name.")
            } else if item.value.isEmpty || item.value.utf8.count > NameSearch.longestName {
                fault(.out_of_range, "A name has 1 to \(NameSearch.longestName) bytes.")
            } else {
                name = item.value
            }
        }
        if name == nil, faults.isEmpty {
            faults.append(
                Problem.Fault(field: "name", value: "", rule: .out_of_range, detail: "Say which name is meant."))
        }
        guard faults.isEmpty, let name else {
            return .reply(.problem(400, "The query cannot be answered.", errors: faults))
        }
        // The nearest names are searched for among all.
        return services.answer(request) { [catalogue = services.catalogue] _ in
            let resolution = NameResolution(name, in: catalogue)
            return Response.json(ResolveRoute.json(name, resolution)).with("Cache-Control", "no-cache")
        }
    }

    private static func json(_ name: String, _ found: NameResolution) -> [UInt8] {
        JSONWriter.object(capacity: 1024) {
            $0.member("name", name)
            $0.member("why", found.why.rawValue)
            if let alias = found.alias {
                $0.object("alias") {
                    $0.member("alias", alias.name)
                    $0.member("alias_of", alias.canonical)
                    $0.optional("source", alias.source)
                }
            }
            if let row = found.planet {
                $0.object("planet") { $0.found(row) }
            } else {
                $0.optional("planet", raw: nil)
            }
            if found.why == .host {
                $0.object("star") {
                    $0.optional("hostname", found.host)
                    $0.array("planets") { for row in found.planets { $0.object { $0.found(row) } } }
                }
            } else {
                $0.optional("star", raw: nil)
            }
            $0.array("nearest") {
                for near in found.near {
                    $0.object {
                        $0.member("name", near.name)
                        $0.member("key", near.key)
                        $0.member("distance", near.distance)
                    }
                }
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func found(_ row: PlanetRow) {
        member("key", row.key)
        member("pl_name", row.discovery?[.pl_name] ?? row.changedPlanet?.name ?? row.key)
        optional("hostname", row.discovery?[.hostname])
        member("revision", Int(row.revision))
        member("withdrawn", row.discovery == nil)
    }
}
