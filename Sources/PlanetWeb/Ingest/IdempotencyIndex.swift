// Remembers which Idempotency-Key stands for which submission, so that a repeated request gets the same receipts and
// stores nothing. The log has the key in its records' headers: after a restart the index is filled from there. Bounded:
// the oldest keys are dropped.

import Basics
import PlanetCore
import Threads

final class IdempotencyIndex: Sendable {
    static let keyHeader = SubmissionID.keyHeader
    static let fingerprintHeader = "idempotency-fingerprint"
    /// How many records the submission has, over all topics and partitions.
    static let countHeader = "idempotency-count"
    /// Names the try: a submission that was stored in part is sent again, and only one that is there as a whole is
    /// stored. Half of one and half of another may be the same records twice.
    static let attemptHeader = "idempotency-attempt"
    /// How many tries of one submission are followed at once.
    private static let mostAttempts = 4
    /// If records of another process's submission are still missing after this time, it failed half-way.
    static let patience: UInt64 = 15_000_000_000
    /// How many keys are remembered.
    static let capacity = 100_000

    enum Verdict: Sendable {
        /// New: go on, and finish the claim once the records are stored.
        case fresh(IdempotencyClaim)
        /// Known with the same body: where its records lie.
        case repeated([StoredRun])
        /// Known with another body.
        case conflict
        /// Still under way.
        case inFlight
    }

    /// One try of a submission.
    struct Attempt: Sendable, Equatable {
        var name: String?
        var runs: [StoredRun]
        /// Records that were not read yet.
        var missing = 0
    }

    private struct Stored: Sendable {
        var fingerprint: String
        /// The one that is whole, or those that are not.
        var attempts: [Attempt]
        /// When the last of them began to be read (monotonic).
        var since: UInt64 = 0

        var runs: [StoredRun]? { attempts.first { $0.missing == 0 }?.runs }

        /// Takes a record of an attempt of `count` records; false if that changes nothing.
        mutating func take(_ record: StoredRun, of attempt: String?, count: Int?) -> Bool {
            // Copies add nothing to what is whole; without a count, nobody knows what is.
            if runs != nil, count != nil { return false }
            guard let index = attempts.firstIndex(where: { $0.name == attempt }) else {
                if attempts.count == IdempotencyIndex.mostAttempts { attempts.removeFirst() }
                attempts.append(Attempt(name: attempt, runs: [record], missing: max(0, (count ?? 1) - 1)))
                return true
            }
            guard attempts[index].runs.add(record) else { return false }
            attempts[index].missing = max(0, attempts[index].missing - 1)
            if attempts[index].missing == 0 { attempts = [attempts[index]] }
            return true
        }
    }

    private struct State: Sendable {
        /// Keys held by requests of this process: as many as there are requests under way.
        var claimed: [String: (fingerprint: String, number: UInt64)] = [:]
        var claims: UInt64 = 0
        var stored: [String: Stored] = [:]
        /// The keys of `stored`, each once, in order of arrival; a ring once full.
        var order: [String] = []
        var oldest = 0

        mutating func store(_ key: String, _ entry: Stored) {
            guard stored[key] == nil else {
                stored[key] = entry
                return
            }
            if order.count < IdempotencyIndex.capacity {
                order.append(key)
            } else {
                stored[order[oldest]] = nil
                order[oldest] = key
                oldest = (oldest + 1) % order.count
            }
            stored[key] = entry
        }
    }
    private let state = Guarded(State())
    private let clock: @Sendable () -> UInt64

    /// `clock`: nanoseconds that never decrease.
    init(clock: @escaping @Sendable () -> UInt64 = { Clock.monotonic }) { self.clock = clock }

    /// A fingerprint of path and body: SHA-256, first 16 bytes, in hex.
    static func fingerprint(path: String, body: UnsafeRawBufferPointer) -> String {
        let digest = SHA256()
        (Array(path.utf8) + [0]).withUnsafeBytes { digest.add($0) }
        digest.add(body)
        return Hex.text(Array(digest.bytes().prefix(16)))
    }

    func begin(_ key: String, fingerprint: String) -> Verdict {
        state.withLock { state in
            if let claimed = state.claimed[key] { return claimed.fingerprint == fingerprint ? .inFlight : .conflict }
            if let stored = state.stored[key] {
                if stored.fingerprint != fingerprint { return .conflict }
                if let runs = stored.runs { return .repeated(runs) }
                if clock() < stored.since + IdempotencyIndex.patience { return .inFlight }
            }
            state.claims += 1
            state.claimed[key] = (fingerprint, state.claims)
            return .fresh(IdempotencyClaim(self, key, state.claims))
        }
    }

    /// The claim's records are stored, or (`runs` nil) none is. Does nothing for a claim that has ended.
    fileprivate func end(_ key: String, _ number: UInt64, runs: [StoredRun]?) {
        state.withLock { state in
            guard let claimed = state.claimed[key], claimed.number == number else { return }
            state.claimed[key] = nil
            if let runs {
                state.store(key, Stored(fingerprint: claimed.fingerprint, attempts: [Attempt(runs: runs)]))
            }
        }
    }

    /// Takes a record that was read from the log at the start, or that another web process wrote.
    func restore(key: String, fingerprint: String, record: StoredRun, attempt: String? = nil, count: Int? = nil) {
        state.withLock { state in
            // Once stored, this process knows all about its own submissions.
            guard state.claimed[key] == nil else { return }
            var stored = state.stored[key] ?? Stored(fingerprint: fingerprint, attempts: [])
            let known = stored.attempts.count
            guard stored.fingerprint == fingerprint, stored.take(record, of: attempt, count: count) else { return }
            if stored.attempts.count > known { stored.since = clock() }
            state.store(key, stored)
        }
    }

    /// The key of a stored submission, as kept between two runs.
    struct Entry: Sendable, Equatable {
        let key: String
        let fingerprint: String
        let attempts: [Attempt]
    }

    /// The oldest first; without what is under way: the log will have its records, or never had.
    func saved() -> [Entry] {
        let now = state.withLock { $0 }
        return (now.order[now.oldest...] + now.order[..<now.oldest]).compactMap { key in
            now.stored[key].map { Entry(key: key, fingerprint: $0.fingerprint, attempts: $0.attempts) }
        }
    }

    func restore(_ entries: [Entry]) {
        state.withLock { state in
            for entry in entries where state.stored[entry.key] == nil {
                state.store(
                    entry.key,
                    Stored(fingerprint: entry.fingerprint, attempts: entry.attempts, since: clock()))
            }
        }
    }
}

/// A key held by a request until its records are stored. If dropped before that, it frees the key.
final class IdempotencyClaim: Sendable {
    private let index: IdempotencyIndex
    private let key: String
    /// A claim that has ended must not end a later one on the same key.
    private let number: UInt64

    fileprivate init(_ index: IdempotencyIndex, _ key: String, _ number: UInt64) {
        self.index = index
        self.key = key
        self.number = number
    }

    deinit { abandon() }

    /// The submission is stored: these are its records.
    func finish(_ runs: [StoredRun]) { index.end(key, number, runs: runs) }

    /// Nothing was stored: the key may be used again.
    func abandon() { index.end(key, number, runs: nil) }
}
