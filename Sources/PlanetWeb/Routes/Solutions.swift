// A planet's solutions side by side: the records of its history with different references, each in its newest form, the
// planet's own first. A record without a reference counts if it says whether it is the default. PlanetRoute.swift has
// the history itself.

import JSONText
import PlanetCore

struct Solutions {
    private struct Solution {
        let item: HistoryItem
        let discovery: Discovery
        let isCurrent: Bool
    }
    private var all: [Solution] = []
    private static let references: [TextColumn] = [.pl_refname, .st_refname, .sy_refname, .disc_refname]

    /// `values`: of the row's history, by offset. Nil if there are no solutions.
    init?(_ row: PlanetRow, _ values: HistoryValues) {
        var decoder = DiscoveryDecoder(isStored: true)
        var seen: Set<String> = []
        let current = row.discovery == nil ? nil : row.current?.position.offset
        // The planet's own first, then from the newest.
        let newest = row.history.reversed()
        for item in newest.filter({ $0.position.offset == current }) + newest.filter({ $0.position.offset != current })
        where item.change != .duplicate {
            guard let value = values[item.position.offset], case .accept(let valid) = decoder.decode(value),
                let solution = Solutions.name(valid.discovery), seen.insert(solution).inserted
            else { continue }
            all.append(
                Solution(
                    item: item, discovery: valid.discovery, isCurrent: item.position.offset == current))
        }
        if all.isEmpty { return nil }
    }

    private static func name(_ discovery: Discovery) -> String? {
        if let reference = discovery[.pl_refname] { return reference }
        guard discovery[.default_flag] != nil else { return nil }
        return discovery.isOtherSolution ? String(decoding: DiscoveryJSON.bytes(discovery), as: UTF8.self) : "default"
    }

    func write(to writer: inout JSONWriter) {
        writer.array("solutions") { writer in
            for solution in all {
                writer.object {
                    $0.member("current", solution.isCurrent)
                    $0.member("revision", solution.item.revision)
                    $0.place(nil, solution.item.position)
                    $0.array("references") { writer in
                        for column in Solutions.references {
                            guard let given = solution.discovery[column] else { continue }
                            let reference = Reference(given)
                            writer.object {
                                $0.member("column", column.name)
                                $0.member("text", reference.text)
                                $0.optional("link", reference.link)
                            }
                        }
                    }
                    $0.raw("planet", DiscoveryJSON.bytes(solution.discovery))
                }
            }
        }
    }
}
