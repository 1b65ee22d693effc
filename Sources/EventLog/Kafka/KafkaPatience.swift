// How long to wait for a cluster's answer: as the options say, and hardly at all once the process is about to end.

import Synchronization

final class KafkaPatience: Sendable {
    private let value: Atomic<Int32>
    /// Stopping asks several questions in turn, each of which may find the cluster away.
    private static let atStop: Int32 = 500

    init(milliseconds: Int32) { value = Atomic(milliseconds) }

    var milliseconds: Int32 { value.load(ordering: .relaxed) }

    func giveUpSoon() { value.store(min(milliseconds, KafkaPatience.atStop), ordering: .relaxed) }
}
