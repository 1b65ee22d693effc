// How far the web's catalogue has read the log, the records by which it recognises the log, and how far it must read
// before the service is ready.

import Basics
import EventLog

struct CatalogueProgress {
    /// The next offset of each partition.
    private(set) var positions: [TopicPartition: Int64] = [:]
    /// The last record taken of each partition, and the last one in the newest checkpoint.
    private(set) var last: [TopicPartition: RecordFingerprint] = [:]
    private(set) var lastKept: [TopicPartition: RecordFingerprint] = [:]
    /// What must be read before the services are ready: the log's ends at the start.
    private var goals: [TopicPartition: Int64] = [:]
    /// Records that no checkpoint has, and since when (monotonic).
    private(set) var news = 0
    private(set) var since: UInt64 = 0

    private(set) var isBegun = false

    /// What lies before `positions` is in the catalogue; `news` records of it are in no checkpoint. `bounds`: as they
    /// are at the start.
    mutating func begin(
        at positions: [TopicPartition: Int64], _ bounds: [TopicPartition: PartitionBounds],
        last: [TopicPartition: RecordFingerprint] = [:], news: Int = 0, now: UInt64 = 0
    ) {
        self.news = news
        since = now
        isBegun = true
        self.positions = positions
        self.last = last
        lastKept = last
        for (place, each) in bounds where each.next > max(each.first, positions[place] ?? 0) {
            goals[place] = each.next
        }
    }

    var isComplete: Bool { isBegun && goals.isEmpty }

    /// The batch has been taken. `now`: monotonic nanoseconds.
    mutating func took(_ batch: borrowing RecordBatch, of topics: [String], now: UInt64) {
        guard !batch.isEmpty else { return }
        if news == 0 { since = now }
        news += batch.count
        for (place, index) in batch.lastIndices(of: topics) {
            let record = RecordFingerprint(batch, index)
            let next = record.offset + 1
            positions[place] = next
            last[place] = record
            if let goal = goals[place], next >= goal { goals[place] = nil }
        }
    }

    /// The log was read to there, even if the last offsets are no records.
    mutating func reached(_ end: PartitionEnd) {
        if let goal = goals[end.partition], end.offset >= goal { goals[end.partition] = nil }
    }

    /// A checkpoint was taken.
    mutating func kept() {
        news = 0
        lastKept = last
    }

    /// The records that identify the log: of each partition the last one, and an older one in case the last already
    /// belongs to a recreated topic that has not been noticed yet.
    var marks: [TopicPartition: [RecordFingerprint]] {
        var marks = last.mapValues { [$0] }
        for (place, record) in lastKept where last[place] != record { marks[place, default: []].append(record) }
        return marks
    }
}
