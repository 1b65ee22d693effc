// Builds the catalogue from the lake for a log whose beginning is gone: what the lake holds, and where to continue in
// the log. CatalogueTail.swift decides when; PlanetStream/Replay reads the lake.

import Basics
import EventLog
import PlanetCore
import Telemetry
import Threads

struct LakeBeginning {
    /// The next offset of each partition in the log.
    private(set) var positions: [TopicPartition: Int64] = [:]
    /// Records are missing between the lake's end and the log's beginning.
    private(set) var lacksRecords = false

    /// Nil if the lake is empty. Throws `.replaced` if it belongs to a different log, and `.unusable` if it can't be
    /// read now; the catalogue is empty then.
    init?(
        _ services: WebServices, _ archive: any CatalogueArchive,
        _ bounds: [TopicPartition: PartitionBounds],
        _ step: inout CatalogueReader, isStopping: () -> Bool
    ) throws(LogError) {
        let begun = Clock.monotonic
        let name = try services.log.identity(of: services.topics.discoveries)
        var last: [TopicPartition: LogPosition] = [:]
        do {
            let ends = try archive.read(log: name) { records in
                step.take(records)
                for record in records {
                    last[TopicPartition(services.topics.name(of: record.place.topic), record.place.partition)] =
                        LogPosition(
                            partition: record.place.partition, offset: record.offset, timestamp: record.timestamp)
                }
                return !isStopping()
            }
            for (place, next) in ends { positions[place] = next }
            try compare(services.log, last, bounds)
        } catch let error as LogError {
            step.tookLake(isWhole: false)
            throw error
        } catch {
            step.tookLake(isWhole: false)
            throw .unusable("The log's beginning is gone, and the lake cannot be read (\(error))")
        }
        if positions.isEmpty {
            step.tookLake(isWhole: false)
            return nil
        }
        step.tookLake(isWhole: true)
        for (place, each) in bounds where each.first > positions[place] ?? 0 { note(place, each) }
        Log.info(
            "catalogue taken from the lake, which has what the log lacks",
            ["planets": services.catalogue.count, "ms": (Clock.monotonic - begun) / 1_000_000])
    }

    /// Checks that the lake's last record of each partition is also the log's, if both have it.
    private func compare(
        _ log: any EventLog, _ last: [TopicPartition: LogPosition],
        _ bounds: [TopicPartition: PartitionBounds]
    ) throws(LogError) {
        for (place, next) in positions {
            var end = bounds[place]?.next ?? 0
            // Streams keep storing while the lake is read, even records that came after the bounds were asked for.
            if next > end { end = try log.bounds(of: place.topic, partition: place.partition)?.next ?? 0 }
            if next > end {
                throw .replaced(
                    "the lake is ahead of the log: it holds \(place) up to offset \(next - 1), the log ends before "
                        + "\(end). \(LogMismatch.advice)")
            }
            guard let stored = last[place], stored.offset >= bounds[place]?.first ?? 0 else { continue }
            let found = try log.fetch(topic: place.topic, partition: place.partition, offsets: [stored.offset])
            guard let entry = found.entries.first, entry.timestamp != stored.timestamp else { continue }
            throw .replaced(
                "\(place) has another record at offset \(stored.offset) than the lake. \(LogMismatch.advice)")
        }
    }

    /// Nobody has these records any more: they were removed before they were stored.
    private mutating func note(_ place: TopicPartition, _ bounds: PartitionBounds) {
        lacksRecords = true
        let first = positions[place] ?? 0
        Log.error(
            "records are gone: neither the log nor the lake has them",
            ["topic": place.topic, "partition": place.partition, "first": first, "last": bounds.first - 1])
    }
}
