// Open connections over all loops: how many there are, and how many per address. Both are bounded.

import Basics
import Synchronization
import Telemetry
import Threads

final class ConnectionCounts: Sendable {
    enum Verdict {
        case welcome
        /// Counted all the same: it is answered, and ends.
        case refused(String)
    }

    private let limit: Int
    private let limitPerSite: Int
    private let all = Atomic<Int>(0)
    /// For addresses counted one by one; an entry ends with its last connection.
    private let bySite = Guarded<[IPAddress: Int]>([:])
    private let refusals: (all: Counter, site: Counter)
    private static let warning = RareWarning("connections are refused")

    init(_ limits: ServerLimits, _ metrics: Metrics) {
        limit = limits.connections
        limitPerSite = limits.connectionsPerAddress > 0 ? limits.connectionsPerAddress : .max
        func counter(_ reason: String) -> Counter {
            metrics.counter(
                "planetarium_http_refused_connections_total", "Connections refused, by the limit they met.",
                labels: ["limit": reason])
        }
        refusals = (counter("all"), counter("address"))
    }

    var count: Int { all.load(ordering: .relaxed) }

    /// `site`: nil if it is not counted by address.
    func begin(_ site: IPAddress?, now: UInt64) -> Verdict {
        let count = all.wrappingAdd(1, ordering: .relaxed).newValue
        let ofSite = site.map { site in
            bySite.withLock { counts in
                counts[site, default: 0] += 1
                return counts[site] ?? 0
            }
        }
        if count > limit {
            refusals.all.add()
            ConnectionCounts.warning.note(at: now, "all \(limit) are taken (--connections)")
            return .refused("too many connections")
        }
        if let site, ofSite ?? 0 > limitPerSite {
            refusals.site.add()
            ConnectionCounts.warning.note(at: now, "\(site) has \(limitPerSite) (--connections-per-address)")
            return .refused("too many connections from your address")
        }
        return .welcome
    }

    func end(_ site: IPAddress?) {
        all.wrappingSubtract(1, ordering: .relaxed)
        guard let site else { return }
        bySite.withLock { counts in
            let left = (counts[site] ?? 0) - 1
            counts[site] = left > 0 ? left : nil
        }
    }
}
