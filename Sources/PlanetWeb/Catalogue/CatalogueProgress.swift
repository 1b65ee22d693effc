// How far the web's catalogue has read the log, by which records the log is known again, and how far it must come
// before the service is ready.

import EventLog

struct CatalogueProgress {
    /// "TOPIC/PARTITION": the next offset.
    private(set) var positions: [String: Int64] = [:]
    /// "TOPIC/PARTITION": the last record taken, and the last one that the checkpoint before has.
    private(set) var last: [String: RecordFingerprint] = [:]
    private(set) var lastKept: [String: RecordFingerprint] = [:]
    /// What is still to be read before the services are ready: the log's ends as they were at the start.
    private var goals: [String: Int64] = [:]
    /// Records that no checkpoint has, and since when (monotonic).
    private(set) var news = 0
    private(set) var since: UInt64 = 0

    private(set) var isBegun = false

    /// What lies before `positions` is in the catalogue; `news` records of it are in no checkpoint. `bounds` by
    /// "TOPIC/PARTITION", as they are at the start.
    mutating func begin(
        at positions: [String: Int64], _ bounds: [String: PartitionBounds], last: [String: RecordFingerprint] = [:],
        news: Int = 0, now: UInt64 = 0
    ) {
        self.news = news
        since = now
        isBegun = true
        self.positions = positions
        self.last = last
        lastKept = last
        for (name, each) in bounds where each.next > max(each.first, positions[name] ?? 0) { goals[name] = each.next }
    }

    var isComplete: Bool { isBegun && goals.isEmpty }

    /// The batch has been taken. `now`: monotonic nanoseconds.
    mutating func took(_ batch: borrowing RecordBatch, of topics: [String], now: UInt64) {
        guard !batch.isEmpty else { return }
        var ends: [String: Int] = [:]
        if news == 0 { since = now }
        news += batch.count
        // Neighbours mostly are of one partition.
        for index in batch.entries.indices {
            let entry = batch.entries[index]
            if index + 1 < batch.count, batch.entries[index + 1].partition == entry.partition,
                batch.entries[index + 1].topic == entry.topic
            {
                continue
            }
            ends["\(topics[Int(entry.topic)])/\(entry.partition)"] = index
        }
        for (name, index) in ends {
            let record = RecordFingerprint(batch, index)
            let next = record.offset + 1
            positions[name] = next
            last[name] = record
            if let goal = goals[name], next >= goal { goals[name] = nil }
        }
    }

    /// The log was read to there, though the last offsets may be no records.
    mutating func reached(_ end: PartitionEnd) {
        let name = "\(end.partition)"
        if let goal = goals[name], end.offset >= goal { goals[name] = nil }
    }

    /// A checkpoint has been taken.
    mutating func kept() {
        news = 0
        lastKept = last
    }

    /// By which the log is known again: of each partition the last record, and an older one. The last may be another
    /// topic's already that was made in the place of the one before, and not found yet.
    var marks: [String: [RecordFingerprint]] {
        var marks = last.mapValues { [$0] }
        for (name, record) in lastKept where last[name] != record { marks[name, default: []].append(record) }
        return marks
    }
}
