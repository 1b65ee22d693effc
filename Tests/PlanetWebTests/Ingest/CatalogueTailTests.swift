// The catalogue's thread on a log that fails: what it serves as ready is the whole log, whatever went wrong on the way.

import EventLog
import Foundation
import Lake
import PlanetCore
import Testing
import Threads

@testable import PlanetWeb

@Suite struct CatalogueTailTests {
    private let log = FaultyLog()
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tail-\(UUID().uuidString)").path

    private func services(clock: @escaping @Sendable () -> UInt64 = { Clock.monotonic }) throws -> WebServices {
        let topics = TopicNames()
        for topic in [topics.discoveries, topics.rejected] { try log.ensureTopic(topic, TopicOptions(partitions: 4)) }
        return WebServices(log: log, writer: try log.writer(), topics: topics, today: { 20_500 }, clock: clock)
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
        try #require(isStored.wait(timeout: 30_000_000_000) { $0 } == true)
    }

    /// Reads the log to its end, in a process of its own as it were, and keeps a checkpoint.
    private func read(_ body: (WebServices) throws -> Void) throws {
        let services = try services()
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
        try read { #expect($0.isCatalogueReady) }
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
        let answered = answer.wait(timeout: 30_000_000_000) { $0 }
        #expect(answered == [nil])
        log.faults.withLock { $0.isAway = false }
        tail.stop()
    }
}
