// A memory log whose readers fail when a test says so, and which tells when a reader has read everything.

import EventLog
import TestSupport
import Threads

/// What goes wrong next; each is counted down at a call.
struct LogFaults: Sendable {
    /// Seeks that succeed before one fails and takes all later ones of that reader with it; nil: none fails.
    var seeksBeforeFault: Int?
    /// Polls with records that fail, and pass over what they had read.
    var polls = 0
    /// No poll succeeds.
    var isAway = false
    /// A partition of every topic whose records the log has dropped: it begins where it ends.
    var emptied: Int32?
    /// Polls that found nothing more, of all readers.
    var idlePolls = 0
    var readers = 0
    var openReaders = 0
}

final class FaultyLog: EventLog {
    private let current: Guarded<MemoryLog>
    let faults = Guarded(LogFaults())

    init(_ options: LogOptions = LogOptions()) { current = Guarded(MemoryLog(options)) }

    var memory: MemoryLog { current.withLock { $0 } }

    /// Its topics are gone; those that are made from now on have the same names, and no record.
    func becomeAnother() { current.withLock { $0 = MemoryLog() } }

    /// Waits until a reader has found nothing more to read `count` times; false after half a minute.
    func waitUntilIdle(_ count: Int = 2) -> Bool {
        faults.withLock { $0.idlePolls = 0 }
        return faults.wait(timeout: longWait) { $0.idlePolls >= count ? true : nil } ?? false
    }

    func reader(topics: [String], from: StartPosition, group: String?) throws(LogError) -> any LogReader {
        faults.withLock { $0.readers += 1 }
        return FaultyReader(try memory.reader(topics: topics, from: from, group: group), faults)
    }

    /// The same for all logs that it becomes, as a cluster's is.
    func identity(of topic: String) throws(LogError) -> String { "faulty:\(topic)" }
    func ensureTopic(_ name: String, _ options: TopicOptions) throws(LogError) {
        try memory.ensureTopic(name, options)
    }
    func writer() throws(LogError) -> any LogWriter { try memory.writer() }
    func bounds(of topic: String) throws(LogError) -> [PartitionBounds] {
        var bounds = try memory.bounds(of: topic)
        if let emptied = faults.withLock({ $0.emptied }) {
            bounds[Int(emptied)].next = 7
            bounds[Int(emptied)].first = 7
        }
        return bounds
    }
    func fetch(topic: String, partition: Int32, offsets: [Int64]) throws(LogError) -> RecordBatch {
        try memory.fetch(topic: topic, partition: partition, offsets: offsets)
    }
    func close() { memory.close() }

    /// Keeps the log's thread from writing until it is released.
    func hold() throws(LogError) -> LogHold {
        try memory.ensureTopic("held", TopicOptions())
        var batch = RecordBatch()
        batch.append(key: [], value: [UInt8]?.none, headers: batch.addHeaders([]))
        let hold = LogHold()
        // Acknowledged on the log's thread, which goes no further.
        try memory.writer().append(batch, topic: "held", ticket: 0) { _ in hold.stay() }
        hold.waitUntilHeld()
        return hold
    }
}

/// Made by `hold`.
final class LogHold: Sendable {
    private enum State { case free, held, released }
    private let state = Guarded(State.free)

    fileprivate func stay() {
        state.withLock { $0 = .held }
        state.wakeAll()
        let _: Bool? = state.wait { $0 == .released ? true : nil }
    }
    fileprivate func waitUntilHeld() { let _: Bool? = state.wait { $0 == .held ? true : nil } }
    func release() {
        state.withLock { $0 = .released }
        state.wakeAll()
    }
}

private final class FaultyReader: LogReader {
    private let reader: any LogReader
    private let faults: Guarded<LogFaults>
    private var isBroken = false

    init(_ reader: any LogReader, _ faults: Guarded<LogFaults>) {
        self.reader = reader
        self.faults = faults
        faults.withLock { $0.openReaders += 1 }
    }

    var topics: [String] { reader.topics }
    var interrupt: @Sendable () -> Void { reader.interrupt }
    func takeChanges() -> [PartitionChange] { reader.takeChanges() }
    func acknowledgeRevocation() { reader.acknowledgeRevocation() }

    func poll(maxRecords: Int, maxBytes: Int, timeout: UInt64) throws(LogError) -> RecordBatch {
        let batch = try reader.poll(maxRecords: maxRecords, maxBytes: maxBytes, timeout: min(timeout, 1_000_000))
        let fails = faults.withLock { faults in
            if faults.isAway { return true }
            guard !batch.isEmpty, faults.polls > 0 else { return false }
            faults.polls -= 1
            return true
        }
        if fails { throw .unavailable("a poll that fails") }
        if batch.isEmpty {
            faults.withLock { $0.idlePolls += 1 }
            faults.wakeAll()
        }
        return batch
    }

    func seek(topic: String, partition: Int32, offset: Int64) throws(LogError) {
        if isBroken { throw .unavailable("a seek that fails") }
        isBroken = faults.withLock { faults in
            guard let left = faults.seeksBeforeFault else { return false }
            faults.seeksBeforeFault = left == 0 ? nil : left - 1
            return left == 0
        }
        if isBroken { throw .unavailable("a seek that fails") }
        try reader.seek(topic: topic, partition: partition, offset: offset)
    }

    func commit(topic: String, partition: Int32, offset: Int64) throws(LogError) {
        try reader.commit(topic: topic, partition: partition, offset: offset)
    }
    func close() {
        faults.withLock { $0.openReaders -= 1 }
        reader.close()
    }
}
