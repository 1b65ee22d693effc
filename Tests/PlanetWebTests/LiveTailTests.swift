// The live feed's thread on a log that fails: the board has every delta, in order, whatever went wrong on the way.

import EventLog
import PlanetCore
import TestSupport
import Testing
import Threads

@testable import PlanetWeb

@Suite struct LiveTailTests {
    private let log = FaultyLog()

    private func publish(_ kind: String, _ seqs: ClosedRange<Int>, _ services: WebServices) throws {
        var batch = RecordBatch()
        for seq in seqs {
            let headers = batch.addHeaders([
                RecordHeader("kind", kind), RecordHeader("epoch", "e"), RecordHeader("seq", "\(seq)"),
            ])
            batch.append(key: [], value: Array("{}".utf8), headers: headers)
        }
        let isStored = Guarded<Bool?>(nil)
        try services.writer.append(batch, topic: services.topics.live, ticket: 0) { ack in
            isStored.withLock { $0 = (try? ack.result.get()) != nil }
            isStored.wakeAll()
        }
        try #require(isStored.wait(timeout: longWait) { $0 } == true)
    }

    /// A poll that fails has moved its reader past frames that it did not give.
    @Test func aPollThatFailsLeavesNoDeltaOut() throws {
        let topics = TopicNames()
        try log.ensureTopic(topics.live, TopicOptions())
        let services = WebServices(log: log, writer: try log.writer(), topics: topics, today: { 20_500 })
        let tail = LiveTail(services: services)
        try publish("snapshot", 0...0, services)
        try tail.start()
        defer { tail.stop() }
        try #require(log.waitUntilIdle())
        log.faults.withLock { $0.polls = 2 }
        try publish("delta", 1...10, services)
        try #require(log.waitUntilIdle())
        #expect(log.faults.withLock { $0.polls } == 0, "no poll has failed")
        try publish("delta", 11...12, services)
        try #require(log.waitUntilIdle())
        #expect(services.board.catchUp(resume: nil).map(\.seq) == Array(0...12))
    }

    /// A stream's notice counts when it came after the start: an older one may be of a log that is no more.
    @Test func aNoticeThatTheLogIsAnotherOneStopsSubmissions() throws {
        let topics = TopicNames()
        try log.ensureTopic(topics.live, TopicOptions())
        let services = WebServices(log: log, writer: try log.writer(), topics: topics, today: { 20_500 })
        let tail = LiveTail(services: services)
        try services.writer.append(MismatchNotice.batch("an old one"), topic: topics.live, ticket: 0) { _ in }
        try publish("snapshot", 0...0, services)
        try tail.start()
        defer { tail.stop() }
        try #require(log.waitUntilIdle())
        #expect(services.board.snapshot != nil && services.health.trouble() == nil)
        try services.writer.append(MismatchNotice.batch("a new one"), topic: topics.live, ticket: 0) { _ in }
        try publish("delta", 1...1, services)
        try #require(log.waitUntilIdle())
        #expect(services.health.trouble() == "a new one" && services.health.refusal() == .unavailable("a new one"))
        #expect(services.board.catchUp(resume: nil).map(\.seq) == [0, 1])
    }
}
