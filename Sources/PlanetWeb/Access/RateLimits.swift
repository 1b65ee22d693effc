// How many requests a sender may make: a bucket that fills steadily and loses one per request (GCRA). Senders are
// tokens, else addresses (an IPv6 network counts as one). The table is bounded.

import Basics
import HTTPWire
import Threads

package struct RateLimit: Sendable, Equatable {
    /// Requests a second.
    package let rate: Double
    /// Requests at once, after a pause.
    package let burst: Int

    package init(rate: Double, burst: Int) {
        self.rate = rate
        self.burst = burst
    }

    /// Nanoseconds in which the bucket gains one request.
    fileprivate var step: UInt64 { UInt64(1e9 / rate) }
}

/// The state in which a request found its sender's bucket.
struct RateState: Sendable, Equatable {
    let name: String
    let limit: RateLimit
    /// Requests left.
    let left: Int
    /// Nanoseconds until the next one is allowed, if this one was refused; 0: it was allowed.
    let wait: UInt64

    /// draft-ietf-httpapi-ratelimit-headers.
    var fields: [ResponseField] {
        let window = max(1, Int((Double(limit.burst) / limit.rate).rounded(.up)))
        let reset = wait > 0 ? seconds : max(1, Int((1 / limit.rate).rounded(.up)))
        return [
            ResponseField("RateLimit-Policy", "\"\(name)\";q=\(limit.burst);w=\(window)"),
            ResponseField("RateLimit", "\"\(name)\";r=\(left);t=\(reset)"),
        ]
    }

    /// How long to wait before another try.
    var seconds: Int { Int((Double(wait) / 1e9).rounded(.up)) }
}

final class RateTable: Sendable {
    enum Sender: Hashable, Sendable {
        case address(IPAddress)
        case token(String)
        /// All those for whom there was no room.
        case others
    }
    /// When each sender's bucket will be full again: nothing else need be stored.
    private struct Table: Sendable {
        var full: [Sender: UInt64] = [:]
    }
    static let capacity = 65_536

    private let name: String
    private let limit: RateLimit
    private let table = Guarded(Table())

    init(_ name: String, _ limit: RateLimit) {
        self.name = name
        self.limit = limit
    }

    /// Takes one request. `now`: nanoseconds that never decrease. `isFree`: only asks.
    func take(_ sender: Sender, at now: UInt64, isFree: Bool = false) -> RateState {
        let (step, burst) = (limit.step, UInt64(limit.burst))
        return table.withLock { table in
            var sender = sender
            if table.full[sender] == nil, table.full.count >= RateTable.capacity {
                // A full bucket is as good as none.
                table.full = table.full.filter { $0.value > now }
                if table.full.count >= RateTable.capacity { sender = .others }
            }
            let full = max(table.full[sender] ?? 0, now)
            let after = full + step
            guard after <= now + step * burst else {
                return RateState(name: name, limit: limit, left: 0, wait: after - (now + step * burst))
            }
            if !isFree { table.full[sender] = after }
            let left = Int((now + step * burst - (isFree ? full : after)) / step)
            return RateState(name: name, limit: limit, left: left, wait: 0)
        }
    }

    var count: Int { table.withLock { $0.full.count } }
}

/// The tables of a server.
final class RateLimiter: Sendable {
    private let reads: RateTable?
    private let writes: RateTable?
    /// Unknown tokens: guessing is slowed down, whatever else is set.
    private let guesses = RateTable("wrong-token", RateLimit(rate: 1, burst: 20))

    init(reads: RateLimit?, writes: RateLimit?) {
        self.reads = reads.map { RateTable("read", $0) }
        self.writes = writes.map { RateTable("write", $0) }
    }

    /// Nil: not limited.
    func take(_ caller: Caller, isWrite: Bool, at now: UInt64) -> RateState? {
        guard let table = isWrite ? writes : reads, caller.role != .admin || caller.holder == nil else { return nil }
        let address = caller.address.map { RateTable.Sender.address($0.site) }
        return table.take(caller.holder.map { .token($0.name) } ?? address ?? .others, at: now)
    }

    /// Before a token is looked up: whether this address has sent too many wrong ones.
    func mayGuess(_ address: IPAddress, at now: UInt64) -> RateState {
        guesses.take(.address(address.site), at: now, isFree: true)
    }

    func guessedWrong(_ address: IPAddress, at now: UInt64) { _ = guesses.take(.address(address.site), at: now) }
}

extension Response {
    static func tooMany(_ state: RateState) -> Response {
        var response = Response.problem(
            429, "Too many requests (\(state.name)): \(state.limit.burst) at once, then \(state.limit.rate) a second.")
        response.headers.append(ResponseField("Retry-After", "\(max(1, state.seconds))"))
        response.headers += state.fields
        return response
    }
}
