// Reads a planet's earlier records from the log, on a thread of its own, because that blocks. Bounded: a full queue is
// a 503.

import EventLog
import Threads

final class HistoryReader: Sendable {
    private let log: any EventLog
    private let topic: String
    private let worker = Worker<Void>("web-history", capacity: 250)

    init(log: any EventLog, topic: String) {
        self.log = log
        self.topic = topic
    }

    func start() { worker.start() }

    func stop() { worker.stop() }

    /// False when too many wait. `answer` gets the values by offset (tombstones are missing) on the history thread; all
    /// items are of one partition, because all records of a key are.
    func ask(_ items: [HistoryItem], _ answer: @escaping @Sendable (Result<[Int64: [UInt8]], LogError>) -> Void) -> Bool
    {
        worker.offer { answer(self.read(items)) }
    }

    private func read(_ items: [HistoryItem]) -> Result<[Int64: [UInt8]], LogError> {
        guard let partition = items.first?.position.partition else { return .success([:]) }
        do throws(LogError) {
            let batch = try log.fetch(topic: topic, partition: partition, offsets: items.map(\.position.offset))
            var values: [Int64: [UInt8]] = [:]
            for index in 0..<batch.count {
                if let value = batch.value(index) { values[batch.entries[index].offset] = Array(value) }
            }
            return .success(values)
        } catch {
            return .failure(error)
        }
    }
}
