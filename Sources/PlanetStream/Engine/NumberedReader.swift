// Converts the log's offsets to the lake's (Lake/Manifest/LakeChapter.swift): the engine, the lake and all made from it
// know only the lake's. Only here and where the log is called are they converted back.

import Basics
import EventLog
import Lake

/// A reader whose records have the lake's offsets. Needed only if a lake has more than one chapter.
final class NumberedReader: LogReader {
    private let reader: any LogReader
    private let numbering: LakeNumbering

    init(_ reader: any LogReader, _ numbering: LakeNumbering) {
        self.reader = reader
        self.numbering = numbering
    }

    var topics: [String] { reader.topics }
    var interrupt: @Sendable () -> Void { reader.interrupt }
    func takeChanges() -> [PartitionChange] { reader.takeChanges() }
    func acknowledgeRevocation() { reader.acknowledgeRevocation() }
    func close() { reader.close() }

    func poll(maxRecords: Int, maxBytes: Int, timeout: UInt64) throws(LogError) -> RecordBatch {
        var batch = try reader.poll(maxRecords: maxRecords, maxBytes: maxBytes, timeout: timeout)
        batch.renumber { [numbering, topics] entry in
            entry.offset + numbering.base(of: TopicPartition(topics[Int(entry.topic)], entry.partition))
        }
        return batch
    }

    func takeEnds() -> [PartitionEnd] {
        reader.takeEnds().map { end in
            PartitionEnd(partition: end.partition, offset: end.offset + numbering.base(of: end.partition))
        }
    }

    func seek(topic: String, partition: Int32, offset: Int64) throws(LogError) {
        try reader.seek(
            topic: topic, partition: partition, offset: numbering.nextInLog(offset, TopicPartition(topic, partition)))
    }

    func commit(topic: String, partition: Int32, offset: Int64) throws(LogError) {
        try reader.commit(
            topic: topic, partition: partition, offset: numbering.nextInLog(offset, TopicPartition(topic, partition)))
    }
}

extension LakeNumbering {
    /// For the offset after a record's.
    func nextInLog(_ next: Int64, _ place: TopicPartition) -> Int64 {
        let start = start(of: place)
        return next >= start.lake ? next - start.base : max(0, inLog(next, place))
    }
}

extension PartitionBounds {
    /// What the log has of the last chapter, in the lake's offsets.
    func inLake(_ numbering: LakeNumbering, _ topic: String) -> PartitionBounds {
        let start = numbering.start(of: TopicPartition(topic, partition))
        var bounds = self
        bounds.first = max(first + start.base, start.lake)
        bounds.next = next + start.base
        return bounds
    }
}

extension Positions {
    /// Converts the log's offsets, from the start of the last chapter on, to the lake's.
    func inLake(_ numbering: LakeNumbering) -> Positions {
        if numbering.isPlain { return self }
        var positions = Positions()
        for (place, next) in all { positions[place] = next + numbering.base(of: place) }
        return positions
    }

    /// Converts the lake's offsets to the log's.
    func inLog(_ numbering: LakeNumbering) -> Positions {
        if numbering.isPlain { return self }
        var positions = Positions()
        for (place, next) in all { positions[place] = numbering.nextInLog(next, place) }
        return positions
    }
}
