// Where the records of one submission lie: runs of neighbouring offsets, a few words for a request of any length.

import EventLog
import PlanetCore

/// Records of one submission in one partition, in order: first ... last.
struct StoredRun: Sendable, Equatable {
    var topic: StoredTopic
    var partition: Int32
    var first: Int64
    var last: Int64
    /// Log time stamp of the first record, microseconds.
    var timestamp: Int64

    func contains(_ position: LogPosition) -> Bool {
        partition == position.partition && (first...last).contains(position.offset)
    }
}

extension [StoredRun] {
    /// Joins positions (in batch order) into runs per partition.
    static func joining(_ positions: [LogPosition], topic: StoredTopic) -> [StoredRun] {
        var runs: [StoredRun] = []
        for position in positions {
            if let index = runs.lastIndex(where: { $0.partition == position.partition }),
                runs[index].last + 1 == position.offset
            {
                runs[index].last = position.offset
            } else {
                runs.append(
                    StoredRun(
                        topic: topic, partition: position.partition, first: position.offset, last: position.offset,
                        timestamp: position.timestamp))
            }
        }
        return runs
    }

    /// Adds a record read from the log; false, and nothing added, if a run has it already.
    mutating func add(_ record: StoredRun) -> Bool {
        guard let index = lastIndex(where: { $0.topic == record.topic && $0.partition == record.partition }) else {
            append(record)
            return true
        }
        if record.first <= self[index].last { return false }
        if record.first == self[index].last + 1 { self[index].last = record.last } else { append(record) }
        return true
    }
}
