import Basics
import Foundation
import TestSupport
import Testing
import Threads

@testable import Lake

/// What `_lake.json` says of the lake, that no byte of it changes unseen, and the numbering through chapters.
@Suite struct LakeIdentityTests {
    private let scratch: Scratch
    private let store: LocalFileStore
    private let discoveries = TopicPartition("planet-discoveries", 0)
    private let topics = ["planet-discoveries", "planet-rejected"]

    init() throws {
        scratch = try Scratch()
        store = try LocalFileStore(root: scratch.path)
    }

    private func chapters() -> [LakeChapter] {
        [
            LakeChapter(log: "kafka:a/planet-discoveries", began: nil),
            LakeChapter(
                log: "kafka:b/planet-discoveries", began: "2026-11-29T01:02:03.000Z",
                starts: [
                    discoveries: .init(lake: 100, log: 0), TopicPartition("planet-rejected", 1): .init(lake: 7, log: 5),
                ]),
        ]
    }

    @Test(arguments: [false, true]) func everyChangedByteIsFound(_ hasChapters: Bool) throws {
        var identity = try LakeIdentity.open(store, log: "kafka:b/planet-discoveries", topics: topics)
        if hasChapters { identity.chapters = chapters() }
        try identity.write(to: store)
        #expect(try LakeIdentity(store) == identity)
        let bytes = try store.read(LakeIdentity.path, offset: 0, count: 1 << 20)
        for place in bytes.indices {
            for change: UInt8 in [0x01, 0x20, 0x80, bytes[place]] {
                var changed = bytes
                changed[place] ^= change
                try store.replace(LakeIdentity.path, with: changed)
                #expect(throws: LakeError.self, "byte \(place) to \(changed[place])") { try LakeIdentity(store) }
                let found = try ManifestCheck(store).findings.map(\.path)
                #expect(found == [LakeIdentity.path], "byte \(place) to \(changed[place])")
            }
        }
        for count in 0..<bytes.count {
            try store.replace(LakeIdentity.path, with: Array(bytes.prefix(count)))
            #expect(throws: LakeError.self, "\(count) bytes") { try LakeIdentity(store) }
        }
    }

    /// The processes of a group start together on a new lake.
    @Test(arguments: StoreCase.all) func ofManyThatMakeItAtOnceOneDoes(_ made: StoreCase) throws {
        let (store, keeps) = try made.make()
        defer { withExtendedLifetime(keeps) {} }
        for round in 0..<10 {
            if round > 0 { try store.delete(LakeIdentity.path) }
            let lakes = Mutual<[String]>([])
            DispatchQueue.concurrentPerform(iterations: 8) { _ in
                do {
                    var identity = try LakeIdentity.open(store, log: "log-1", topics: topics)
                    try identity.keep(keyPartitions: 3, in: store)
                    lakes.add(identity.lake)
                } catch { Issue.record(error) }
            }
            let made = try #require(try LakeIdentity(store))
            #expect(made.keyPartitions == 3 && lakes.value == Array(repeating: made.lake, count: 8))
            #expect(try store.list("").map(\.name) == [LakeIdentity.path])
        }
    }

    /// As HDFS may show it for a moment.
    @Test func anEmptyOneIsWaitedFor() throws {
        let made = try LakeIdentity.open(store, log: "log-1", topics: topics)
        let bytes = try store.read(LakeIdentity.path, offset: 0, count: 1 << 20)
        try store.replace(LakeIdentity.path, with: [])
        let thread = SystemThread.start("late") { [store] in
            letPass(seconds: 0.2)
            try? store.replace(LakeIdentity.path, with: bytes)
        }
        #expect(try LakeIdentity(store)?.lake == made.lake)
        thread.join()
    }

    @Test func theSparkJobsLakeIsLeftAlone() throws {
        try store.replace(LakeIdentity.sparkPath, with: Array("{\"key_partitions\":3}".utf8))
        #expect(throws: LakeError.self) { try LakeIdentity.open(store, log: "log-1", topics: topics) }
        #expect(try store.list("").map(\.name) == [LakeIdentity.sparkPath])
    }

    @Test func anOlderOneStaysValidAndGetsItsSum() throws {
        let old =
            "{\"format\":1,\"lake\":\"0123456789abcdef0123456789abcdef\",\"log\":\"log-1\",\"topics\":[\"a\",\"b\"]}\n"
        try store.replace(LakeIdentity.path, with: Array(old.utf8))
        let read = try #require(try LakeIdentity(store))
        #expect(read.log == "log-1" && read.topics == ["a", "b"])
        let opened = try LakeIdentity.open(store, log: "log-1", topics: ["a", "b"])
        #expect(opened.lake == read.lake)
        #expect(try text(LakeIdentity.path, in: store, count: 1 << 20).contains("\"sum\":"))
    }

    @Test func theManifestSaysWhichLakeItIsOf() throws {
        let identity = try LakeIdentity.open(store, log: "log-1", topics: ["planet-discoveries"])
        try writeRolls(store, 2)
        #expect(try ManifestCheck(store).findings == [])
        // The one of another lake.
        let other = LakeIdentity(lake: Hex.random(bytes: 16), log: "log-1", topics: ["planet-discoveries"])
        try other.write(to: store)
        #expect(try ManifestCheck(store).findings.map(\.reason) == [.changed])
        #expect {
            _ = try recover(store)
        } throws: {
            guard case LakeError.inconsistent(let text) = $0 else { return false }
            return text.contains(identity.lake) && text.contains(other.lake)
        }
        // Gone, and made again as it was.
        try store.delete(LakeIdentity.path)
        #expect(try ManifestCheck(store).findings.map(\.reason) == [.missing])
        #expect(try LakeIdentity.open(store, log: "log-1", topics: ["planet-discoveries"]) == identity)
        #expect(try ManifestCheck(store).findings == [])
    }

    @Test func offsetsOfSeveralLogsAreUnique() {
        let plain = LakeNumbering()
        #expect(plain.isPlain && plain.inLake(5, discoveries) == 5 && plain.inLog(5, discoveries) == 5)
        // A log made again, then one that lost its end: of its offsets 0..<50, 40 are the same as before.
        let numbering = LakeNumbering([
            LakeChapter(log: "a", began: nil),
            LakeChapter(log: "b", began: nil, starts: [discoveries: .init(lake: 100, log: 0)]),
            LakeChapter(log: "b", began: nil, starts: [discoveries: .init(lake: 150, log: 40)]),
        ])
        #expect(numbering.base(of: discoveries) == 110)
        #expect(numbering.inLake(40, discoveries) == 150)
        #expect(numbering.inLake(39, discoveries) == 139)
        #expect(numbering.inLog(139, discoveries) == 39)
        // Records that only the lake has.
        #expect(numbering.inLog(149, discoveries) == -1)
        #expect(numbering.inLog(140, discoveries) == -10)
        #expect(numbering.inLog(99, discoveries) == -51)
        #expect(numbering.inLog(0, discoveries) == -150)
        for offset in Int64(0)..<200 {
            #expect(numbering.inLake(numbering.inLog(offset, discoveries), discoveries) == offset)
        }
        #expect(Set((Int64(0)..<200).map { numbering.inLog($0, discoveries) }).count == 200)
        #expect(numbering.inLake(7, TopicPartition("planet-discoveries", 1)) == 7)
    }
}
