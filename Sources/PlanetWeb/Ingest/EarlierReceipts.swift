// The receipts of a submission that is repeated with its Idempotency-Key: the stored records found again.

import EventLog
import PlanetCore

struct EarlierReceipts {
    let runs: [StoredRun]
    let catalogue: Catalogue

    /// One for each accepted record, in order. The same body decodes to the same records, so each record's place is the next one
    /// of its key in the runs; where the key's history has been cut, the next one of a single partition's run.
    func of(_ submission: Submission) -> [StoredRecord] {
        let mine = runs.filter { $0.topic == 0 }
        var last: [String: Int64] = [:]
        var inOrder =
            mine.count == 1 || Set(mine.map(\.partition)).count == 1
            ? mine.flatMap { Array($0.first...$0.last) }[...] : []
        var stored: [StoredRecord] = []
        for record in submission.records {
            guard case .accepted(_, let key, _, _) = record else { continue }
            let after = last[key] ?? -1
            let place = inOrder.popFirst()
            let item = catalogue.row(key)?.history.first { item in
                item.offset > after
                    && mine.contains { $0.partition == item.partition && ($0.first...$0.last).contains(item.offset) }
            }
            if let item {
                last[key] = item.offset
                stored.append(
                    StoredRecord(
                        position: LogPosition(
                            partition: item.partition, offset: item.offset, timestamp: item.timestamp),
                        revision: item.revision, change: item.change))
            } else if let place, let run = mine.first {
                stored.append(
                    StoredRecord(
                        position: LogPosition(partition: run.partition, offset: place, timestamp: run.timestamp),
                        revision: nil, change: nil))
            }
        }
        return stored
    }
}
