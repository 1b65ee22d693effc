// Reads a planet's earlier records from the log, and from the lake if the log no longer has them, on a thread of its
// own, because that blocks. Bounded: a full queue means a 503.

import EventLog
import Provenance
import Threads

final class HistoryReader: Sendable {
    private let log: any EventLog
    private let topic: String
    private let archive: (any RecordArchive)?
    private let worker = Worker<Void>("web-history", capacity: 250)

    init(log: any EventLog, topic: String, archive: (any RecordArchive)? = nil) {
        self.log = log
        self.topic = topic
        self.archive = archive
    }

    func start() { worker.start() }

    func stop() { worker.stop() }

    /// False if too many wait. `answer` gets the values by offset (without tombstones), on the history thread or the
    /// archive's; all items are of one partition, because all records of a key are.
    func ask(
        _ items: [HistoryItem], unless work: Work,
        _ answer: @escaping @Sendable (Result<[Int64: [UInt8]], LogError>) -> Void
    ) -> Bool {
        worker.offer { if !work.isCancelled { self.read(items, answer) } }
    }

    private func read(
        _ items: [HistoryItem], _ answer: @escaping @Sendable (Result<[Int64: [UInt8]], LogError>) -> Void
    ) {
        guard let partition = items.first?.position.partition else { return answer(.success([:])) }
        var values: [Int64: [UInt8]] = [:]
        var missing = Set(items.map(\.position.offset))
        do throws(LogError) {
            // Those below 0 were in an earlier log.
            let offsets = items.map(\.position.offset).filter { $0 >= 0 }
            let batch = try log.fetch(topic: topic, partition: partition, offsets: offsets)
            for index in 0..<batch.count {
                let offset = batch.entries[index].offset
                missing.remove(offset)
                if let value = batch.value(index) { values[offset] = Array(value) }
            }
        } catch {
            return answer(.failure(error))
        }
        guard let archive, !missing.isEmpty else { return answer(.success(values)) }
        let isAsked = archive.values(topic: topic, partition: partition, offsets: Array(missing)) { [values] stored in
            answer(
                stored.map { .success(values.merging($0) { log, _ in log }) }
                    ?? .failure(.unavailable("the lake cannot be read")))
        }
        if !isAsked { answer(.failure(.busy)) }
    }
}
