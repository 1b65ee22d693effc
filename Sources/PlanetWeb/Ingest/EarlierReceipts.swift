// The receipts of a submission that is repeated with its Idempotency-Key: the stored records found again.

import EventLog
import PlanetCore

struct EarlierReceipts {
    let runs: [StoredRun]
    let catalogue: Catalogue

    /// One for each accepted record, in order: the same body decodes to the same records, and they lie in the log in
    /// that order. In one partition that gives each its place. In several each record is the next one of its key, as
    /// far as the key's history goes back.
    func of(_ answer: SubmissionAnswer) -> [Receipt] {
        let keys = answer.records.compactMap { record -> String? in
            if case .accepted(_, let key, _, _) = record { key } else { nil }
        }
        let mine = runs.filter { $0.topic == .discoveries }
        let inOrder = mine.flatMap { run in (run.first...run.last).map { (run, $0) } }
        if inOrder.count == keys.count, Set(mine.map(\.partition)).count == 1 {
            return zip(keys, inOrder).map { key, place in receipt(key, place.0, place.1) }
        }
        var last: [String: Int64] = [:]
        return keys.compactMap { key in
            let item = catalogue.row(key)?.history.first { item in
                item.position.offset > last[key] ?? -1 && mine.contains { $0.contains(item.position) }
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
