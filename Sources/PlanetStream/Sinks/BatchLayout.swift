// Lays out the records of a batch in rows, table by table, with separate rows for each of several days. Reuses its
// memory for the next batch. LakeTables.swift and PredictionTable.swift define the rows.

import Basics
import Lake
import Parquet
import PlanetCore

struct BatchLayout {
    /// Empty rows of each topic's tables, one set per day.
    private var spare: [StoredTopic: [[RowBatch]]] = [:]

    /// One set of rows per day, in the order of the batch's days.
    mutating func fill(_ batch: StoredBatch, _ writer: LakeWriter) -> [LakeWriter.DayRows] {
        var days: [LakeWriter.DayRows] = []
        for day in batch.days {
            var rows = spare[batch.partition.topic]?.popLast() ?? writer.makeBatches()
            if batch.days.count == 1 {
                BatchLayout.fill(&rows, batch.records, batch.rejects, batch.partition, writer.topic)
            } else {
                BatchLayout.fill(
                    &rows, batch.records.filter { UTCDay(micros: $0.timestamp) == day },
                    batch.rejects.filter { UTCDay(micros: $0.timestamp) == day }, batch.partition, writer.topic)
            }
            days.append((day, rows))
        }
        return days
    }

    /// Takes back the rows returned by `fill`, once nobody needs them.
    mutating func takeBack(_ days: inout [LakeWriter.DayRows], of topic: StoredTopic) {
        while var rows = days.popLast()?.batches {
            for index in rows.indices { rows[index].removeAll() }
            spare[topic, default: []].append(rows)
        }
    }

    private static func fill(
        _ rows: inout [RowBatch], _ records: [StoredRecord], _ rejects: [StoredReject], _ partition: PartitionKey,
        _ topic: String
    ) {
        switch partition.topic {
        case .discoveries:
            LakeTables.fill(&rows[0], records, partition: partition.partition)
            LakeTables.fill(&rows[1], rejects, topic: topic, partition: partition.partition)
            PredictionTable.fill(&rows[3], records, partition: partition.partition)
        case .rejected:
            LakeTables.fill(&rows[0], rejects, topic: topic, partition: partition.partition)
        }
    }
}
