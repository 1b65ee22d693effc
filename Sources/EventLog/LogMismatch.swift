// The finding that the log was replaced: it lost its end, or is a different log under the same name. The part of the
// process that notices it first records it for all the others. It is never taken back: growing does not make the log
// the old one again.

import Telemetry
import Threads

package final class LogMismatch: Sendable {
    private let found = Guarded<String?>(nil)
    private let metric = Metrics.shared.gauge(
        "planetarium_log_mismatch", "1 where the log was found to have lost records, or to be a different one.")

    package init() { metric.set(0) }

    /// Nil while nothing speaks against the log.
    package var reason: String? { found.withLock { $0 } }

    /// The first finding stays.
    package func note(_ reason: String) {
        let isFirst = found.withLock { found in
            guard found == nil else { return false }
            found = reason
            return true
        }
        guard isFirst else { return }
        metric.set(1)
        Log.error("the log is not the one it was; nothing is taken any more", ["reason": reason])
    }

    /// The advice appended to every such finding.
    package static let advice =
        "The topic was deleted and made again (recreated), or the log has lost its last records, or it is another log"
}
