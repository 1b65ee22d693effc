// Memory that many clients share: no address takes more of it than it leaves to the others. So one alone gets half, two
// a third each, and whoever comes next finds something.

import Basics
import Threads

final class SharedBudget: Sendable {
    enum Verdict: Equatable {
        case taken
        case allIsFull
        case shareIsFull(of: IPAddress)
    }
    private let all: ByteBudget
    /// What each address holds; an entry goes with its last byte.
    private let bySite = Guarded<[IPAddress: Int]>([:])

    init(limit: Int) { all = ByteBudget(limit: limit) }

    var used: Int { all.used }
    var isShort: Bool { all.isShort }

    /// `site`: nil for what is nobody's share.
    func take(_ count: Int, for site: IPAddress?) -> Verdict {
        guard count > 0 else { return .taken }
        guard all.take(count) else { return .allIsFull }
        guard let site else { return .taken }
        let isTaken = bySite.withLock { held in
            let sum = held[site, default: 0] + count
            guard sum <= all.limit - all.used else { return false }
            held[site] = sum
            return true
        }
        if isTaken { return .taken }
        all.giveBack(count)
        return .shareIsFull(of: site)
    }

    func giveBack(_ count: Int, for site: IPAddress?) {
        guard count > 0 else { return }
        all.giveBack(count)
        guard let site else { return }
        bySite.withLock { held in
            let left = (held[site] ?? 0) - count
            held[site] = left > 0 ? left : nil
        }
    }
}
