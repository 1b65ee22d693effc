// Reads a planet's earlier records from the log, and from the lake if the log no longer has them, on a thread of its
// own, because that blocks. Bounded: a full queue means a 503.

import EventLog
import Provenance
import Threads

/// What records of one partition hold.
struct HistoryValues: Sendable {
    /// By offset; tombstones are missing.
    fileprivate(set) var values: [Int64: [UInt8]] = [:]
    /// By offset: which class sent a record. Of records that only the lake has nobody knows.
    fileprivate(set) var marks: [Int64: ClassMark] = [:]

    subscript(offset: Int64) -> [UInt8]? { values[offset] }

    mutating func hideMarks(from caller: Caller) { marks = marks.filter { caller.sees($0.value) } }
}

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

    typealias Answer = @Sendable (Result<HistoryValues, LogError>) -> Void

    /// False when too many wait. `answer` is called on the history thread or the archive's; all items are of one
    /// partition, because all records of a key are.
    func ask(_ items: [HistoryItem], unless work: Work, _ answer: @escaping Answer) -> Bool {
        worker.offer { if !work.isCancelled { self.read(items, answer) } }
    }

    /// Likewise, of any partitions: the answer has each one's.
    func askAll(
        _ items: [HistoryItem], _ answer: @escaping @Sendable (Result<[Int32: HistoryValues], LogError>) -> Void
    ) -> Bool {
        let parts = Dictionary(grouping: items, by: \.position.partition).map(\.value)
        return worker.offer { self.read(parts[...], [:], answer) }
    }

    private func read(
        _ parts: ArraySlice<[HistoryItem]>, _ found: [Int32: HistoryValues],
        _ answer: @escaping @Sendable (Result<[Int32: HistoryValues], LogError>) -> Void
    ) {
        guard let part = parts.first, let partition = part.first?.position.partition else {
            return answer(.success(found))
        }
        read(part) { result in
            switch result {
            case .success(let values):
                self.read(parts.dropFirst(), found.merging([partition: values]) { $1 }, answer)
            case .failure(let error): answer(.failure(error))
            }
        }
    }

    private func read(_ items: [HistoryItem], _ answer: @escaping Answer) {
        guard let partition = items.first?.position.partition else { return answer(.success(HistoryValues())) }
        var found = HistoryValues()
        var missing = Set(items.map(\.position.offset))
        do throws(LogError) {
            // Those below 0 were in an earlier log.
            let offsets = items.map(\.position.offset).filter { $0 >= 0 }
            let batch = try log.fetch(topic: topic, partition: partition, offsets: offsets)
            for index in 0..<batch.count {
                let offset = batch.entries[index].offset
                missing.remove(offset)
                if let value = batch.value(index) { found.values[offset] = Array(value) }
                if let mark = ClassMark(batch, index) { found.marks[offset] = mark }
            }
        } catch {
            return answer(.failure(error))
        }
        guard let archive, !missing.isEmpty else { return answer(.success(found)) }
        let isAsked = archive.values(topic: topic, partition: partition, offsets: Array(missing)) { [found] stored in
            guard let stored else { return answer(.failure(.unavailable("the lake cannot be read"))) }
            var found = found
            found.values.merge(stored) { log, _ in log }
            answer(.success(found))
        }
        if !isAsked { answer(.failure(.busy)) }
    }
}
