// How many requests a sender may make, and how many records it may send: buckets that fill steadily, of which each
// request takes one, and each record one (GCRA). Senders are tokens, else addresses (an IPv6 network counts as one).
// The tables are bounded.

import Basics
import HTTPWire
import Threads

package struct RateLimit: Sendable, Equatable {
    /// Requests or records a second.
    package let rate: Double
    /// At once, after a time without any.
    package let burst: Int
    /// What comes from an address that stands for many clients is not limited.
    package var sparesMany = false

    package init(rate: Double, burst: Int) {
        self.rate = rate
        self.burst = burst
    }

    /// Ten seconds' worth at once.
    package init(perSecond: Int) { self.init(rate: Double(perSecond), burst: perSecond * 10) }

    /// Nanoseconds in which the bucket gets one more.
    fileprivate var step: UInt64 { UInt64(1e9 / rate) }
}

/// The state in which a request found its sender's bucket.
struct RateState: Sendable, Equatable {
    let name: String
    let limit: RateLimit
    /// What is left.
    let left: Int
    /// Nanoseconds until the next one is allowed, if this one was refused; 0: it was allowed.
    let wait: UInt64

    fileprivate var policyItem: String {
        "\"\(name)\";q=\(limit.burst);w=\(max(1, Int((Double(limit.burst) / limit.rate).rounded(.up))))"
    }

    fileprivate var item: String {
        let reset = wait > 0 ? seconds : max(1, Int((1 / limit.rate).rounded(.up)))
        return "\"\(name)\";r=\(left);t=\(reset)"
    }

    /// How long to wait before another try.
    var seconds: Int { Int((Double(wait) / 1e9).rounded(.up)) }
}

extension [RateState] {
    /// draft-ietf-httpapi-ratelimit-headers.
    var fields: [ResponseField] {
        isEmpty
            ? []
            : [
                ResponseField("RateLimit-Policy", map(\.policyItem).joined(separator: ", ")),
                ResponseField("RateLimit", map(\.item).joined(separator: ", ")),
            ]
    }
}

/// What a request has taken of its sender's buckets. What it sends is known later than that it is sent.
final class RatesTaken: Sendable {
    private let states: Guarded<[RateState]>
    private let records: (table: RateTable, sender: RateTable.Sender)?

    fileprivate init(_ states: [RateState], _ records: (table: RateTable, sender: RateTable.Sender)?) {
        self.states = Guarded(states)
        self.records = records
    }

    /// Takes so many records besides the one that the request itself has taken. The answer to a sender who owes some
    /// already; nil: it may go on.
    func charge(_ count: Int, at now: UInt64) -> Response? {
        guard count > 0, let records else { return nil }
        let state = records.table.owe(count, records.sender, at: now)
        states.withLock { states in
            states.removeLast()
            states.append(state)
        }
        return state.wait > 0 ? .tooMany(state) : nil
    }

    var fields: [ResponseField] { states.withLock { $0 }.fields }
}

final class RateTable: Sendable {
    enum Sender: Hashable, Sendable {
        case address(IPAddress)
        case token(String)
        /// All those for whom there was no room.
        case others
    }
    /// When each sender's bucket will be full again: nothing else need be known of it. Who owes something has a time
    /// that lies further ahead than an empty bucket's.
    private struct Table: Sendable {
        var full: [Sender: UInt64] = [:]
    }
    static let capacity = 65_536

    private let name: String
    fileprivate let limit: RateLimit
    private let table = Guarded(Table())

    init(_ name: String, _ limit: RateLimit) {
        self.name = name
        self.limit = limit
    }

    /// Takes one, where one is left. `now`: nanoseconds that never go back. `isFree`: only asks.
    func take(_ sender: Sender, at now: UInt64, isFree: Bool = false) -> RateState {
        take(isFree ? 0 : 1, needing: 1, sender, at: now)
    }

    /// Takes as many as there are, and more than are left: the sender waits until it has them. Nothing where it owes
    /// some already.
    fileprivate func owe(_ count: Int, _ sender: Sender, at now: UInt64) -> RateState {
        take(UInt64(count), needing: 0, sender, at: now)
    }

    private func take(_ count: UInt64, needing least: UInt64, _ sender: Sender, at now: UInt64) -> RateState {
        let step = limit.step
        // When a bucket that is empty now will be full.
        let empty = now + step * UInt64(limit.burst)
        return table.withLock { table in
            var sender = sender
            if table.full[sender] == nil, table.full.count >= RateTable.capacity {
                // A full bucket is as good as none.
                table.full = table.full.filter { $0.value > now }
                if table.full.count >= RateTable.capacity { sender = .others }
            }
            let full = max(table.full[sender] ?? 0, now)
            guard full + least * step <= empty else {
                return RateState(name: name, limit: limit, left: 0, wait: full + step - empty)
            }
            let after = full + count * step
            if count > 0 { table.full[sender] = after }
            return RateState(name: name, limit: limit, left: after < empty ? Int((empty - after) / step) : 0, wait: 0)
        }
    }

    var count: Int { table.withLock { $0.full.count } }
}

/// The tables of a server.
final class RateLimiter: Sendable {
    private let reads: RateTable?
    private let writes: RateTable?
    private let records: RateTable?
    private let standsForMany: @Sendable (IPAddress) -> Bool
    /// Tokens that are nobody's: who guesses is slowed down, whatever else is set.
    private let guesses = RateTable("wrong-token", RateLimit(rate: 1, burst: 20))

    /// `records`: those that come with writing requests. `standsForMany`: see `WebServer.Options`.
    init(
        reads: RateLimit?, writes: RateLimit?, records: RateLimit? = nil,
        standsForMany: @escaping @Sendable (IPAddress) -> Bool = { _ in false }
    ) {
        self.reads = reads.map { RateTable("read", $0) }
        self.writes = writes.map { RateTable("write", $0) }
        self.records = records.map { RateTable("records", $0) }
        self.standsForMany = standsForMany
    }

    /// Takes one request, and of one that writes a record, from each bucket that the caller has. The answer to one too
    /// many; nil: it may go on.
    func refusal(_ caller: inout Caller, isWrite: Bool, at now: UInt64) -> Response? {
        let tables = isWrite ? [writes, records] : [reads]
        guard caller.role != .admin || caller.holder == nil else { return nil }
        var states: [RateState] = []
        var sending: (RateTable, RateTable.Sender)?
        for table in tables {
            guard let table, let sender = sender(caller, table.limit) else { continue }
            let state = table.take(sender, at: now)
            guard state.wait == 0 else { return .tooMany(state, after: states) }
            states.append(state)
            if table === records { sending = (table, sender) }
        }
        caller.rates = states.isEmpty ? nil : RatesTaken(states, sending)
        return nil
    }

    /// Nil: it has no bucket.
    private func sender(_ caller: Caller, _ limit: RateLimit) -> RateTable.Sender? {
        if limit.sparesMany, let address = caller.address, standsForMany(address) { return nil }
        if let holder = caller.holder { return .token(holder.name) }
        return caller.address.map { .address($0.site) } ?? .others
    }

    /// Before a token is looked up: whether this address has sent too many wrong ones.
    func mayGuess(_ address: IPAddress, at now: UInt64) -> RateState {
        guesses.take(.address(address.site), at: now, isFree: true)
    }

    func guessedWrong(_ address: IPAddress, at now: UInt64) { _ = guesses.take(.address(address.site), at: now) }
}

extension Response {
    /// `others`: what else the request was found to have.
    static func tooMany(_ state: RateState, after others: [RateState] = []) -> Response {
        let what = state.name == "records" ? "records" : "requests (\(state.name))"
        var response = Response.problem(
            429,
            "Too many \(what): \(state.limit.burst) at once, then \(Int(state.limit.rate)) a second; nothing was taken."
        )
        response.headers.append(ResponseField("Retry-After", "\(max(1, state.seconds))"))
        response.headers += (others + [state]).fields
        return response
    }
}
