// The engine's side of the lake: batches of one partition, and the ends of rolls. Sinks/LakeSink.swift writes.

import Basics
import EventLog
import PlanetCore
import Telemetry

extension Engine {
    /// Hands over records of another partition, and ends a roll that can't include this record's day. False once the
    /// lake has given up.
    func makeRoom(for entry: RecordBatch.Entry, _ partition: OwnedPartition) -> Bool {
        if let batch = pending, batch.partition != partition.key {
            guard flush() else { return false }
        }
        let day = UTCDay(micros: entry.timestamp)
        if partition.openDays.contains(day) { return true }
        if options.roll.mustEnd(partition.openDays, before: day) {
            guard flush() else { return false }
            partition.tally.applyEvents()
            guard endRoll(partition) else {
                if failure == nil, heldRolls.contains(partition.key) {
                    failure = "log: it can't be asked whether it still is the lake's, and a roll has to end"
                }
                return false
            }
        }
        partition.openDays.append(day)
        return true
    }

    func add(_ stored: RecordJudge.Stored, _ entry: RecordBatch.Entry, _ partition: OwnedPartition) {
        let first = partition.storeNext ?? entry.offset
        var batch = pending ?? StoredBatch(partition: partition.key, offsets: first...entry.offset)
        pending = nil
        batch.note(UTCDay(micros: entry.timestamp))
        batch.offsets = batch.offsets.lowerBound...entry.offset
        partition.storeNext = entry.offset + 1
        switch stored {
        case .record(let record): batch.records.append(record)
        case .reject(let reject), .misplaced(let reject, _): batch.rejects.append(reject)
        }
        pending = batch
    }

    func flush() -> Bool {
        guard let batch = pending else { return true }
        pending = nil
        return sink.give(.batch(batch))
    }

    /// Ends the partition's open roll with the aggregates of this moment. False if the lake has given up, or if the log
    /// has not taken what was sent on or is a different one: then the roll stays open, and its records are read again.
    /// Also if the log can't be asked which one it is: then it is to be ended later.
    @discardableResult
    func endRoll(_ partition: OwnedPartition) -> Bool {
        if partition.openDays.isEmpty { return true }
        if partition.key.topic == .discoveries, failure != nil || !areSentOn() { return false }
        switch continuity(of: partition) {
        case .continued: heldRolls.remove(partition.key)
        case .another: return false
        case .unknown:
            heldRolls.insert(partition.key)
            return false
        }
        partition.openDays = []
        var rows: [AggregateRow] = []
        if partition.key.topic == .discoveries {
            // The lake's commit becomes the group's, after which nobody reads these records again.
            if !deadLetters.wait(timeout: 2_000_000_000) {
                Log.warning("dead letters are not in the log yet", ["topic": options.topics.deadLetters])
            }
            partition.tally.applyEvents()
            rows = partition.tally.rows()
        }
        fingerprint(partition)
        keepSentThrough(partition)
        let moment = RollMoment(
            newest: partition.newest, positions: positions(in: partition.tally), record: partition.record,
            gone: partition.gone)
        partition.gone = []
        partition.anchor = partition.record
        return sink.give(.roll(partition.key, moment, rows))
    }

    /// What a tally has seen.
    func positions(in tally: Tally) -> Positions { Positions(of: owned.filter { $0.tally === tally }) }

    /// Commits to the group what is in place in the lake, so that nobody reads it for the lake again and the lag is
    /// right.
    func commitRolls(except others: Set<PartitionKey> = []) {
        for (key, last) in sink.takeRolled() where !others.contains(key) { tell(key, next: last + 1) }
        // Offsets behind the last record that are no records: nothing will ever be stored of them.
        for partition in owned where partition.told == partition.next && partition.reached > partition.next {
            tell(partition.key, next: partition.reached)
        }
    }

    private func tell(_ key: PartitionKey, next: Int64) {
        if let place = places[key] { owned[place].told = next }
        do {
            try reader.commit(topic: options.topics.name(of: key.topic), partition: key.partition, offset: next)
        } catch {
            // The lake knows; the group learns it with the next commit.
            Log.warning(
                "offset not committed",
                ["topic": options.topics.name(of: key.topic), "partition": key.partition, "error": "\(error)"])
        }
    }

    /// Notes where the log was read to its end: nobody waits there for a record that does not come.
    func takeEnds() {
        for end in reader.takeEnds() {
            guard let place = options.topics.key(end.partition).flatMap({ places[$0] }) else { continue }
            owned[place].reached = max(owned[place].reached, end.offset)
        }
    }

    /// The record's `source`. Neighbours mostly have equal headers.
    func sourceOf(_ batch: RecordBatch, _ index: Int) -> String? {
        let headers = batch.headerSets[batch.entries[index].headers]
        if headers == source.headers { return source.text }
        let value = headers.first { $0.name == "source" }?.value
        source = (headers, value.map { String(decoding: $0, as: UTF8.self) })
        return source.text
    }
}
