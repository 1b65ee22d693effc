// Every step of a roll fails once: a retry ends in the same bytes, a crash in the state before or after the commit.

import Foundation
import Testing

@testable import Lake

@Suite struct LakeFailureTests {
    private let scratch: Scratch
    private let local: LocalFileStore
    private let store: FaultyStore

    init() throws {
        scratch = try Scratch()
        local = try LocalFileStore(root: scratch.path)
        store = FaultyStore(local)
    }

    private func file(_ table: String, _ store: any FileStore) throws -> [UInt8] {
        try store.read("\(table)/dt=\(day)/\(committedName)", offset: 0, count: 1 << 20)
    }

    /// Appends in parts and rolls. Each call is made until it succeeds, at most twice.
    private func write(_ writer: LakeWriter, failure: inout LakeError?) throws -> LakeRoll? {
        func retry<Result>(_ call: () throws(LakeError) -> Result) throws -> Result {
            do { return try call() } catch {
                failure = error
                store.failAfter(nil)
                return try call()
            }
        }
        for start in stride(from: Int64(0), to: 100, by: 20) {
            let rows = batches(writer, start...start + 19)
            try retry { () throws(LakeError) in try writer.append(rows, offsets: start...start + 19, day: day) }
        }
        return try retry { () throws(LakeError) in try writer.roll() }
    }

    @Test func everyStepMayFailOnceAndBeTriedAgain() throws {
        let calm = try Scratch()
        let wanted = try LocalFileStore(root: calm.path)
        var failure: LakeError?
        _ = try write(makeWriter(wanted, rowGroupRows: 10), failure: &failure)
        var steps = 0
        while true {
            failure = nil
            store.failAfter(steps)
            let roll = try write(makeWriter(store, rowGroupRows: 10), failure: &failure)
            #expect(roll?.last == 99, "step \(steps)")
            for table in ["discoveries", "rejected"] {
                #expect(try names(local, table) == [committedName], "step \(steps)")
                #expect(try file(table, local) == file(table, wanted), "step \(steps)")
                try local.delete("\(table)/dt=\(day)/\(committedName)")
            }
            for name in try names(local, in: "_manifest/planet-discoveries-p00000") {
                try local.delete("_manifest/planet-discoveries-p00000/\(name)")
            }
            // A write that fails is swallowed once if a later one succeeds; the last step of all never fails.
            if failure == nil && steps > 60 { break }
            steps += 1
        }
    }

    @Test func aCrashAtAnyStepIsEitherBeforeOrAfterTheCommit() throws {
        var outcomes = Set<Int64?>()
        for steps in 0...60 {
            try? FileManager.default.removeItem(atPath: scratch.path + "/discoveries")
            try? FileManager.default.removeItem(atPath: scratch.path + "/rejected")
            try? FileManager.default.removeItem(atPath: scratch.path + "/_manifest")
            store.failAfter(steps)
            let writer = makeWriter(store, rowGroupRows: 10)
            do {
                for start in stride(from: Int64(0), to: 100, by: 20) {
                    try writer.append(batches(writer, start...start + 19), offsets: start...start + 19, day: day)
                }
                _ = try writer.roll()
            } catch {}
            // The process is gone: nobody tidies up.
            let recovery = try LakeRecovery(
                local, topic: "planet-discoveries", primary: "discoveries", sides: ["rejected", "aggregates"])
            outcomes.insert(recovery.committed[0])
            let left = recovery.committed[0] == 99 ? [committedName] : []
            #expect(try names(local, "discoveries") == left, "step \(steps)")
            #expect(try names(local, "rejected") == left, "step \(steps)")
            // The next writer stores everything, once.
            let next = makeWriter(local, committed: recovery.committed[0])
            if recovery.committed[0] == nil {
                try next.append(batches(next, 0...99), offsets: 0...99, day: day)
                #expect(try next.roll()?.files.count == 2)
            }
        }
        #expect(outcomes == [nil, 99])
    }

    @Test func lostBytesAreNotTriedAgain() throws {
        let writer = makeWriter(store)
        try writer.append(batches(writer, 0...99), offsets: 0...99, day: day)
        // Two appends of the finished files' bytes lie around each sync.
        store.failAfter(1, with: .lost("gone"))
        #expect(throws: LakeError.lost("gone")) { try writer.roll() }
        store.failAfter(nil)
        #expect(throws: LakeError.lost("gone")) { try writer.roll() }
        #expect(throws: LakeError.lost("gone")) {
            try writer.append(batches(writer, 100...100), offsets: 100...100, day: day)
        }
        writer.abandon()
        #expect(try names(local, "discoveries") == [])
        try writer.append(batches(writer, 0...99), offsets: 0...99, day: day)
        #expect(try writer.roll()?.last == 99)
    }

    @Test(.enabled(if: SmallDisk.isPossible)) func aFullDiskIsSaidAndTheRollGoesOnWhenThereIsRoom() throws {
        let disk = try #require(try SmallDisk(options: "size=256k"))
        let small = try LocalFileStore(root: disk.path)
        let writer = makeWriter(small, rowGroupRows: 500)
        var failure: LakeError?
        var at: Int64 = 0
        while at < 100_000 && failure == nil {
            do {
                try writer.append(batches(writer, at...at + 999), offsets: at...at + 999, day: day)
                at += 1000
            } catch { failure = error }
        }
        guard case .noSpace = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect {
            try small.probe()
        } throws: { if case LakeError.noSpace = $0 { true } else { false } }
        #expect(throws: LakeError.self) { try writer.roll() }
        #expect(try names(small, "discoveries").allSatisfy { $0.hasPrefix(".") })
        #expect(disk.remount("size=64m"))
        try small.probe()
        #expect(try writer.roll()?.last == at - 1)
        let name = try #require(try names(small, "discoveries").first)
        let size = try #require(try small.list("discoveries/dt=\(day)").first?.size)
        #expect(!name.hasPrefix("."))
        #expect(try small.read("discoveries/dt=\(day)/\(name)", offset: size - 4, count: 4) == Array("PAR1".utf8))
    }

    @Test(.enabled(if: SmallDisk.isPossible)) func aReadOnlyFileSystemIsSaid() throws {
        let disk = try #require(try SmallDisk(options: "size=1m"))
        let store = try LocalFileStore(root: disk.path)
        let writer = makeWriter(store)
        #expect(disk.remount("ro"))
        #expect {
            try writer.append(batches(writer, 0...9), offsets: 0...9, day: day)
        } throws: { if case LakeError.readOnly = $0 { true } else { false } }
        #expect { try FolderLock(folder: disk.path) } throws: {
            if case LakeError.readOnly = $0 { true } else { false }
        }
        #expect(disk.remount("rw"))
        try writer.append(batches(writer, 0...9), offsets: 0...9, day: day)
        #expect(try writer.roll()?.last == 9)
    }
}
