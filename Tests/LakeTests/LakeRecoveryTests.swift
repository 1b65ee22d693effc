// What a start finds, removes and refuses; and the lock.

import Basics
import Testing

@testable import Lake

@Suite struct LakeRecoveryTests {
    private let scratch: Scratch
    private let store: LocalFileStore

    init() throws {
        scratch = try Scratch()
        store = try LocalFileStore(root: scratch.path)
    }

    private func file(
        _ table: String, _ first: Int64, _ last: Int64, topic: String = "planet-discoveries", partition: Int32 = 0,
        day: UTCDay = day
    ) throws {
        let path = LakePath(table: table, day: day, topic: topic, partition: partition, first: first, last: last)
        try store.makeDirectories(path.folder)
        try put("x", path.path, in: store)
    }

    private func recover(partitions: Set<Int32>? = nil, inLog: Set<Int32>? = nil) throws -> LakeRecovery {
        try LakeRecovery(
            store, topic: "planet-discoveries", primary: "discoveries", sides: ["rejected", "aggregates"],
            partitions: partitions, inLog: inLog)
    }

    @Test func emptyLakeHasNothingCommitted() throws {
        #expect(try recover().committed == [:])
    }

    @Test func lastOffsetOfEachPartitionAcrossDays() throws {
        try file("discoveries", 0, 9)
        try file("discoveries", 20, 29, day: UTCDay(days: day.days + 1))
        try file("discoveries", 10, 19)
        try file("discoveries", 5, 6, partition: 7)
        try file("rejected", 0, 9)
        let recovery = try recover()
        #expect(recovery.committed == [0: 29, 7: 6])
        #expect(recovery.removed == [])
    }

    @Test func leftoversOfAnInterruptedRollGo() throws {
        try file("discoveries", 0, 9)
        try file("rejected", 0, 9)
        // Orphans: their roll never committed.
        try file("rejected", 10, 19)
        try file("aggregates", 10, 19)
        try file("aggregates", 0, 3, partition: 1)
        let aside = LakePath.aside(table: "discoveries", day: day, topic: "planet-discoveries", partition: 0, first: 10)
        try put("half", aside, in: store)
        // Others' files stay: another topic's, and names of another making.
        try file("rejected", 100, 109, topic: "planet-rejected")
        let theirs = LakePath.aside(table: "rejected", day: day, topic: "planet-rejected", partition: 0, first: 110)
        try put("half", theirs, in: store)
        let foreign = [
            "discoveries/000000_0", "discoveries/dt=\(day)/000000_0", "discoveries/dt=\(day)/part-0.parquet",
        ]
        for path in foreign { try put("x", path, in: store) }
        // Readers pass over these.
        try put("x", "discoveries/dt=\(day)/_SUCCESS", in: store)
        try put("x", "discoveries/dt=\(day)/.000000_0.crc", in: store)
        let recovery = try recover()
        #expect(recovery.committed == [0: 9])
        #expect(recovery.removed.count == 4)
        #expect(recovery.removed.contains(aside))
        #expect(recovery.foreign == foreign)
        #expect(try names(store, "rejected").count == 3)
        #expect(try names(store, "aggregates") == [])
        #expect(try recover().removed == [])
        let rejected = try LakeRecovery(store, topic: "planet-rejected", primary: "rejected")
        #expect(rejected.committed == [0: 109] && rejected.removed == [theirs])
    }

    @Test func filesOfATopicThatIsNotTheLakesAreNamed() throws {
        try file("discoveries", 0, 9)
        try file("rejected", 0, 9, topic: "planet-rejected")
        try file("discoveries", 0, 9, topic: "stars")
        let stranger = LakePath(table: "discoveries", day: day, topic: "stars", partition: 0, first: 0, last: 9).path
        // An older lake does not say which topics are its own.
        #expect(try recover().foreign == [])
        _ = try LakeIdentity.open(store, log: "memory:x", topics: ["planet-discoveries", "planet-rejected"])
        #expect(try recover().foreign == [stranger])
        #expect(try ManifestCheck(store).findings.contains { $0.path == stranger && $0.reason == .surplus })
        #expect(try store.exists(stranger))
    }

    @Test func filesOfAPartitionThatTheLogHasNotAreNamed() throws {
        try file("discoveries", 0, 9)
        try file("discoveries", 0, 9, partition: 1)
        try file("discoveries", 0, 9, partition: 7)
        let stranger = LakePath(
            table: "discoveries", day: day, topic: "planet-discoveries", partition: 7, first: 0, last: 9
        ).path
        #expect(try recover(partitions: [0]).foreign == [])
        #expect(try recover(partitions: [0], inLog: [0, 1]).foreign == [stranger])
        #expect(try store.exists(stranger))
    }

    @Test func onlyTheAskedPartitionsAreTouched() throws {
        try file("rejected", 0, 9, partition: 1)
        try file("rejected", 0, 9, partition: 2)
        #expect(try recover(partitions: [1]).removed.count == 1)
        #expect(try names(store, "rejected").count == 1)
    }

    @Test(arguments: [
        ([(0, 9), (11, 19)], "offsets 10 to 10 are missing"), ([(0, 9), (9, 19)], "stored twice"),
        ([(0, 9), (0, 19)], "stored twice"), ([(0, 99), (10, 19)], "stored twice"),
    ])
    func gapsAndOverlapsNameTheFiles(files: [(Int64, Int64)], says: String) throws {
        for (first, last) in files { try file("discoveries", first, last) }
        #expect { try recover() } throws: {
            guard case LakeError.inconsistent(let text) = $0 else { return false }
            return text.contains(says) && text.contains("discoveries/dt=2026-11-23/planet-discoveries-p00000-")
        }
    }

    @Test func theSameFileInTwoDaysIsStoredTwice() throws {
        try file("discoveries", 0, 9)
        try file("discoveries", 0, 9, day: UTCDay(days: day.days + 1))
        #expect(throws: LakeError.self) { try recover() }
    }

    @Test func aSideFileWithoutItsRollIsRefused() throws {
        try file("discoveries", 0, 9)
        try file("rejected", 0, 4)
        #expect(throws: LakeError.self) { try recover() }
        #expect(try names(store, "rejected").count == 1)
    }

    @Test func secondLockIsRefusedAndNamesTheOwner() throws {
        var first: FolderLock? = try FolderLock(folder: scratch.path)
        _ = withExtendedLifetime(first) {
            #expect { try FolderLock(folder: scratch.path) } throws: {
                guard case LakeError.locked(let text) = $0 else { return false }
                return text.contains("pid ") && text.contains(scratch.path)
            }
        }
        first = nil
        _ = try FolderLock(folder: scratch.path)
    }
}
