// `planetarium topics adopt`: the log was lost, or lost its end, and its lake continues with the present one. The
// lake's last chapter is closed, and the next begins at the first record that the lake lacks: none is lost. One rename
// (of `_lake.json`) is the whole change; what comes before does no harm without it, and the next start completes what
// comes after. For what a chapter is see Lake/Manifest/LakeChapter.swift.

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
    /// A partition that continues with other records.
    package struct NewStart: Sendable, Equatable {
        package let place: TopicPartition
        package let start: LakeChapter.Start
        /// Why it can't continue as it was.
        package let reason: String
    }

    package struct Plan: Sendable {
        fileprivate var identity: LakeIdentity
        /// The log that the lake was last made from; nil: unknown.
        package var before: String? { identity.log }
        package let log: String
        package var changes: [NewStart] = []
        package var isAnotherLog: Bool { before.map { $0 != log } ?? false }
        /// The lake and this log already belong together.
        package var isNothing: Bool { changes.isEmpty && !isAnotherLog }
        /// The number of the new chapter: 2 is the second.
        package var chapter: Int { identity.chapter + 1 }
    }

    /// The steps, in order.
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

    // MARK: Planning

    /// `isMending`: first completes what was interrupted, as a start does. Nil: there is no lake yet.
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
        let times = try StoredTimes(store, options.topics)
        var plan = Plan(identity: identity, log: try log.identity(of: options.topics.discoveries))
        for topic in options.topics.stored {
            plan.changes += try changes(topic, index, identity, times, isAnotherLog: plan.isAnotherLog)
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

    private func changes(
        _ topic: String, _ index: LakeIndex, _ identity: LakeIdentity, _ times: StoredTimes, isAnotherLog: Bool
    ) throws -> [NewStart] {
        let places = index.partitions.filter { $0.topic == topic }
        let all = try log.bounds(of: topic)
        // Keys name one of as many partitions as there were when the lake was made.
        let born = topic == options.topics.discoveries ? identity.keyPartitions ?? 0 : 0
        let needed = max(born, (places.map(\.partition).max() ?? -1) + 1)
        guard all.count >= needed else {
            throw AdoptionRefusal(
                description:
                    "\(topic) has \(all.count) partitions, the lake has records of \(needed), and a planet's records "
                    + "lie in the partition that its key names: make the topic with \(needed) partitions at least "
                    + "(planetarium topics create --partitions \(needed))")
        }
        typealias Compared = (
            place: TopicPartition, stored: Int64, start: LakeChapter.Start, verdict: PartitionComparison.Verdict
        )
        var verdicts: [Compared] = []
        for place in places {
            guard let stored = index.nextOffset(topic: topic, partition: place.partition),
                let bounds = all.first(where: { $0.partition == place.partition })
            else { continue }
            let comparison = PartitionComparison(
                place: place, stored: stored, numbering: identity.numbering, bounds: bounds, log: log, store: store,
                times: times)
            verdicts.append((place, stored, identity.numbering.start(of: place), try comparison.verdict()))
        }
        // If one partition of a topic was made again, all were, even where nothing shows it.
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

    // MARK: Carrying it out

    /// `before` is called with each step.
    package func carryOut(_ plan: Plan, before: (Step) throws -> Void = { _ in }) throws {
        var identity = plan.identity
        if identity.chapters.isEmpty { identity.chapters = [LakeChapter(log: identity.log, began: nil)] }
        identity.chapters.append(
            LakeChapter(
                log: plan.log, began: RFC3339.milliseconds(nanoseconds: Clock.wall),
                starts: Dictionary(uniqueKeysWithValues: plan.changes.map { ($0.place, $0.start) })))
        identity.log = plan.log
        try before(.states)
        try tellWebs(plan)
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

    /// A web without a lake must know that it sees only part of the records. Comes before the lake changes: if all ends
    /// here, the next start of the stream corrects it.
    private func tellWebs(_ plan: Plan) throws(LogError) {
        guard options.group != nil else { return }
        for topic in options.wantedTopics where topic.name == options.topics.state {
            try log.ensureTopic(topic.name, topic.options)
        }
        _ = try KeyedPartitions.settle(
            log, of: options.topics.discoveries, in: options.topics.state, known: plan.identity.keyPartitions,
            chapter: plan.chapter)
    }

    /// Drops what stream processes published about the earlier log, perhaps of records that the lake lacks.
    private func forgetStates(_ places: [TopicPartition]) throws(LogError) {
        guard options.group != nil, !places.isEmpty else { return }
        for place in places {
            let reply = Reply<LogError?>()
            try log.writer().append(StateRecords.tombstone("\(place)"), topic: options.topics.state, ticket: 0) { ack in
                if case .failure(let error) = ack.result { reply.give(error) } else { reply.give(nil) }
            }
            if let error = reply.wait() { throw error }
        }
    }
}
