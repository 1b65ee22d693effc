// The LogWriter of both embedded logs: checks sizes, hands batches to one thread, drains on close. The thread's body
// stores them.

import Threads

final class QueuedWriter: LogWriter {
    let intake: Intake
    private let options: LogOptions
    private let metrics: LogMetrics
    private let thread: Guarded<SystemThread?>
    private let knows: @Sendable (String) -> Bool

    /// Starts the thread, which calls `work` with everything that waits until the writer is closed and drained.
    init(
        thread name: String, _ options: LogOptions, _ metrics: LogMetrics, knows: @escaping @Sendable (String) -> Bool,
        work: sending @escaping (Intake, [WriterTask]) -> Void
    ) {
        let intake = Intake(options, metrics)
        self.intake = intake
        self.options = options
        self.metrics = metrics
        self.knows = knows
        thread = Guarded(
            SystemThread.start(name) {
                while let tasks = intake.takeAll() { work(intake, tasks) }
            })
    }

    func append(
        _ batch: RecordBatch, topic: String, ticket: UInt64, onAck: @escaping @Sendable (Ack) -> Void
    ) throws(LogError) {
        guard knows(topic) else { throw .unknownTopic(topic) }
        for entry in batch.entries where entry.key.count + (entry.value?.count ?? 0) > options.maxRecordBytes {
            metrics.refusedTooLarge.add()
            throw .tooLarge(limit: options.maxRecordBytes)
        }
        var bytes = batch.bytes.count
        for headers in batch.headerSets {
            for header in headers { bytes += header.name.utf8.count + header.value.count }
        }
        guard bytes <= options.maxWaitingBytes else {
            metrics.refusedTooLarge.add()
            throw .tooLarge(limit: options.maxWaitingBytes)
        }
        do {
            try intake.offer(PendingAppend(batch: batch, topic: topic, ticket: ticket, onAck: onAck, bytes: bytes))
        } catch {
            if error == .busy { metrics.refusedBusy.add() }
            throw error
        }
    }

    func close() {
        intake.close()
        // The first caller joins it: the thread frees what it holds (files, locks) only as it ends.
        if let thread = thread.withLock({ $0.take() }) {
            thread.join()
            intake.finish()
        } else {
            intake.waitUntilFinished()
        }
    }
}
