// A table's folder that lies elsewhere: on another file system, behind a symbolic link. Its days are not compacted, and
// what was committed before it came to lie there does not keep the lake from being opened.

import Basics
import Foundation
import Telemetry
import Testing

@testable import Lake

@Suite struct OtherFileSystemTests {
    private let scratch: Scratch
    private let store: LocalFileStore

    init() throws {
        scratch = try Scratch()
        store = try LocalFileStore(root: scratch.path)
    }

    private static func device(_ path: String) -> dev_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_dev : nil
    }

    /// Memory is a file system of its own on every Linux.
    private static let hasOther = device("/dev/shm").map { $0 != device(NSTemporaryDirectory()) } ?? false

    /// A folder in the other file system, removed with the object.
    private final class Elsewhere {
        let path = "/dev/shm/lake-\(UUID().uuidString)"
        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    private func move(_ folder: String, to path: String) throws {
        try FileManager.default.moveItem(atPath: "\(scratch.path)/\(folder)", toPath: path)
        try FileManager.default.createSymbolicLink(atPath: "\(scratch.path)/\(folder)", withDestinationPath: path)
    }

    private func expectLeftAlone(_ days: Int) throws {
        let before = try LakeIndex.visibleFiles(store).map(\.path).sorted()
        let metrics = Metrics()
        let compactor = makeCompactor(store, metrics: metrics) { $0.interval = 0 }
        #expect(try compactAll(store, compactor) == 2 - days)
        // Another look doesn't count them again.
        _ = try compactor.step(budget: 0, today: today)
        #expect(metrics.prometheusText().contains("planetarium_lake_not_compacted_total \(days)\n"))
        if days == 2 { #expect(try LakeIndex.visibleFiles(store).map(\.path).sorted() == before) }
        #expect(try store.listIfThere("_compaction") == [])
        #expect(try recover(store).committed == [0: 149])
        try expectWhole(store)
        #expect(try ManifestCheck(store).findings == [])
    }

    @Test(.enabled(if: hasOther)) func aTableOnAnotherDiskIsLeftAlone() throws {
        let elsewhere = try Elsewhere()
        try writeDays(store)
        try move("discoveries", to: elsewhere.path + "/discoveries")
        try expectLeftAlone(2)
        // The table is written all the same.
        try writeRolls(store, 1, from: 150, day: days[2])
        #expect(try recover(store).committed == [0: 159])
    }

    @Test(.enabled(if: SmallDisk.isPossible)) func aMountedTableIsLeftAlone() throws {
        try store.makeDirectories("rejected")
        let disk = try #require(try SmallDisk(options: "size=8m", at: scratch.path + "/rejected"))
        defer { withExtendedLifetime(disk) {} }
        try writeDays(store)
        try expectLeftAlone(2)
    }

    /// One file system, seen through two mounts: it has one device number, and yet no rename leads across.
    @Test(.enabled(if: SmallDisk.isPossible)) func aBoundFolderIsLeftAlone() throws {
        try writeDays(store)
        let folder = "\(scratch.path)/aggregates"
        #expect(SmallDisk.run("mount", "--bind", folder, folder))
        defer { #expect(SmallDisk.run("umount", folder)) }
        try expectLeftAlone(2)
    }

    @Test func aLinkOnTheSameDiskIsCompactedAndALinkedDayIsNot() throws {
        try writeDays(store)
        let other = try Scratch()
        try move("discoveries", to: other.path + "/discoveries")
        try move("rejected/dt=\(days[0])", to: other.path + "/day")
        try expectLeftAlone(1)
        #expect(try names(store, "discoveries", days[1]).count == 1)
    }

    /// A compaction that was committed, and then the table's folder is moved to another disk: the start ends it. The
    /// store stops working at any step of that, too.
    @Test(.enabled(if: hasOther)) func whatIsCommittedIsEndedByCopying() throws {
        for steps in 0... {
            let scratch = try Scratch()
            let elsewhere = try Elsewhere()
            let store = try LocalFileStore(root: scratch.path)
            let faulty = FaultyStore(store)
            try writeDays(store, rolls: 2)
            try commitAndStop(faulty, scratch)
            try FileManager.default.moveItem(
                atPath: "\(scratch.path)/rejected", toPath: elsewhere.path + "/rejected")
            try FileManager.default.createSymbolicLink(
                atPath: "\(scratch.path)/rejected", withDestinationPath: elsewhere.path + "/rejected")
            faulty.failAfter(steps, with: .unavailable("stopped"))
            let isDone = (try? CompactionSwitch.mend(faulty)) != nil
            let seen = try offsets(store, "rejected")
            #expect(Set(seen).count == seen.count, "step \(steps)")
            faulty.failAfter(nil)
            try CompactionSwitch.mend(store)
            #expect(try recover(store).committed == [0: 59], "step \(steps)")
            try expectWhole(store, rolls: 6, "step \(steps)")
            #expect(try ManifestCheck(store).findings == [], "step \(steps)")
            #expect(try store.listIfThere("_compaction") == [], "step \(steps)")
            #expect(try names(store, "rejected", days[0]).count == 1, "step \(steps)")
            if isDone { break }
            #expect(steps < 200)
        }
    }

    /// Until the commit is there, and not a step further.
    private func commitAndStop(_ faulty: FaultyStore, _ scratch: Scratch) throws {
        let compactor = makeCompactor(faulty)
        faulty.stopAfterRename(to: CompactionSwitch.intentName)
        #expect(throws: LakeError.self) { try compactAll(faulty, compactor) }
        faulty.failAfter(nil)
        #expect(try CompactionSwitch.isUnfinished(faulty))
    }

    @Test func whatCannotBeCompletedIsPutBack() throws {
        try writeDays(store, rolls: 2)
        try commitAndStop(FaultyStore(store), scratch)
        // A folder in the day's folder can't come along.
        try store.makeDirectories("discoveries/dt=\(days[0])/mine")
        let before = try LakeIndex.visibleFiles(store).map(\.path).sorted()
        #expect(try CompactionSwitch.mend(store) == 1)
        #expect(try LakeIndex.visibleFiles(store).map(\.path).sorted() == before)
        #expect(try store.listIfThere("_compaction") == [] && recover(store).committed == [0: 59])
        try expectWhole(store, rolls: 6)
    }
}
