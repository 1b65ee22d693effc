// The lake's thread over a store that fails for a while and then works again: nothing is lost, nothing stored twice.

import Basics
import Lake
import PlanetCore
import Synchronization
import TestSupport
import Testing
import Threads

@testable import PlanetStream

/// A store whose disk is full for the next `failures` calls that write.
final class FullDisk: FileStore {
    let store: LocalFileStore
    let failures: Atomic<Int>

    init(_ store: LocalFileStore, failures: Int) {
        self.store = store
        self.failures = Atomic(failures)
    }

    private func mayFail() throws(LakeError) {
        if failures.load(ordering: .relaxed) > 0 {
            failures.subtract(1, ordering: .relaxed)
            throw .noSpace("no space left on device")
        }
    }

    var description: String { "a full disk" }
    func makeDirectories(_ path: String) throws(LakeError) { try store.makeDirectories(path) }
    func create(_ path: String) throws(LakeError) -> any AsideFile {
        try mayFail()
        return try store.create(path)
    }
    func rename(_ source: String, to target: String, replacing: Bool) throws(LakeError) {
        try mayFail()
        try store.rename(source, to: target, replacing: replacing)
    }
    func syncFolder(_ path: String) throws(LakeError) { try store.syncFolder(path) }
    func list(_ path: String) throws(LakeError) -> [FileEntry] { try store.list(path) }
    func read(_ path: String, offset: Int64, count: Int) throws(LakeError) -> [UInt8] {
        try store.read(path, offset: offset, count: count)
    }
    func delete(_ path: String) throws(LakeError) { try store.delete(path) }
    func exists(_ path: String) throws(LakeError) -> Bool { try store.exists(path) }
    func probe() throws(LakeError) { try mayFail() }
}

struct LakeSinkTests {
    private func run(_ sink: LakeSink, _ disk: FullDisk, isProbing: Bool = false) -> SystemThread {
        SystemThread.start("test-lake") {
            sink.run(
                { partition in
                    LakeWriter(
                        disk, topic: "t", partition: partition.partition, primary: LakeSink.primary(partition.topic),
                        sides: LakeSink.sides(partition.topic), committed: nil)
                }, probe: isProbing ? { () throws(LakeError) in try disk.probe() } : nil, wake: {})
        }
    }

    private func batch(_ offset: Int64) -> LakeMessage {
        let planet = archive[Int(offset)]
        var batch = StoredBatch(
            partition: PartitionKey(topic: .discoveries, partition: 0), offsets: offset...offset)
        batch.note(UTCDay(days: 20_000))
        batch.records = [
            StoredRecord(
                key: planet.key, revision: 1, change: .new, offset: offset, timestamp: offset, source: nil,
                verdict: .accept, warnings: [], record: .discovery(planet.discovery), submission: nil)
        ]
        return .batch(batch)
    }

    @Test func aFullDiskIsTriedAgain() throws {
        let bench = try Bench()
        let disk = FullDisk(try LocalFileStore(root: bench.folder), failures: 4)
        let sink = LakeSink(capacity: 2)
        let thread = run(sink, disk)
        for offset in Int64(0)..<10 { #expect(sink.give(batch(offset))) }
        disk.failures.store(2, ordering: .relaxed)
        #expect(
            sink.give(
                .roll(
                    PartitionKey(topic: .discoveries, partition: 0), RollMoment(newest: 9, positions: Positions()), []))
        )
        sink.close()
        thread.join()
        #expect(sink.failure == nil)
        #expect(sink.currentTrouble == nil)
        #expect(disk.failures.load(ordering: .relaxed) == 0)
        #expect(bench.stored("discoveries", topic: "t") == 0...9)
    }

    @Test func aFullDiskShowsThoughNothingIsWrittenAndGoesByItself() throws {
        let bench = try Bench()
        let disk = FullDisk(try LocalFileStore(root: bench.folder), failures: .max)
        let sink = LakeSink(capacity: 2)
        let thread = run(sink, disk, isProbing: true)
        bench.wait("trouble") { sink.currentTrouble != nil }
        disk.failures.store(0, ordering: .relaxed)
        bench.wait("its end") { sink.currentTrouble == nil }
        sink.close()
        thread.join()
        #expect(sink.failure == nil)
    }

    /// What a sink gave up for shows on in the next one: rows that are kept in memory prove nothing.
    @Test func theTroubleOfTheSinkBeforeEndsWithARoll() throws {
        let bench = try Bench()
        let disk = FullDisk(try LocalFileStore(root: bench.folder), failures: 0)
        let sink = LakeSink(capacity: 2, trouble: "cannot sync")
        let thread = run(sink, disk)
        for offset in Int64(0)..<10 { #expect(sink.give(batch(offset))) }
        bench.wait("the queue to be empty") { sink.waiting == 0 }
        #expect(sink.currentTrouble == "cannot sync")
        #expect(
            sink.give(
                .roll(
                    PartitionKey(topic: .discoveries, partition: 0), RollMoment(newest: 9, positions: Positions()), []))
        )
        bench.wait("the end of the trouble") { sink.currentTrouble == nil }
        sink.close()
        thread.join()
    }

    @Test(.timeLimit(.minutes(hangLimit))) func aDiskThatStaysFullIsGivenUpOnlyAtTheStop() throws {
        let bench = try Bench()
        let disk = FullDisk(try LocalFileStore(root: bench.folder), failures: .max)
        let sink = LakeSink(capacity: 2)
        let thread = run(sink, disk)
        #expect(sink.give(batch(0)))
        bench.wait("trouble") { sink.currentTrouble != nil }
        #expect(sink.failure == nil)
        sink.stopSoon()
        // The queue fills and the giver is held back, until the sink gives up.
        var offset: Int64 = 1
        while sink.give(batch(offset)) { offset += 1 }
        #expect(offset <= 4)
        thread.join()
        #expect(sink.failure == .noSpace("no space left on device"))
        #expect(bench.stored("discoveries", topic: "t") == nil)
    }
}
