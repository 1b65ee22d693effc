// Batches given to the producer and not yet acknowledged: bounded, and found by the tag of each message. Talks to no
// cluster.

/// A message's tag: which batch, and which record of it. It travels through librdkafka as the message's opaque.
struct MessageTag {
    let slot: UInt32
    let index: UInt32
    init(slot: UInt32, index: Int) {
        self.slot = slot
        self.index = UInt32(truncatingIfNeeded: index)
    }
    init(_ bits: UInt64) {
        slot = UInt32(truncatingIfNeeded: bits >> 32)
        index = UInt32(truncatingIfNeeded: bits)
    }
    var bits: UInt64 { UInt64(slot) << 32 | UInt64(index) }
}

/// One `append` under way.
struct InflightBatch: Sendable {
    var ticket: UInt64
    var onAck: @Sendable (Ack) -> Void
    var bytes: Int
    var begun: UInt64
    var positions: [LogPosition]
    /// Records without a report yet.
    var left: Int
    var failed = 0
    var failure: LogError?

    var ack: Ack {
        guard let failure else { return Ack(ticket: ticket, result: .success(positions)) }
        let stored = positions.count - failed
        // Some records are in the log, others not: the caller can only send the batch again, under its idempotency key.
        if case .unavailable(let why) = failure, stored > 0 {
            return Ack(
                ticket: ticket,
                result: .failure(
                    .unavailable("\(failed) of \(positions.count) records failed, \(stored) are stored: \(why)")))
        }
        if stored > 0 {
            return Ack(
                ticket: ticket,
                result: .failure(
                    .unavailable("\(failed) of \(positions.count) records failed, \(stored) are stored: \(failure)")))
        }
        return Ack(ticket: ticket, result: .failure(failure))
    }

    mutating func fail(_ count: Int, _ error: LogError) {
        left -= count
        failed += count
        if failure == nil { failure = error }
    }
}

struct KafkaInflight: Sendable {
    private(set) var batches: [UInt32: InflightBatch] = [:]
    private(set) var records = 0
    private(set) var bytes = 0
    private var lastSlot: UInt32 = 0

    var isEmpty: Bool { batches.isEmpty }
    var slots: [UInt32] { batches.keys.sorted() }

    /// True when the batch fits. One that alone exceeds the bound on records is taken when nothing else waits.
    func hasRoom(_ count: Int, _ size: Int, _ options: LogOptions) -> Bool {
        let full = records + count > options.maxWaitingRecords || bytes + size > options.maxWaitingBytes
        return !full || batches.isEmpty
    }

    /// Stores the batch and returns its slot.
    mutating func add(_ batch: InflightBatch) -> UInt32 {
        repeat { lastSlot &+= 1 } while batches[lastSlot] != nil
        batches[lastSlot] = batch
        records += batch.positions.count
        bytes += batch.bytes
        return lastSlot
    }

    /// Changes the batch; returns it once it has all its reports. An unknown slot means a report that came too late.
    mutating func update(_ slot: UInt32, _ change: (inout InflightBatch) -> Void) -> InflightBatch? {
        guard let at = batches.index(forKey: slot) else { return nil }
        change(&batches.values[at])
        guard batches.values[at].left <= 0 else { return nil }
        return remove(slot)
    }

    /// Forgets the batch and frees its room.
    @discardableResult
    mutating func remove(_ slot: UInt32) -> InflightBatch? {
        guard let batch = batches.removeValue(forKey: slot) else { return nil }
        records -= batch.positions.count
        bytes -= batch.bytes
        return batch
    }
}
