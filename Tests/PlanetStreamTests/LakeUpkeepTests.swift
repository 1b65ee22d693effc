// The lake's thread compacts in idle moments, and `planetarium compact` does the rest: real tables, rolls without a row
// among them.

import Basics
import Glibc
import Lake
import PlanetCore
import TestSupport
import Testing
import Threads

@testable import PlanetStream

struct LakeUpkeepTests {
    private static let key = PartitionKey(topic: .discoveries, partition: 0)
    private let bench: Bench
    private let store: LocalFileStore

    init() throws {
        bench = try Bench()
        store = try LocalFileStore(root: bench.folder)
    }

    private func start(_ sink: LakeSink, _ compaction: CompactionOptions?) -> SystemThread {
        SystemThread.start("test-lake") { [store] in
            sink.run(
                { partition in
                    LakeWriter(
                        store, topic: "t", partition: partition.partition, primary: LakeSink.primary(partition.topic),
                        sides: LakeSink.sides(partition.topic), committed: nil)
                },
                compactor: compaction.map {
                    LakeCompactor(store, primaries: LakeUpkeep.primaries, options: $0)
                }, wake: {})
        }
    }

    /// One offset a roll, three rolls a day; every third is a reject, so that its roll has no row in `discoveries`.
    private func give(_ sink: LakeSink, _ offset: Int64) {
        var batch = StoredBatch(partition: Self.key, offsets: offset...offset)
        batch.note(UTCDay(days: 20_000 + Int(offset) / 3))
        if offset % 3 == 2 {
            batch.rejects = [
                StoredReject(
                    offset: offset, timestamp: offset, source: nil, key: nil, line: nil, raw: "x", errors: "[]",
                    rules: [])
            ]
        } else {
            let planet = archive[Int(offset)]
            batch.records = [
                StoredRecord(
                    key: planet.key, revision: 1, change: .new, offset: offset, timestamp: offset, source: nil,
                    verdict: .accept, warnings: [], record: .discovery(planet.discovery), submission: nil)
            ]
        }
        #expect(sink.give(.batch(batch)))
        #expect(sink.give(.roll(Self.key, RollMoment(newest: offset, positions: Positions()), [])))
    }

    private func files(_ table: String) throws -> [IndexedFile] {
        try LakeIndex(store).files(of: table, topic: "t", partition: 0)
    }

    @Test func idleMomentsAreUsedAndTheStreamGoesOn() throws {
        var options = CompactionOptions()
        options.grace = 0
        options.interval = 50_000_000
        let sink = LakeSink(capacity: 2)
        let thread = start(sink, options)
        for offset in Int64(0)..<9 { give(sink, offset) }
        #expect(try eventually(30) { try files("discoveries").count <= 5 })
        #expect(try files("discoveries").map(\.first) == [0, 3, 6, 7, 8])
        #expect(try files("discoveries").map(\.rows) == [2, 2, 1, 1, 0])
        #expect(try files("rejected").map(\.rows) == [1, 1, 1])
        #expect(try files("predictions").map(\.rows) == [2, 2, 1, 1])
        // The writer that was there all the time goes on with the same manifest.
        for offset in Int64(9)..<12 { give(sink, offset) }
        sink.close()
        thread.join()
        #expect(sink.failure == nil)
        #expect(try ManifestCheck(store).findings == [])
        #expect(bench.stored("discoveries", topic: "t")?.upperBound == 11)
    }

    @Test func theCommandDoesEverythingAndNeedsTheLakeForItself() throws {
        let sink = LakeSink(capacity: 2)
        let thread = start(sink, nil)
        for offset in Int64(0)..<9 { give(sink, offset) }
        sink.close()
        thread.join()
        let lake = LakeAddress.folder(path: bench.folder)
        var options = CompactionOptions()
        options.grace = 0
        do {
            let owner = try lake.lock(.member)
            #expect(throws: LakeError.self) { try LakeCompaction.run(lake, options) { _ in } }
            withExtendedLifetime(owner) {}
        }
        var said: [String] = []
        let done = try LakeCompaction.run(lake, options) { said.append($0) }
        #expect(done.compactions == 2 && done.filesBefore == 12 && done.filesAfter == 6 && said.count == 2)
        #expect(try files("discoveries").map(\.first) == [0, 3, 6, 7, 8])
        #expect(try ManifestCheck(store).findings == [])
        #expect(try LakeCompaction.run(lake, options) { _ in }.compactions == 0)
    }
}
