// Faults of a real HDFS under a LakeWriter: its parts are killed, frozen, restarted, its answers lost. What was
// appended must be in the lake once, as one file a table. Needs PLANETARIUM_HDFS and PLANETARIUM_HDFS_FOLDER
// (HDFSBench); one test at a time.

import Foundation
import TestSupport
import Testing

@testable import Lake

@Suite(.enabled(if: HDFSBench.canFail), .serialized) struct WebHDFSFaultTests {
    private let local: Scratch
    private let wanted: LocalFileStore

    init() throws {
        local = try Scratch()
        wanted = try LocalFileStore(root: local.path)
        let writer = makeWriter(wanted, rowGroupRows: 10)
        for start in stride(from: Int64(0), to: 100, by: 20) {
            try writer.append(batches(writer, start...start + 19), offsets: start...start + 19, day: day)
        }
        _ = try writer.roll()
        // Whatever the test before left.
        try HDFSBench.control("thaw", "nn")
        try HDFSBench.control("thaw", "dn")
        try HDFSBench.control("start")
    }

    /// Appends and rolls as LakeSink does: again while the error is retriable.
    private func write(
        _ store: any FileStore, lock: (any LakeLock)? = nil, seconds: Double = 60, beforeRoll: () throws -> Void = {}
    ) throws -> Int {
        let writer = makeWriter(store, rowGroupRows: 10, lock: lock)
        var failures = 0
        let end = Date().addingTimeInterval(seconds)
        func retry<Result>(_ body: () throws(LakeError) -> Result) throws -> Result {
            while true {
                do { return try body() } catch {
                    failures += 1
                    guard error.isRetriable, Date() < end else { throw error }
                    letPass(seconds: 0.2)
                }
            }
        }
        for start in stride(from: Int64(0), to: 100, by: 20) {
            let rows = batches(writer, start...start + 19)
            try retry { () throws(LakeError) in try writer.append(rows, offsets: start...start + 19, day: day) }
        }
        try beforeRoll()
        let roll = try retry { () throws(LakeError) in try writer.roll() }
        #expect(roll?.last == 99)
        return failures
    }

    /// One file a table, with the bytes a local store has; and recovery finds nothing amiss.
    private func expectOnce(_ store: any FileStore) throws {
        let recovery = try LakeRecovery(
            store, topic: "planet-discoveries", primary: "discoveries", sides: ["rejected", "aggregates"])
        #expect(recovery.committed == [0: 99])
        for table in ["discoveries", "rejected"] {
            #expect(try names(store, table) == [committedName])
            let path = "\(table)/dt=\(day)/\(committedName)"
            #expect(try store.read(path, offset: 0, count: 1 << 20) == wanted.read(path, offset: 0, count: 1 << 20))
        }
    }

    /// Runs `body` after `seconds` on another thread; the result waits for it.
    private func later(_ seconds: Double, _ body: @escaping @Sendable () throws -> Void) -> DispatchGroup {
        let group = DispatchGroup()
        DispatchQueue.global().async(group: group) {
            letPass(seconds: seconds)
            do { try body() } catch { Issue.record(error) }
        }
        return group
    }

    @Test func theDataNodeIsKilledBeforeTheUpload() throws {
        let store = try WebHDFSFileStore(try HDFSBench.address(patience: 1_000_000_000))
        var back: DispatchGroup?
        let failures = try write(store) {
            try HDFSBench.control("kill", "dn")
            back = later(4) { try HDFSBench.control("start", "dn") }
        }
        back?.wait()
        #expect(failures > 0)
        try expectOnce(store)
    }

    @Test func theDataNodeIsKilledDuringTheUpload() throws {
        let store = try WebHDFSFileStore(try HDFSBench.address())
        let file = try store.create("big")
        let bytes = [UInt8]((0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        for _ in 0..<150 { try bytes.withUnsafeBytes { try file.append($0) } }
        let killed = later(0.4) {
            try HDFSBench.control("kill", "dn")
            try HDFSBench.control("start", "dn")
        }
        while true {
            do {
                try file.sync()
                break
            } catch { guard error.isRetriable else { throw error } }
        }
        killed.wait()
        #expect(try store.list("").filter { $0.name == "big" }.map(\.size) == [150 << 20])
        #expect(try store.read("big", offset: 149 << 20, count: 1 << 20) == bytes)
    }

    @Test func theNameNodeIsKilledAndRestartedInMidFile() throws {
        let address = try HDFSBench.address()
        let store = try WebHDFSFileStore(address)
        let lock = try WebHDFSLock(store)
        var back: DispatchGroup?
        _ = try write(store, lock: lock) {
            try HDFSBench.control("kill", "nn")
            back = later(0.1) { try HDFSBench.control("start", "nn") }
        }
        back?.wait()
        try expectOnce(store)
        try lock.check()
    }

    @Test(.timeLimit(.minutes(hangLimit))) func aNameNodeThatStaysAwayIsSaidWithinThePatience() throws {
        let store = try WebHDFSFileStore(try HDFSBench.address(patience: 2_000_000_000))
        try HDFSBench.control("kill", "nn")
        #expect { try store.list("") } throws: { if case LakeError.unavailable = $0 { true } else { false } }
        try HDFSBench.control("start", "nn")
    }

    @Test(.timeLimit(.minutes(hangLimit))) func aFrozenNameNodeDoesNotHoldAStopUp() throws {
        let store = try WebHDFSFileStore(try HDFSBench.address(patience: 600_000_000_000))
        try HDFSBench.control("freeze", "nn")
        // It is thawed only once the store has given up: one that waited for it would never come back.
        let told = later(1) { store.giveUpSoon(within: 2_000_000_000) }
        #expect(throws: LakeError.self) { try store.list("") }
        told.wait()
        try HDFSBench.control("thaw", "nn")
    }

    @Test func aFrozenDataNodeThatComesBackReplacesNothing() throws {
        let store = try WebHDFSFileStore(try HDFSBench.address())
        let file = try store.create("x")
        try Array("whole".utf8).withUnsafeBytes { try file.append($0) }
        try HDFSBench.control("freeze", "dn")
        let thawed = later(30) { try HDFSBench.control("thaw", "dn") }
        while true {
            do {
                try file.sync()
                break
            } catch { guard error.isRetriable else { throw error } }
        }
        thawed.wait()
        letPass(seconds: 3)
        #expect(try text("x", in: store) == "whole")
    }

    @Test func safeModeIsWaitedFor() throws {
        let store = try WebHDFSFileStore(try HDFSBench.address())
        var left: DispatchGroup?
        _ = try write(store) {
            try HDFSBench.control("safemode")
            left = later(1) { try HDFSBench.control("leave") }
        }
        left?.wait()
        try expectOnce(store)
    }

    @Test(arguments: ["op=RENAME", "op=CREATE", "op=MKDIRS", "op=GETFILESTATUS", "op=LISTSTATUS", "op="])
    func answersThatGetLostChangeNothing(_ operation: String) throws {
        let proxy = try CuttingProxy(to: try #require(HDFSBench.node))
        defer { proxy.stop() }
        let address = try HDFSBench.address(nodes: proxy.address)
        let store = try WebHDFSFileStore(address)
        let lock = try WebHDFSLock(store)
        proxy.cut(operation == "op=" ? 20 : 3) { $0.contains(operation) }
        _ = try write(store, lock: lock)
        #expect(proxy.cutCount > 0)
        proxy.cut(0) { _ in false }
        try expectOnce(store)
    }

    @Test func aRenameToATakenNameIsRefusedThoughTheAnswerGotLost() throws {
        let proxy = try CuttingProxy(to: try #require(HDFSBench.node))
        defer { proxy.stop() }
        let store = try WebHDFSFileStore(try HDFSBench.address(nodes: proxy.address))
        try put("same", "a", in: store)
        try put("same", "b", in: store)
        proxy.cut(1) { $0.contains("op=RENAME") }
        #expect { try store.rename("a", to: "b", replacing: false) } throws: {
            if case LakeError.alreadyExists = $0 { true } else { false }
        }
        #expect(try store.exists("a"))
    }

    @Test(.timeLimit(.minutes(hangLimit))) func ofTwoNameNodesTheActiveOneIsFound() throws {
        let standby = try StandbyNode()
        defer { standby.stop() }
        let dead = "127.0.0.1:1"
        let node = try #require(HDFSBench.node)
        for nodes in ["\(standby.address),\(node)", "\(dead),\(node)", "\(dead),\(standby.address),\(node)"] {
            let store = try WebHDFSFileStore(try HDFSBench.address(nodes: nodes))
            _ = try write(store)
            try expectOnce(store)
        }
    }

    @Test func overTLSWithACertificateFile() throws {
        let nodes = try HDFSBench.control("address", "https")
        let address = try HDFSBench.address(nodes: nodes, scheme: "swebhdfs")
        let store = try WebHDFSFileStore(address)
        _ = try write(store)
        try expectOnce(store)
        // Without it the server is not trusted.
        var untrusting = address
        untrusting.options.caFile = nil
        untrusting.options.patience = 100_000_000
        #expect(throws: LakeError.self) { try WebHDFSFileStore(untrusting) }
    }

    // MARK: Two writers

    /// The old holder is stopped between any two of its steps; the next takes over, recovers and writes; then the old
    /// one goes on.
    @Test(arguments: 0..<8) func aZombieChangesNothing(_ step: Int) throws {
        let address = try HDFSBench.address(lease: 1_000_000_000)
        let store = try WebHDFSFileStore(address)
        let old = try WebHDFSLock(store)
        let zombie = StoppingStore(store, before: step) {
            // What the other process does meanwhile.
            old.stopRenewing()
            letPass(seconds: 3)
            let lock = try WebHDFSLock(store)
            let recovery = try LakeRecovery(
                store, topic: "planet-discoveries", primary: "discoveries", sides: ["rejected", "aggregates"],
                lock: { _ in lock })
            if recovery.committed[0] == nil { _ = try write(store, lock: lock) }
            try lock.check()
        }
        let writer = makeWriter(zombie, rowGroupRows: 10, lock: old)
        var failure: LakeError?
        do throws(LakeError) {
            try writer.append(batches(writer, 0...99), offsets: 0...99, day: day)
            _ = try writer.roll()
        } catch { failure = error }
        try #require(zombie.hasStopped, "step \(step)")
        #expect(failure?.isRetriable == false, "step \(step): \(String(describing: failure))")
        try expectOnce(store)
    }

    /// As at step 6 above, without the question before the rename: recovery has removed the file, and the next writer's
    /// has another name.
    @Test func aRenameAfterATakeoverFindsItsFileGone() throws {
        let store = try WebHDFSFileStore(try HDFSBench.address(lease: 1_000_000_000))
        let old = try WebHDFSLock(store)
        let zombie = StoppingStore(store, before: 6) {
            old.stopRenewing()
            letPass(seconds: 3)
            let lock = try WebHDFSLock(store)
            _ = try LakeRecovery(
                store, topic: "planet-discoveries", primary: "discoveries", sides: ["rejected", "aggregates"])
            _ = try write(store, lock: lock)
        }
        let writer = makeWriter(zombie, rowGroupRows: 10, lock: Unchecked(token: old.token))
        try writer.append(batches(writer, 0...99), offsets: 0...99, day: day)
        #expect { try writer.roll() } throws: { if case LakeError.notFound = $0 { true } else { false } }
        try expectOnce(store)
    }
}

/// A lock that always says yes.
private final class Unchecked: LakeLock {
    let token: String?
    init(token: String?) { self.token = token }
    func check() throws(LakeError) {}
}

/// Runs `meanwhile` before the n-th call that changes something.
private final class StoppingStore: FileStore, @unchecked Sendable {
    // @unchecked: used by one thread.
    private let base: any FileStore
    private var left: Int
    private let meanwhile: () throws -> Void
    private(set) var hasStopped = false

    init(_ base: any FileStore, before step: Int, _ meanwhile: @escaping () throws -> Void) {
        self.base = base
        left = step
        self.meanwhile = meanwhile
    }

    fileprivate func step() {
        if left == 0 {
            hasStopped = true
            do { try meanwhile() } catch { Issue.record(error) }
        }
        left -= 1
    }

    var description: String { base.description }
    func makeDirectories(_ path: String) throws(LakeError) {
        step()
        try base.makeDirectories(path)
    }
    func create(_ path: String) throws(LakeError) -> any AsideFile {
        step()
        return StoppingFile(try base.create(path), self)
    }
    func rename(_ source: String, to target: String, replacing: Bool) throws(LakeError) {
        step()
        try base.rename(source, to: target, replacing: replacing)
    }
    func syncFolder(_ path: String) throws(LakeError) { try base.syncFolder(path) }
    func list(_ path: String) throws(LakeError) -> [FileEntry] { try base.list(path) }
    func read(_ path: String, offset: Int64, count: Int) throws(LakeError) -> [UInt8] {
        try base.read(path, offset: offset, count: count)
    }
    func delete(_ path: String) throws(LakeError) { try base.delete(path) }
    func exists(_ path: String) throws(LakeError) -> Bool { try base.exists(path) }
}

private final class StoppingFile: AsideFile {
    private let base: any AsideFile
    private let store: StoppingStore
    init(_ base: any AsideFile, _ store: StoppingStore) {
        self.base = base
        self.store = store
    }
    var length: Int64 { base.length }
    func append(_ bytes: UnsafeRawBufferPointer) throws(LakeError) { try base.append(bytes) }
    func sync() throws(LakeError) {
        store.step()
        try base.sync()
    }
    func close() { base.close() }
}
