// What waits for a log's writer thread: batches from any thread, taken all at once, bounded until they are
// acknowledged.
// Knows nothing of storage; both embedded logs use it.

import Threads

/// One `append` that waits.
struct PendingAppend: Sendable {
    var batch: RecordBatch
    var topic: String
    var ticket: UInt64
    var onAck: @Sendable (Ack) -> Void
    /// The bytes it counts against the bound.
    var bytes: Int
}

/// What the writer thread is asked to do.
enum WriterTask: Sendable {
    case append(PendingAppend)
    case makeTopic(String, TopicOptions, Reply<LogError?>)
}

final class Intake: Sendable {
    private struct State: Sendable {
        var tasks: [WriterTask] = []
        var records = 0
        var bytes = 0
        var closing = false
        var finished = false
    }
    private let state = Guarded(State())
    private let maxRecords: Int
    private let maxBytes: Int
    private let metrics: LogMetrics

    init(_ options: LogOptions, _ metrics: LogMetrics) {
        maxRecords = options.maxWaitingRecords
        maxBytes = options.maxWaitingBytes
        self.metrics = metrics
    }

    /// Takes the submission, or throws `.busy` or `.closed`. One that alone exceeds the bound on records is taken when
    /// nothing else waits: otherwise it would be refused for ever.
    func offer(_ submission: PendingAppend) throws(LogError) {
        let count = submission.batch.count
        try state.withLock { (state) throws(LogError) in
            if state.closing { throw .closed }
            let full = state.records + count > maxRecords || state.bytes + submission.bytes > maxBytes
            if full && state.records + state.bytes > 0 { throw .busy }
            state.records += count
            state.bytes += submission.bytes
            state.tasks.append(.append(submission))
            metrics.waitingRecords.set(Double(state.records))
            metrics.waitingBytes.set(Double(state.bytes))
        }
        state.wakeAll()
    }

    /// Makes the topic on the writer thread and waits for it.
    func makeTopic(_ name: String, _ options: TopicOptions) throws(LogError) {
        let reply = Reply<LogError?>()
        try state.withLock { (state) throws(LogError) in
            if state.closing { throw .closed }
            state.tasks.append(.makeTopic(name, options, reply))
        }
        state.wakeAll()
        if let error = reply.wait() { throw error }
    }

    /// Everything that waits; blocks while there is nothing. Nil once the intake is closed and empty.
    func takeAll() -> [WriterTask]? {
        let taken: [WriterTask]?? = state.wait { state in
            if state.tasks.isEmpty { return state.closing ? .some(nil) : nil }
            let tasks = state.tasks
            state.tasks = []
            return tasks
        }
        return taken ?? nil
    }

    /// These are acknowledged and no longer count.
    func settle(records: Int, bytes: Int) {
        state.withLock { state in
            state.records -= records
            state.bytes -= bytes
            metrics.waitingRecords.set(Double(state.records))
            metrics.waitingBytes.set(Double(state.bytes))
        }
    }

    /// Accepts nothing more; what waits is still worked off.
    func close() {
        state.withLock { $0.closing = true }
        state.wakeAll()
    }

    /// The writer thread has ended.
    func finish() {
        state.withLock { $0.finished = true }
        state.wakeAll()
    }

    func waitUntilFinished() {
        let _: Bool? = state.wait { $0.finished ? true : nil }
    }
}
