// The catalogue's thread on a log that fails: what it serves as ready is the whole log, whatever went wrong on the way.

import EventLog
import Foundation
import Lake
import PlanetCore
import TestSupport
import Testing
import Threads

@testable import PlanetWeb

@Suite struct CatalogueTailTests {
    private let log = FaultyLog()
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tail-\(UUID().uuidString)").path

    private func services(
        _ mismatch: LogMismatch = LogMismatch(), servesWhatIsLeft: Bool = false,
        clock: @escaping @Sendable () -> UInt64 = { Clock.monotonic }
    ) throws -> WebServices {
        let topics = TopicNames()
        for topic in [topics.discoveries, topics.rejected] { try log.ensureTopic(topic, TopicOptions(partitions: 4)) }
        return WebServices(
            log: log, writer: try log.writer(), topics: topics, health: LogHealth(mismatch),
            servesWhatIsLeft: servesWhatIsLeft, today: { 20_500 },
            clock: clock)
    }

    /// Appends planets and waits until they are stored.
    private func append(_ numbers: Range<Int>, _ services: WebServices) throws {
        var batch = RecordBatch()
        let headers = batch.addHeaders([])
        for number in numbers {
            batch.append(
                key: "planet\(number)b".utf8, value: Array(#"{"pl_name":"Planet \#(number) b"}"#.utf8), headers: headers
            )
        }
        let isStored = Guarded<Bool?>(nil)
        try services.writer.append(batch, topic: services.topics.discoveries, ticket: 0) { ack in
            isStored.withLock { $0 = (try? ack.result.get()) != nil }
            isStored.wakeAll()
        }
        try #require(isStored.wait(timeout: longWait) { $0 } == true)
    }

    /// Reads the log to its end, in a process of its own as it were, and keeps a checkpoint.
    private func read(servesWhatIsLeft: Bool = false, _ body: (WebServices) throws -> Void) throws {
        let services = try services(servesWhatIsLeft: servesWhatIsLeft)
        let tail = CatalogueTail(services: services, cache: CatalogueCacheOptions(folder: folder))
        try tail.start()
        try #require(log.waitUntilIdle())
        try body(services)
        tail.stop()
    }

    /// The catalogue that is ready has the planets of the checkpoint as well as those behind it.
    @Test func aCheckpointThatCannotBePlacedLeavesNoPlanetOut() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try append(0..<100, try services())
        try read { #expect($0.catalogue.count == 100) }
        try append(100..<120, try services())
        // The log goes away after the first of four partitions, and comes back.
        log.faults.withLock { $0.seeksBeforeFault = 1 }
        try read { services in
            #expect(log.faults.withLock { $0.seeksBeforeFault } == nil, "no seek has failed")
            #expect(services.isCatalogueReady)
            #expect(services.catalogue.count == 120)
        }
    }

    /// A poll that fails has moved its reader past records that it did not give.
    @Test func aPollThatFailsLeavesNoPlanetOut() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try append(0..<100, try services())
        log.faults.withLock { $0.polls = 1 }
        try read { services in
            #expect(services.isCatalogueReady)
            #expect(services.catalogue.count == 100)
            try append(100..<110, services)
            try #require(log.waitUntilIdle())
            log.faults.withLock { $0.polls = 2 }
            try append(110..<130, services)
            try #require(log.waitUntilIdle())
            #expect(services.catalogue.count == 130)
            // Read once each: no record was given twice.
            #expect(services.records.records(.duplicates).value == 0)
        }
        #expect(log.faults.withLock { $0.readers } == 4)
    }

    @Test func aPartitionThatHasLostItsRecordsIsWaitedForByNobody() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        log.faults.withLock { $0.emptied = 2 }
        try read(servesWhatIsLeft: true) { #expect($0.isCatalogueReady) }
    }

    /// A cache of a log that is no more is not used; no record of the other log comes in, and nothing is written over
    /// the cache, so that the next start finds the same.
    @Test(arguments: [50, 100, 150]) func anotherLogThanTheCachesIsFound(_ planets: Int) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try append(0..<100, try services())
        try read { #expect($0.catalogue.count == 100) }
        log.becomeAnother()
        try append(1000..<1000 + planets, try services())
        for _ in 0..<2 {
            let mismatch = LogMismatch()
            let services = try services(mismatch)
            let tail = CatalogueTail(services: services, cache: CatalogueCacheOptions(folder: folder))
            try tail.start()
            #expect(eventually(30) { mismatch.reason != nil })
            tail.stop()
            let reason = try #require(mismatch.reason)
            #expect(reason.contains(LogMismatch.advice) && services.health.trouble() == reason, "\(reason)")
            #expect(!services.isCatalogueReady && services.catalogue.count == 0)
        }
    }

    /// A replaced log is not read any further, and what was read of the first one is not saved as the new one's.
    @Test func anotherLogIsNotReadOn() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try read { services in
            try append(0..<10, services)
            try #require(log.waitUntilIdle())
            services.health.cannotRead(.replaced("it is another one"))
            #expect(eventually(30) { log.faults.withLock { $0.openReaders } == 0 })
            try append(10..<20, services)
            #expect(services.catalogue.count == 10)
        }
        let kept = CheckpointFolder(try LocalFileStore(root: folder), "catalogue", name: "web")
        #expect(try kept.list().isEmpty)
        // Otherwise it is kept.
        try read { #expect($0.catalogue.count == 20) }
        #expect(try !kept.list().isEmpty)
    }

    /// Who waits for a receipt is answered, though nothing can be read back.
    @Test func receiptsComeLateRatherThanNever() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let time = Guarded<UInt64>(0)
        let services = try services(clock: { time.withLock { $0 } })
        let tail = CatalogueTail(services: services)
        try tail.start()
        try #require(log.waitUntilIdle())
        log.faults.withLock { $0.isAway = true }
        let answer = Guarded<[Int?]?>(nil)
        services.desk.settle([LogPosition(partition: 0, offset: 0, timestamp: 0)]) { settled in
            let revisions = settled.map { $0?.revision }
            answer.withLock { $0 = revisions }
            answer.wakeAll()
            return (Responder.unattached, Response.empty())
        }
        time.withLock { $0 = ReceiptDesk.patience }
        let answered = answer.wait(timeout: longWait) { $0 }
        #expect(answered == [nil])
        log.faults.withLock { $0.isAway = false }
        tail.stop()
    }
}
