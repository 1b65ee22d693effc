// A tally that was saved and restored is the one it was, whatever its history; and a checkpoint of which anything is
// wrong is not used.

import Basics
import EventLog
import Foundation
import Lake
import PlanetCore
import TestSupport
import Testing

@testable import PlanetStream

/// Random records of planet-discoveries and planet-rejected, in batches.
struct RandomHistory {
    private var random: SplitMix
    private var offset: Int64 = 0
    private var time: Int64 = 1_700_000_000_000_000
    private let planets: Int

    init(seed: UInt64, planets: Int = 300) {
        random = SplitMix(seed: seed)
        self.planets = planets
    }

    mutating func batch(_ count: Int) -> RecordBatch {
        var batch = RecordBatch()
        let headers = batch.addHeaders([])
        for _ in 0..<count {
            let planet = archive[random.below(planets)]
            time += Int64(random.below(90_000_000))
            if random.below(60) == 0 { time += 86_400_000_000 * Int64(random.below(30)) }
            var value: [UInt8]?
            var topic: UInt8 = 0
            switch random.below(12) {
            case 0...1: value = nil
            case 2: value = Array("{]".utf8)
            case 3...5:
                var other = DiscoveryDraft(archive[random.below(planets)].discovery)
                other[.pl_name] = planet.discovery[.pl_name]
                value = DiscoveryJSON.bytes(other.discovery)
            case 6:
                topic = 1
                value = Array(#"{"raw":"x","line":1,"errors":[{"field":"pl_rade","rule":"out_of_range"}]}"#.utf8)
            default: value = DiscoveryJSON.bytes(planet.discovery)
            }
            batch.append(
                key: Array(planet.key.utf8), value: value, headers: headers, topic: topic, offset: offset,
                timestamp: time)
            offset += 1
        }
        return batch
    }
}

extension Tally {
    func feed(_ batch: RecordBatch) {
        for index in 0..<batch.count {
            if batch.entries[index].topic == 0 {
                events.append(judge.discovery(batch, index, source: nil).event)
            } else {
                events.append(judge.rejected(batch, index, source: nil).event)
            }
        }
        applyEvents()
    }
}

/// A lake's folder for checkpoints, removed with the object.
final class CheckpointBench {
    let root: String
    let store: LocalFileStore
    let folder: CheckpointFolder

    init() throws {
        root = FileManager.default.temporaryDirectory.appendingPathComponent("checkpoint-\(UUID().uuidString)").path
        store = try LocalFileStore(root: root)
        folder = CheckpointFolder(store, Checkpoints.folder, name: Checkpoints.whole)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    static let place = TopicPartition("planet-discoveries", 0)

    @discardableResult
    func write(_ tally: Tally, next: Int64, lake: String = "lake", log: String = "log") throws -> String {
        var positions = Positions()
        positions[CheckpointBench.place] = next
        var snapshot = TallySnapshot(tally, name: Checkpoints.whole, positions: positions)
        snapshot.newest[CheckpointBench.place] = 17
        return try snapshot.write(to: folder, lake: lake, log: log).path
    }

    func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: root + "/" + path)))
    }
    func set(_ path: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: root + "/" + path))
    }

    /// `stored`: how far the lake is; `log`: what the log holds.
    func begin(stored: Int64? = 100, log: Range<Int64> = 0..<100, lakeName: String = "lake", logName: String = "log")
        throws -> Beginning
    {
        let source = StateSource(
            store: store, topics: TopicNames(), lake: lakeName, log: logName, isStopping: { false })
        return try source.begin(
            Checkpoints.whole,
            [
                PartitionExtent(
                    key: PartitionKey(topic: .discoveries, partition: 0), place: CheckpointBench.place, stored: stored,
                    first: log.lowerBound, end: log.upperBound)
            ])
    }
}

private func content(_ tally: Tally) -> [[UInt8]] {
    TallySnapshot(tally, name: "", positions: Positions()).blocks.map { $0.content() }
}

@Suite struct CheckpointTests {
    /// Saved, restored, saved: the same bytes. Restored and fed the rest: as if nothing had been.
    @Test(arguments: 0..<12) func aRestoredTallyIsTheOneItWas(_ seed: UInt64) throws {
        let bench = try CheckpointBench()
        var history = RandomHistory(seed: seed, planets: seed % 2 == 0 ? 40 : 400)
        let whole = Tally()
        var restored = Tally()
        for round in 0..<6 {
            let batch = history.batch(150)
            whole.feed(batch)
            restored.feed(batch)
            let isSame = content(restored) == content(whole)
            #expect(isSame, "round \(round)")
            try bench.write(restored, next: Int64(round + 1))
            let beginning = try bench.begin()
            #expect(beginning.origin == .checkpoint && beginning.next[CheckpointBench.place] == Int64(round + 1))
            #expect(beginning.newest == [CheckpointBench.place: 17])
            restored = beginning.tally
            let isStillSame = content(restored) == content(whole)
            #expect(isStillSame, "round \(round), restored")
        }
        #expect(boardOf(restored.aggregates) == boardOf(whole.aggregates))
        #expect(digestOf(restored.aggregates) == digestOf(whole.aggregates))
        #expect(restored.planets == whole.planets)
        #expect(try bench.folder.list().map(\.number) == [6, 5])
    }

    /// A snapshot is of its moment, however late it is written.
    @Test func whatComesLaterIsNotInIt() throws {
        var history = RandomHistory(seed: 99)
        let tally = Tally()
        tally.feed(history.batch(2000))
        let before = content(tally)
        let snapshot = TallySnapshot(tally, name: "", positions: Positions())
        tally.feed(history.batch(2000))
        let (isUnchanged, hasMoved) = (snapshot.blocks.map { $0.content() } == before, content(tally) != before)
        #expect(isUnchanged && hasMoved)
    }

    /// Sets of values too large to be kept come back as they were: more than OrderedValues.keepLimit planets.
    @Test func manyPlanets() throws {
        let bench = try CheckpointBench()
        let tally = Tally()
        var offset: Int64 = 0
        for copy in 0..<5 {
            var batch = RecordBatch()
            let headers = batch.addHeaders([])
            for planet in archive {
                var draft = DiscoveryDraft(planet.discovery)
                draft[.pl_name] = "\(planet.discovery[.pl_name] ?? "") \(copy)"
                batch.append(
                    key: [0], value: DiscoveryJSON.bytes(draft.discovery), headers: headers, offset: offset,
                    timestamp: offset)
                offset += 1
            }
            tally.feed(batch)
        }
        #expect(tally.planets > 25_000)
        try bench.write(tally, next: 7)
        let restored = try bench.begin().tally
        let isSame = content(restored) == content(tally)
        #expect(isSame)
        // Now fewer, so that values must be found again.
        for each in [tally, restored] {
            var batch = RecordBatch()
            let headers = batch.addHeaders([])
            for chunk in tally.judge.planets.chunks.prefix(80) {
                for planet in chunk {
                    batch.append(
                        key: Array(planet.key.utf8), value: [UInt8]?.none, headers: headers, offset: offset,
                        timestamp: offset)
                }
            }
            each.feed(batch)
        }
        tally.settle()
        restored.settle()
        #expect(boardOf(restored.aggregates) == boardOf(tally.aggregates))
    }

    // MARK: Never trusted

    private func prepared() throws -> (bench: CheckpointBench, older: String, newer: String) {
        let bench = try CheckpointBench()
        var history = RandomHistory(seed: 5, planets: 30)
        let tally = Tally()
        tally.feed(history.batch(40))
        let older = try bench.write(tally, next: 40)
        tally.feed(history.batch(10))
        let newer = try bench.write(tally, next: 50)
        return (bench, older, newer)
    }

    @Test func everyFlippedByteIsNoticed() throws {
        let (bench, _, newer) = try prepared()
        let good = try bench.bytes(newer)
        #expect(try bench.begin().next[CheckpointBench.place] == 50)
        var random = SplitMix(seed: 12)
        var places = Array(stride(from: 0, to: good.count, by: max(1, good.count / 400)))
        places += Array(0..<60) + Array(good.count - 45..<good.count)
        for place in places {
            var bad = good
            bad[place] ^= UInt8.random(in: 1...255, using: &random)
            try bench.set(newer, bad)
            #expect(try bench.begin().next[CheckpointBench.place] == 40, "byte \(place)")
        }
    }

    @Test func aCutOrEmptyFileIsNoticed() throws {
        let (bench, older, newer) = try prepared()
        let good = try bench.bytes(newer)
        // Also right behind the head, where the content and its check sum have no room.
        let head = try #require(good.indices.filter { good[$0] == 0x0A }.dropFirst().first) + 1
        for length in [0, 1, 20, 100, good.count / 2, good.count - 33, good.count - 1] + Array(head - 1...head + 45) {
            try bench.set(newer, Array(good.prefix(length)))
            #expect(try bench.begin().next[CheckpointBench.place] == 40, "\(length) bytes")
        }
        try bench.set(newer, good + [0])
        #expect(try bench.begin().next[CheckpointBench.place] == 40)
        try bench.set(older, [])
        // Both gone, and there is no lake to read back: the log, from its beginning.
        let last = try bench.begin(stored: nil)
        #expect(last.origin == .log && last.next[CheckpointBench.place] == 0 && last.tally.planets == 0)
    }

    /// The bytes are right, and it is not what is wanted.
    @Test func whatDoesNotFitIsNotUsed() throws {
        let (bench, _, newer) = try prepared()
        func next(_ beginning: Beginning) -> Int64? { beginning.next[CheckpointBench.place] }
        // Ahead of the lake, of the log; behind the log's first record.
        #expect(next(try bench.begin(stored: 49)) == 40)
        #expect(next(try bench.begin(stored: 50)) == 50)
        #expect(next(try bench.begin(log: 0..<45)) == 40)
        #expect(try bench.begin(log: 30..<100).origin == .checkpoint)
        #expect(try bench.begin(stored: nil).origin == .log)
        #expect(throws: EngineFailure.self) { _ = try bench.begin(log: 51..<100) }
        #expect(try bench.begin(stored: nil, lakeName: "other").origin == .log)
        #expect(try bench.begin(stored: nil, logName: "other").origin == .log)
        // Another version of the file's format, and of the content's meaning: with right checksums.
        let good = try bench.bytes(newer)
        for (from, to) in [
            ("planetarium-checkpoint 1", "planetarium-checkpoint 2"),
            (CheckpointMeaning.current, String(repeating: "a", count: 64)),
        ] {
            var text = good.dropLast(32)
            let range = try #require(Data(text).range(of: Data(from.utf8)))
            text.replaceSubrange(range, with: to.utf8)
            let digest = SHA256()
            Array(text).withUnsafeBytes { digest.add($0) }
            try bench.set(newer, Array(text) + digest.bytes())
            #expect(next(try bench.begin()) == 40, "\(to)")
        }
        // Counts that contradict the content.
        for (from, to) in [(#""planets":"#, #""plonets":"#), (#""present":""#, #""present":"9"#)] {
            var text = Array(good.dropLast(32))
            let range = try #require(Data(text).range(of: Data(from.utf8)))
            text.replaceSubrange(range, with: Array(to.utf8))
            let digest = SHA256()
            text.withUnsafeBytes { digest.add($0) }
            try bench.set(newer, text + digest.bytes())
            #expect(next(try bench.begin()) == 40, "\(to)")
        }
    }

    @Test func theMeaningIsTheSameAtEveryCall() {
        #expect(CheckpointMeaning.current.utf8.count == 64)
        let tally = Tally()
        #expect(content(tally) == content(Tally()))
    }
}
