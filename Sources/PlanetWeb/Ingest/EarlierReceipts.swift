// The receipts of a submission repeated with its Idempotency-Key: finds the stored records again.

import EventLog
import PlanetCore

struct EarlierReceipts {
    let runs: [StoredRun]
    let catalogue: Catalogue
    /// The partition of a key's records; nil if unknown, or if there is only one.
    var home: ((String) -> Int32)?

    /// One for each accepted record, in order; nil: stored, but its place is unknown. The same body decodes to the same
    /// records, which lie in that order in each partition. So a record's place follows from its partition or, if the
    /// number of partitions has changed, from its planet's history as far as that goes back. No request sends removals:
    /// those belong to aliases that became planets.
    func of(_ answer: SubmissionAnswer) -> [Receipt?] {
        let keys = answer.records.compactMap { record -> String? in
            if case .accepted(_, let key, _, _) = record { key } else { nil }
        }
        return inOrder(keys) ?? inHistory(keys)
    }

    private var mine: [StoredRun] { runs.filter { $0.topic == .discoveries } }

    /// Nil if the partitions hold other numbers of records than expected.
    private func inOrder(_ keys: [String]) -> [Receipt?]? {
        let places = Dictionary(grouping: mine, by: \.partition).mapValues { runs in
            runs.sorted { $0.first < $1.first }.flatMap { run in (run.first...run.last).map { (run, $0) } }
        }
        let only = places.count == 1 ? places.keys.first : nil
        guard only != nil || home != nil else { return nil }
        let partitions = keys.map { only ?? home?($0) ?? 0 }
        var counts: [Int32: Int] = [:]
        for partition in partitions { counts[partition, default: 0] += 1 }
        guard counts == places.mapValues(\.count) else { return nil }
        var next: [Int32: Int] = [:]
        return zip(keys, partitions).map { key, partition in
            let index = next[partition, default: 0]
            next[partition] = index + 1
            return places[partition].map { receipt(key, $0[index].0, $0[index].1) }
        }
    }

    private func inHistory(_ keys: [String]) -> [Receipt?] {
        // Offsets below 0 are an earlier log's.
        var last: [String: Int64] = [:]
        return keys.map { key in
            let item = catalogue.row(key)?.history.first { item in
                item.position.offset > last[key] ?? .min && item.change != .alias_removal
                    && mine.contains { $0.contains(item.position) }
            }
            last[key] = item?.position.offset ?? last[key]
            return item.map(Receipt.init)
        }
    }

    private func receipt(_ key: String, _ run: StoredRun, _ offset: Int64) -> Receipt {
        let item = catalogue.row(key)?.history.first {
            $0.position.partition == run.partition && $0.position.offset == offset
        }
        return item.map(Receipt.init)
            ?? Receipt(position: LogPosition(partition: run.partition, offset: offset, timestamp: run.timestamp))
    }
}

extension Receipt {
    init(_ item: HistoryItem) {
        self.init(position: item.position, revision: item.revision, change: item.change)
    }
}
