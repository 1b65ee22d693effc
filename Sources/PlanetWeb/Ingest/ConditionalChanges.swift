// Changes under a condition (If-Match, If-None-Match), one at a time for each key: of two made from the same revision
// only one succeeds. Does not see what other processes and unconditional requests append meanwhile.

import Synchronization
import Threads

final class ConditionalChanges: Sendable {
    typealias Waiter = @Sendable () -> Void

    /// Who waits for the end of a key's change: no more than there are requests under way.
    private let underWay = Guarded<[String: [Waiter]]>([:])

    /// Nil: another change of the key is under way, and `later` runs after it.
    func begin(_ key: String, orLater later: @escaping Waiter) -> ConditionalChange? {
        let isFirst = underWay.withLock { underWay in
            guard underWay[key] == nil else {
                underWay[key]?.append(later)
                return false
            }
            underWay[key] = []
            return true
        }
        return isFirst ? ConditionalChange(self, key) : nil
    }

    fileprivate func end(_ key: String) {
        let waiting = underWay.withLock { $0.removeValue(forKey: key) } ?? []
        for waiter in waiting { waiter() }
    }
}

/// A change of one key that is under way until it is ended or dropped.
final class ConditionalChange: Sendable {
    private let changes: ConditionalChanges
    private let key: String
    private let isUnderWay = Atomic<Bool>(true)

    fileprivate init(_ changes: ConditionalChanges, _ key: String) {
        self.changes = changes
        self.key = key
    }

    deinit { end() }

    /// Call it before giving the answer, so that the client's next change finds none under way.
    func end() { if isUnderWay.exchange(false, ordering: .acquiringAndReleasing) { changes.end(key) } }
}
