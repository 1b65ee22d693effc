// Remembers which Idempotency-Key stood for which submission, so that a repeated request gets the same receipts and stores nothing.
// The log carries the key in its records' headers: after a restart the index is filled again from there. Bounded: the oldest keys go.

import COpenSSL
import EventLog
import PlanetCore
import Threads

/// Records of one earlier submission in one partition, in order: first ... last.
struct StoredRun: Sendable, Equatable {
    var topic: UInt8
    var partition: Int32
    var first: Int64
    var last: Int64
    /// Log time stamp of the first record, microseconds.
    var timestamp: Int64
}

final class IdempotencyIndex: Sendable {
    static let keyHeader = SubmissionID.keyHeader
    static let fingerprintHeader = "idempotency-fingerprint"
    /// How many records the submission has, over all topics and partitions.
    static let countHeader = "idempotency-count"
    /// A submission of another process of which records are still missing after this time is one that failed half-way.
    static let patience: UInt64 = 15_000_000_000
    /// How many keys are remembered.
    static let capacity = 100_000

    enum Verdict: Sendable {
        /// Not seen: go on, and call `finish` or `abandon`.
        case fresh
        /// Seen with the same body: where its records lie.
        case repeated([StoredRun])
        /// Seen with another body.
        case conflict
        /// Still under way.
        case inFlight
    }

    private struct Known: Sendable {
        var fingerprint: String
        /// Nil while under way.
        var runs: [StoredRun]?
        /// Of a submission read from the log: records not read yet, and since when (monotonic).
        var missing = 0
        var since: UInt64 = 0
    }
    private struct State: Sendable {
        var known: [String: Known] = [:]
        /// Keys in the order they came, a ring once full.
        var order: [String] = []
        var oldest = 0
    }
    private let state = Guarded(State())

    /// A fingerprint of path and body: SHA-256, first 16 bytes, in hex.
    static func fingerprint(path: String, body: UnsafeRawBufferPointer) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        var text = Array(path.utf8) + [0]
        text.append(contentsOf: body)
        SHA256(text, text.count, &digest)
        let hex = Array("0123456789abcdef".utf8)
        return String(decoding: digest.prefix(16).flatMap { [hex[Int($0 >> 4)], hex[Int($0 & 15)]] }, as: UTF8.self)
    }

    func begin(_ key: String, fingerprint: String) -> Verdict {
        state.withLock { state in
            if let known = state.known[key] {
                if known.fingerprint != fingerprint { return .conflict }
                if known.missing > 0 {
                    if Clock.monotonic < known.since + IdempotencyIndex.patience { return .inFlight }
                    state.known[key]?.missing = 0
                    state.known[key]?.runs = nil
                    return .fresh
                }
                return known.runs.map { .repeated($0) } ?? .inFlight
            }
            IdempotencyIndex.insert(key, Known(fingerprint: fingerprint, runs: nil), into: &state)
            return .fresh
        }
    }

    /// The submission is stored: these are its records.
    func finish(_ key: String, runs: [StoredRun]) {
        state.withLock { state in
            state.known[key]?.runs = runs
            state.known[key]?.missing = 0
        }
    }

    /// Nothing was stored: the key may be used again.
    func abandon(_ key: String) {
        state.withLock { state in
            if state.known[key]?.runs == nil { state.known[key] = nil }
        }
    }

    /// Takes a record read from the log at start (or written by another web process).
    func restore(key: String, fingerprint: String, record: StoredRun, count: Int? = nil) {
        state.withLock { state in
            guard var known = state.known[key] else {
                let known = Known(
                    fingerprint: fingerprint, runs: [record], missing: max(0, (count ?? 1) - 1), since: Clock.monotonic)
                IdempotencyIndex.insert(key, known, into: &state)
                return
            }
            // A key of this process under way, or finished by it, is complete or will be: only a key restored from the log grows.
            guard known.fingerprint == fingerprint, var runs = known.runs else { return }
            if let index = runs.lastIndex(where: { $0.topic == record.topic && $0.partition == record.partition }) {
                if record.first <= runs[index].last { return }
                if record.first == runs[index].last + 1 { runs[index].last = record.last } else { runs.append(record) }
            } else {
                runs.append(record)
            }
            known.runs = runs
            if known.missing > 0 { known.missing -= 1 }
            state.known[key] = known
        }
    }

    /// A key whose submission is stored, as it is kept between two runs.
    struct Entry: Sendable, Equatable {
        let key: String
        let fingerprint: String
        let runs: [StoredRun]
        let missing: Int
    }

    /// The oldest first; what is under way is left out: its records will be in the log, or never were.
    func saved() -> [Entry] {
        let now = state.withLock { $0 }
        let order = now.order[now.oldest...] + now.order[..<now.oldest]
        return order.compactMap { key in
            guard let known = now.known[key], let runs = known.runs else { return nil }
            return Entry(key: key, fingerprint: known.fingerprint, runs: runs, missing: known.missing)
        }
    }

    func restore(_ entries: [Entry]) {
        state.withLock { state in
            for entry in entries where state.known[entry.key] == nil {
                IdempotencyIndex.insert(
                    entry.key,
                    Known(
                        fingerprint: entry.fingerprint, runs: entry.runs, missing: entry.missing,
                        since: Clock.monotonic), into: &state)
            }
        }
    }

    private static func insert(_ key: String, _ known: Known, into state: inout State) {
        state.known[key] = known
        if state.order.count < capacity {
            state.order.append(key)
        } else {
            state.known[state.order[state.oldest]] = nil
            state.order[state.oldest] = key
            state.oldest = (state.oldest + 1) % capacity
        }
    }
}

extension [StoredRun] {
    /// Joins positions (in batch order) to runs per partition.
    static func joining(_ positions: [LogPosition], topic: UInt8) -> [StoredRun] {
        var runs: [StoredRun] = []
        for position in positions {
            if let index = runs.lastIndex(where: { $0.partition == position.partition }),
                runs[index].last + 1 == position.offset
            {
                runs[index].last = position.offset
            } else {
                runs.append(
                    StoredRun(
                        topic: topic, partition: position.partition, first: position.offset, last: position.offset,
                        timestamp: position.timestamp))
            }
        }
        return runs
    }
}
