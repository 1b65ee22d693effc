// How long a cluster's answer is waited for: as the options say, and hardly at all once the process is to end.

import Synchronization

final class KafkaPatience: Sendable {
    private let value: Atomic<Int32>
    /// A stop asks several things one after the other, each of which may find the cluster away.
    private static let atStop: Int32 = 500

    init(milliseconds: Int32) { value = Atomic(milliseconds) }

    var milliseconds: Int32 { value.load(ordering: .relaxed) }

    func giveUpSoon() { value.store(min(milliseconds, KafkaPatience.atStop), ordering: .relaxed) }
}
