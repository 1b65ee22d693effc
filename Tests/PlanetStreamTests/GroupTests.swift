// Several stream processes on one log: whatever the sharing, the merged board is that of one process, and the lake has
// every offset once.

import Basics
import EventLog
import Foundation
import Lake
import PlanetCore
import StateBytes
import TestSupport
import Testing
import Threads

@testable import PlanetFigures
@testable import PlanetStream

/// A log with three partitions, stream services that share it, and their lake.
final class GroupBench {
    let bench: Bench
    let log: SharingLog
    var services: [StreamService] = []
    var members: [MemberReader] = []
    private(set) var appended = 0

    /// `around`: puts something between the log and the services.
    init(_ around: (any EventLog) -> any EventLog = { $0 }) throws {
        bench = try Bench(partitions: 3)
        bench.options.group = "g"
        bench.options.stateSpacing = 10_000_000
        bench.options.roll = RollPolicy(rows: 300, bytes: 1 << 30, age: 200_000_000)
        log = SharingLog(around(bench.log))
    }

    static let all: [TopicPartition] = ["planet-discoveries", "planet-rejected"].flatMap { topic in
        (0..<3).map { TopicPartition(topic, $0) }
    }

    func join() throws {
        let service = try StreamService(log: log, lake: .folder(path: bench.folder), options: bench.options)
        let before = log.present.count
        try service.start()
        bench.wait("a member") { log.present.count > before }
        services.append(service)
        members.append(try #require(log.last))
    }

    /// Deals the partitions round the members, beginning with `first`.
    func share(first: Int = 0) {
        var hands = members.map { ($0, [TopicPartition]()) }
        for (index, partition) in GroupBench.all.enumerated() {
            hands[(first + index) % hands.count].1.append(partition)
        }
        log.share(hands)
    }

    func leave(_ index: Int) {
        services.remove(at: index).stop()
        members.remove(at: index)
    }

    /// The board as one process on its own lake has it.
    func sole() throws -> (board: [String: [String: NSObject]], digest: String) {
        var options = bench.options
        options.group = nil
        options.topics.live = "sole-\(UUID().uuidString)"
        options.topics.deadLetters = "sole-letters"
        let folder = bench.folder + "-sole-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let service = try StreamService(log: bench.log, lake: .folder(path: folder), options: options)
        try service.start()
        bench.wait("the sole process") { service.status.isCaughtUp && service.status.lag == 0 }
        service.stop()
        return try last(options.topics.live)
    }

    func last(_ topic: String) throws -> (board: [String: [String: NSObject]], digest: String) {
        let live = bench.options.topics.live
        bench.options.topics.live = topic
        defer { bench.options.topics.live = live }
        let snapshot = try bench.frames().last { $0["type"] as? String == "snapshot" }
        return (
            snapshot?["aggregates"] as? [String: [String: NSObject]] ?? [:], snapshot?["digest"] as? String ?? "none"
        )
    }

    func waitForBoard(of sole: (board: [String: [String: NSObject]], digest: String)) throws {
        try bench.wait("the merged board") { try last(bench.options.topics.live).board == sole.board }
        let merged = try last(bench.options.topics.live)
        #expect(merged.digest == sole.digest)
        for (name, groups) in sole.board where groups != merged.board[name] {
            Issue.record("\(name) differs: \(groups.count) groups, \(merged.board[name]?.count ?? -1)")
        }
    }

    func checkLake() throws {
        for topic in ["planet-discoveries", "planet-rejected"] {
            for bounds in try bench.log.bounds(of: topic) where bounds.next > 0 {
                let table = topic == "planet-rejected" ? "rejected" : "discoveries"
                #expect(bench.stored(table, topic: topic, partition: bounds.partition) == 0...(bounds.next - 1))
            }
        }
    }
}

@Suite(.serialized) struct GroupTests {
    @Test(arguments: [1, 2, 3]) func anyNumberOfProcessesHasTheSameBoard(_ count: Int) throws {
        let group = try GroupBench()
        for _ in 0..<count { try group.join() }
        group.share()
        var random = SplitMix(seed: UInt64(count))
        let all = records(archive)
        var at = 0
        var invalid = 0
        while at < 3000 {
            let part = Array(all[at..<min(3000, at + Int.random(in: 100...700, using: &random))])
            at += part.count
            try group.bench.append(part + part.prefix(30).map { ($0.key, nil) } + [("broken", Array("{]".utf8))])
            invalid += 1
            try group.bench.append([("k\(at)", Array("no json".utf8))], to: "planet-rejected")
            // The sharing changes in the middle.
            if Bool.random(using: &random) { group.share(first: at) }
        }
        let sole = try group.sole()
        try group.waitForBoard(of: sole)
        for service in group.services { service.stop() }
        try group.checkLake()
        #expect((sole.board["totals"]?["rejected"] as? Int) == invalid * 2)
        let letters = try group.bench.log.bounds(of: "planet-dead-letters").reduce(0) { $0 + Int($1.next) }
        #expect(letters == invalid)
        // What is in the lake has been told to the group.
        for bounds in try group.bench.log.bounds(of: "planet-discoveries") {
            let told = group.members.compactMap { $0.committed(TopicPartition("planet-discoveries", bounds.partition)) }
                .max()
            #expect(told == bounds.next)
        }
    }

    @Test func publishingMovesWithPartitionZero() throws {
        let group = try GroupBench()
        try group.join()
        try group.join()
        group.share()
        try group.bench.append(records(Array(archive.prefix(1000))))
        try group.waitForBoard(of: try group.sole())
        let first = group.services[0].status.epoch
        #expect(first != "" && group.services[1].status.epoch == "")
        // The other one takes it all over.
        group.leave(0)
        group.share()
        try group.bench.append(records(Array(archive[1000..<1200])))
        try group.waitForBoard(of: try group.sole())
        let second = group.services[0].status.epoch
        #expect(second != "" && second != first)
        group.services[0].stop()
        try group.checkLake()

        // Terms rise with the epochs, and no board goes back on its planets.
        let reader = try group.bench.log.reader(topics: ["planet-live"], from: .earliest, group: nil)
        defer { reader.close() }
        let batch = try reader.poll(maxRecords: 10_000, maxBytes: 1 << 28, timeout: 0)
        var terms: [(Int, String)] = []
        var planets = 0
        for index in 0..<batch.count {
            let term = Int(String(decoding: batch.header(index, "term") ?? [], as: UTF8.self)) ?? -1
            let epoch = String(decoding: batch.header(index, "epoch") ?? [], as: UTF8.self)
            if terms.last?.1 != epoch { terms.append((term, epoch)) }
            guard batch.header(index, "kind") == Array("snapshot".utf8) else { continue }
            let frame = try JSONSerialization.jsonObject(with: Data(batch.value(index) ?? [])) as? [String: Any]
            let now = (frame?["aggregates"] as? [String: [String: Any]])?["totals"]?["planets"] as? Int ?? -1
            #expect(now >= planets)
            planets = now
        }
        #expect(terms.map(\.1) == [first, second])
        #expect(terms[0].0 > 0 && terms[1].0 > terms[0].0)
        #expect(planets == 1200)
    }

    /// Their offsets follow those in the lake, so nothing but the records before them tells.
    @Test(arguments: [0, 600]) func recordsOfATopicMadeAgainAreNotStored(_ before: Int) throws {
        let group = try GroupBench()
        group.bench.options.roll = RollPolicy(rows: 1_000_000, bytes: 1 << 30, age: 3_600_000_000_000)
        try group.join()
        group.share()
        try group.bench.append(records(Array(archive.prefix(before))))
        group.bench.wait("reading") { group.services[0].status.records >= before }
        if before > 0 {
            // The rolls end where the partitions are given up.
            group.log.share([])
            group.bench.wait("the lake") { !group.bench.files("discoveries").isEmpty }
            group.share()
        }
        try group.bench.append(records(Array(archive[600..<700])))
        group.bench.wait("reading on") { group.services[0].status.records >= before + 100 }
        let files = group.bench.files("discoveries")
        group.log.isMadeAgain.withLock { $0 = true }
        group.services[0].stop()
        #expect(group.bench.files("discoveries") == files)
        #expect(group.bench.options.mismatch.reason?.contains("has another record at offset") == true)
    }

    /// A log that says nothing now may be another one by the time it answers.
    @Test(arguments: [false, true]) func aRollIsHeldUntilTheLogSaysWhichItIs(_ isMadeAgain: Bool) throws {
        let group = try GroupBench()
        group.bench.options.roll = RollPolicy(rows: 300, bytes: 1 << 30, age: 3_600_000_000_000)
        try group.join()
        group.share()
        try group.bench.append(records(Array(archive.prefix(300))))
        group.bench.wait("reading") { group.services[0].status.records >= 300 }
        group.log.share([])
        group.bench.wait("the lake") { group.bench.files("discoveries").count >= 3 }
        let files = group.bench.files("discoveries")
        group.share()
        try group.bench.append(records(Array(archive[300..<360])))
        group.bench.wait("the partitions") { group.services[0].status.records >= 360 }
        group.log.isMute.withLock { $0 = true }
        // More than a roll has in each partition.
        try group.bench.append(records(Array(archive[360..<1800])))
        group.bench.wait("a question") { group.log.unanswered.withLock { $0 } > 0 }
        #expect(group.bench.files("discoveries") == files)
        group.log.isMadeAgain.withLock { $0 = isMadeAgain }
        group.log.isMute.withLock { $0 = false }
        if isMadeAgain {
            group.bench.wait("the finding") { group.bench.options.mismatch.reason != nil }
            #expect(group.bench.files("discoveries") == files)
        } else {
            group.bench.wait("the rolls") { group.bench.files("discoveries").count > files.count }
            #expect(group.bench.options.mismatch.reason == nil)
        }
        group.services[0].stop()
    }

    /// Leaders are changing while the process starts.
    @Test func aStartAsksAgain() throws {
        let group = try GroupBench()
        let log = group.log
        log.isMute.withLock { $0 = true }
        let thread = SystemThread.start("leaders") {
            while log.unanswered.withLock({ $0 }) == 0 { Clock.pause(1_000_000) }
            log.isMute.withLock { $0 = false }
        }
        try group.join()
        thread.join()
        group.services[0].stop()
    }

    @Test func lostPartitionsAreStoredByTheirNewOwnerOnly() throws {
        let group = try GroupBench()
        group.bench.options.roll = RollPolicy(rows: 1_000_000, bytes: 1 << 30, age: 3_600_000_000_000)
        try group.join()
        try group.join()
        group.log.share([(group.members[0], GroupBench.all)])
        try group.bench.append(records(Array(archive.prefix(600))))
        group.bench.wait("reading") { group.services[0].status.records >= 600 }
        // Nothing is in the lake yet. The first is taken for dead, but isn't: what it holds must not get there.
        group.members[0].lose(GroupBench.all)
        group.members[1].assign(GroupBench.all)
        group.bench.wait("the other one") { group.services[1].status.records >= 600 }
        #expect(group.bench.files("discoveries").isEmpty)
        try group.waitForBoard(of: try group.sole())
        for service in group.services { service.stop() }
        try group.checkLake()
    }

    @Test func theNextOwnerBeginsWithTheCheckpoint() throws {
        let group = try GroupBench()
        group.bench.options.roll = RollPolicy(rows: 1_000_000, bytes: 1 << 30, age: 3_600_000_000_000)
        try group.join()
        try group.join()
        group.log.share([(group.members[0], GroupBench.all)])
        try group.bench.append(records(Array(archive.prefix(900))))
        group.bench.wait("reading") { group.services[0].status.records >= 900 }
        // Given up: rolls and checkpoints of every partition are there before another may have them.
        group.log.share([(group.members[1], GroupBench.all)])
        #expect(group.bench.checkpointFiles.count >= 3)
        try group.bench.append(records(Array(archive[900..<950])))
        group.bench.wait("the new records") { group.services[1].status.planets >= 950 }
        #expect(group.services[1].status.records == 50)
        try group.waitForBoard(of: try group.sole())
        // And after a stop of all.
        for service in group.services { service.stop() }
        group.services = []
        group.members = []
        try group.join()
        group.log.share([(group.members[0], GroupBench.all)])
        group.bench.wait("the state") { group.services[0].status.planets >= 950 }
        #expect(group.services[0].status.records == 0)
        try group.waitForBoard(of: try group.sole())
        group.services[0].stop()
        try group.checkLake()
    }

    @Test func aLockedPartitionIsWaitedFor() throws {
        let group = try GroupBench()
        var lock: FolderLock? = try FolderLock(folder: group.bench.folder, .partition(topic: "planet-discoveries", 1))
        try group.join()
        try group.bench.append(records(Array(archive.prefix(300))))
        group.members[0].assign(GroupBench.all)
        group.bench.wait("the lock to be named") {
            group.services[0].status.trouble?.contains("partition 1 of planet-discoveries") == true
        }
        #expect(group.services[0].status.trouble?.contains("pid \(getpid())") == true)
        lock = nil
        _ = lock
        try group.waitForBoard(of: try group.sole())
        // A process that takes the lake for itself is refused meanwhile.
        #expect(throws: LakeError.self) { _ = try FolderLock(folder: group.bench.folder) }
        group.services[0].stop()
        try group.checkLake()
    }

    @Test func aStateFurtherThanTheLogIsForgotten() throws {
        let group = try GroupBench()
        try group.bench.log.ensureTopic("planet-state", TopicOptions())
        let stranger = Tally()
        let done = Handover<Bool>(capacity: 1)
        let state = PublishedState(next: 1_000_000, bytes: stranger.saved())
        try group.bench.log.writer().append(
            StateRecords.batch("planet-discoveries/1", state, id: "old"), topic: "planet-state", ticket: 0
        ) { _ in _ = done.give(true) }
        #expect(done.take(timeout: UInt64(5e9 * patience)) == true)
        try group.join()
        try group.bench.append(records(Array(archive.prefix(300))))
        group.share()
        try group.waitForBoard(of: try group.sole())
        group.services[0].stop()
    }
}

struct SharedStateTests {
    private func batch(_ next: Int64, _ bytes: Int, _ id: String) -> RecordBatch {
        StateRecords.batch(
            "t/0", PublishedState(next: next, bytes: [UInt8](repeating: UInt8(next), count: bytes)), id: id)
    }

    private func take(_ shared: inout SharedState, _ batch: RecordBatch, _ indices: [Int]? = nil) {
        for index in indices ?? Array(0..<batch.count) { _ = shared.take(batch, index) }
    }

    @Test func theFurtherStateWinsWhoeverComesLast() {
        var shared = SharedState()
        take(&shared, batch(5, 10, "a"))
        take(&shared, batch(3, 10, "zombie"))
        #expect(shared.states["t/0"]?.next == 5)
        take(&shared, batch(8, 10, "b"))
        #expect(shared.states["t/0"]?.bytes == [UInt8](repeating: 8, count: 10))
        take(&shared, StateRecords.tombstone("t/0"))
        #expect(shared.states.isEmpty)
        take(&shared, batch(3, 0, "c"))
        #expect(shared.states["t/0"]?.next == 3)
    }

    @Test func aStateInPartsCountsWhenItIsWhole() {
        var shared = SharedState()
        let first = batch(5, StateRecords.partBytes * 2 + 7, "a")
        let second = batch(6, StateRecords.partBytes + 1, "b")
        #expect(first.count == 3 && second.count == 2)
        take(&shared, first, [0, 1])
        #expect(shared.states.isEmpty)
        // Another process's parts in between, as at a handing over.
        take(&shared, second, [0])
        take(&shared, first, [2])
        #expect(shared.states["t/0"]?.bytes.count == StateRecords.partBytes * 2 + 7)
        take(&shared, second, [1])
        #expect(shared.states["t/0"]?.next == 6 && shared.states["t/0"]?.bytes.count == StateRecords.partBytes + 1)
        // A later publication that stopped half-way.
        take(&shared, batch(9, StateRecords.partBytes + 1, "c"), [1])
        #expect(shared.states["t/0"]?.next == 6)
    }
}

struct MergeTests {
    /// Random histories over three partitions, with save and restore between: everything on the board is as in one.
    @Test(arguments: 0..<8) func savedAndMergedPartitionsAreTheWhole(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed + 100)
        var batches: [[RecordBatch]] = [[], [], []]
        let whole = Tally()
        var offsets: [Int64] = [0, 0, 0]
        var time: Int64 = 1_700_000_000_000_000
        for _ in 0..<1500 {
            let planet = archive[Int.random(in: 0..<400, using: &random)]
            // Mostly seconds apart, now and then days: the newest minutes, days and planets must come out right.
            time += Bool.random(using: &random) ? Int64.random(in: 0..<90_000_000, using: &random) : 0
            if Int.random(in: 0..<40, using: &random) == 0 {
                time += 86_400_000_000 * Int64.random(in: 1..<30, using: &random)
            }
            let key = Array(planet.key.utf8)
            let partition = Int(Partitioner.partition(of: key[...], among: 3))
            var value: [UInt8]?
            switch Int.random(in: 0..<10, using: &random) {
            case 0...1: value = nil
            case 2: value = Array("{]".utf8)
            case 3...5:
                var other = DiscoveryDraft(archive[Int.random(in: 0..<400, using: &random)].discovery)
                other[.pl_name] = planet.discovery[.pl_name]
                value = DiscoveryJSON.bytes(other.discovery)
            default: value = DiscoveryJSON.bytes(planet.discovery)
            }
            var batch = RecordBatch()
            batch.append(
                key: key, value: value, headers: batch.addHeaders([]), partition: Int32(partition),
                offset: offsets[partition], timestamp: time)
            offsets[partition] += 1
            whole.events.append(whole.judge.discovery(batch, 0, source: nil).event)
            batches[partition].append(batch)
        }
        whole.applyEvents()
        whole.settle()
        let sum = Aggregates()
        for part in batches {
            let tally = Tally()
            for batch in part { tally.events.append(tally.judge.discovery(batch, 0, source: nil).event) }
            tally.applyEvents()
            var reader = StateReader(tally.saved())
            let restored = Aggregates()
            try restored.restore(from: &reader)
            #expect(reader.isAtEnd)
            sum.merge(restored)
        }
        let (expected, merged) = (boardOf(whole.aggregates), boardOf(sum))
        for (name, groups) in expected { #expect(merged[name] == groups, "\(name)") }
        #expect(digestOf(sum) == digestOf(whole.aggregates))
    }
}
