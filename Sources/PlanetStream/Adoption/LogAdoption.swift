// `planetarium topics adopt`: the log was lost, or lost its end, and its lake goes on with the one that is there now.
// The lake's last chapter is closed, and the next begins at the first record that it does not have: none is lost.
// One rename (of `_lake.json`) is the whole change; what comes before it does no harm without it, and what comes after
// it is made good by the next start. Not what a chapter is (Lake/Manifest/LakeChapter.swift).

import Basics
import EventLog
import Lake
import PlanetCore
import Threads

/// Why nothing was changed, in a sentence.
package struct AdoptionRefusal: Error, CustomStringConvertible {
    package let description: String
}

package struct LogAdoption {
    /// A partition that goes on with other records.
    package struct NewStart: Sendable, Equatable {
        package let place: TopicPartition
        package let start: LakeChapter.Start
        /// Why it can't go on as it was.
        package let reason: String
    }

    package struct Plan: Sendable {
        fileprivate var identity: LakeIdentity
        /// The log that the lake was made from last; nil: it was not known.
        package var before: String? { identity.log }
        package let log: String
        package var changes: [NewStart] = []
        package var isAnotherLog: Bool { before.map { $0 != log } ?? false }
        /// The lake and this log belong together already.
        package var isNothing: Bool { changes.isEmpty && !isAnotherLog }
        /// As people count: 2 is the second.
        package var chapter: Int { max(1, identity.chapters.count) + 1 }
    }

    /// What is done, in order.
    package enum Step: CaseIterable, Sendable {
        case states, identity, lines
    }

    private let store: any FileStore
    private let log: any EventLog
    private let options: StreamOptions
    private let lock: any LakeLock

    /// Throws `.locked`, naming the owner, while a stream runs.
    package init(_ lake: LakeAddress, _ log: any EventLog, _ options: StreamOptions) throws(LakeError) {
        store = try lake.open()
        lock = try lake.lock(.lake, in: store)
        self.log = log
        self.options = options
    }

    // MARK: What there is to do

    /// `isMending`: ends first what was interrupted, as a start does. Nil: there is no lake yet.
    package func plan(isMending: Bool) throws -> Plan? {
        guard let identity = try LakeIdentity(store) else {
            guard try LakeIndex(store).partitions.isEmpty else {
                throw AdoptionRefusal(
                    description:
                        "\(LakeIdentity.path) is not there: put it back from a copy, or start the stream once, which "
                        + "makes it again")
            }
            return nil
        }
        guard identity.topics == options.topics.stored.sorted() else {
            throw AdoptionRefusal(
                description: "the lake is of the topics \(identity.topics.joined(separator: ", ")), not of "
                    + options.topics.stored.sorted().joined(separator: ", "))
        }
        if isMending { try mend() }
        let index = try LakeIndex(store)
        var plan = Plan(identity: identity, log: try log.identity(of: options.topics.discoveries))
        for topic in options.topics.stored {
            plan.changes += try changes(topic, index, identity, isAnotherLog: plan.isAnotherLog)
        }
        return plan
    }

    private func mend() throws(LakeError) {
        try CompactionSwitch.mend(store)
        for topic in StoredTopic.allCases {
            _ = try LakeRecovery(
                store, topic: options.topics.name(of: topic), primary: LakeSink.primary(topic).name,
                sides: LakeSink.sides(topic).map(\.name), lock: { [lock] _ in lock })
        }
    }

    /// How a partition of the log goes with what the lake has of it.
    private enum Verdict {
        case same(isProven: Bool)
        /// The records below `common`, an offset of the log, are the same.
        case other(common: Int64, reason: String)
    }

    private func changes(
        _ topic: String, _ index: LakeIndex, _ identity: LakeIdentity, isAnotherLog: Bool
    ) throws -> [NewStart] {
        let places = index.partitions.filter { $0.topic == topic }
        let all = try log.bounds(of: topic)
        // Keys name one of as many as there were at the lake's birth.
        let born = topic == options.topics.discoveries ? identity.keyPartitions ?? 0 : 0
        let needed = max(born, (places.map(\.partition).max() ?? -1) + 1)
        guard all.count >= needed else {
            throw AdoptionRefusal(
                description:
                    "\(topic) has \(all.count) partitions, the lake has records of \(needed), and a planet's records "
                    + "lie in the partition that its key names: make the topic with \(needed) partitions at least "
                    + "(planetarium topics create --partitions \(needed))")
        }
        var verdicts: [(place: TopicPartition, stored: Int64, start: LakeChapter.Start, verdict: Verdict)] = []
        for place in places {
            guard let stored = index.nextOffset(topic: topic, partition: place.partition),
                let bounds = all.first(where: { $0.partition == place.partition })
            else { continue }
            let start = identity.numbering.start(of: place)
            verdicts.append((place, stored, start, try compare(place, stored, identity.numbering, bounds)))
        }
        // A topic that was made again is another one in all its partitions, also where nothing shows it.
        let isMadeAgain = verdicts.contains {
            if case .other(common: 0, _) = $0.verdict { true } else { false }
        }
        return verdicts.compactMap { place, stored, start, verdict in
            let change: NewStart
            switch verdict {
            case .same(let isProven):
                if isProven || !(isMadeAgain || isAnotherLog) { return nil }
                change = NewStart(
                    place: place, start: LakeChapter.Start(lake: stored, log: 0),
                    reason: "nothing shows that it is the one that the lake was made from")
            case .other(let common, let reason):
                change = NewStart(place: place, start: LakeChapter.Start(lake: stored, log: common), reason: reason)
            }
            return change.start == start ? nil : change
        }
    }

    private func compare(
        _ place: TopicPartition, _ stored: Int64, _ numbering: LakeNumbering, _ bounds: PartitionBounds
    ) throws -> Verdict {
        let base = numbering.base(of: place)
        // Those of earlier chapters, too, as far as this log still has them.
        let records = try RollRecords.of(place, in: store).map { numbering.inLog($0, place) }.filter {
            $0.offset >= 0
        }
        func isThere(_ record: RecordFingerprint) throws -> Bool {
            guard record.offset >= bounds.first, record.offset < bounds.next else { return false }
            let found = try log.fetch(topic: place.topic, partition: place.partition, offsets: [record.offset])
            return !found.isEmpty && RecordFingerprint(found, 0) == record
        }
        var reason: String?
        if stored - base > bounds.next {
            reason = "it ends before offset \(bounds.next), the lake has its records up to \(stored - base - 1)"
        } else {
            // Also the first: the end may be the new topic's, read before it was found to be another one.
            for record in [records.last, records.first { $0.offset >= bounds.first }].compactMap({ $0 })
            where try reason == nil && log.objection(to: record, topic: place.topic, bounds) != nil {
                reason = "another record is at offset \(record.offset) than the lake has"
            }
        }
        guard let reason else { return .same(isProven: try records.last.map(isThere) ?? false) }
        // What comes before a record that is still there is there too: the last such one is looked for by halves.
        let known = records.filter { $0.offset >= bounds.first && $0.offset < bounds.next }
        var (low, high) = (0, try known.first.map(isThere) == true ? known.count : 0)
        while low < high {
            let middle = (low + high) / 2
            if try isThere(known[middle]) { low = middle + 1 } else { high = middle }
        }
        return .other(common: low > 0 ? known[low - 1].offset + 1 : 0, reason: reason)
    }

    // MARK: Doing it

    /// `before` hears of each step.
    package func carryOut(_ plan: Plan, before: (Step) throws -> Void = { _ in }) throws {
        var identity = plan.identity
        if identity.chapters.isEmpty { identity.chapters = [LakeChapter(log: identity.log, began: nil)] }
        identity.chapters.append(
            LakeChapter(
                log: plan.log, began: RFC3339.milliseconds(nanoseconds: Clock.wall),
                starts: Dictionary(uniqueKeysWithValues: plan.changes.map { ($0.place, $0.start) })))
        identity.log = plan.log
        try before(.states)
        try forgetStates(plan.changes.map(\.place))
        try before(.identity)
        try lock.check()
        try identity.write(to: store)
        try before(.lines)
        for change in plan.changes {
            let place = change.place
            let noted = plan.identity.chapters.compactMap { $0.starts[place] }
            try ChapterLine.complete(store, identity, place, noted: noted)
        }
    }

    /// What stream processes published of the log before: its records may be beyond what the lake has of them.
    private func forgetStates(_ places: [TopicPartition]) throws(LogError) {
        guard options.group != nil, !places.isEmpty else { return }
        do throws(LogError) {
            _ = try log.bounds(of: options.topics.state)
        } catch {
            guard case .unknownTopic = error else { throw error }
            return
        }
        for place in places {
            let reply = Reply<LogError?>()
            try log.writer().append(StateRecords.tombstone("\(place)"), topic: options.topics.state, ticket: 0) { ack in
                if case .failure(let error) = ack.result { reply.give(error) } else { reply.give(nil) }
            }
            if let error = reply.wait() { throw error }
        }
    }
}
