// Memory that many threads share for one purpose: bytes are taken and given back, never more than there are.

import Synchronization

package final class ByteBudget: Sendable {
    package let limit: Int
    private let taken = Atomic<Int>(0)

    package init(limit: Int) { self.limit = limit }

    /// How many are taken now.
    package var used: Int { taken.load(ordering: .relaxed) }

    /// False, and takes nothing, if there are not enough left.
    package func take(_ count: Int) -> Bool {
        if taken.wrappingAdd(count, ordering: .relaxed).newValue <= limit { return true }
        giveBack(count)
        return false
    }

    /// Takes them even if there is no room.
    package func add(_ count: Int) { taken.wrappingAdd(count, ordering: .relaxed) }

    package func giveBack(_ count: Int) { taken.wrappingSubtract(count, ordering: .relaxed) }

    /// Less than a tenth is left.
    package var isShort: Bool { used > limit / 10 * 9 }
}
