// The writer and the readers on a failing cluster (librdkafka's mock): every append is answered, what is acknowledged
// is stored once, and it goes on by itself when the cluster does.

import Basics
import CRdKafka
import Foundation
import TestSupport
import Testing
import Threads

@testable import EventLog

@Suite struct KafkaFaults {
    private let fixtures = Fixtures()

    private func open(_ mock: MockCluster, _ change: (inout LogOptions) -> Void = { _ in }) throws -> KafkaLog {
        try #require(
            fixtures.open(at: .kafka(bootstrapServers: mock.address)) {
                $0.kafkaProperties = [("message.timeout.ms", "3000"), ("retry.backoff.ms", "20")]
                change(&$0)
            } as? KafkaLog)
    }

    /// What a writer was told, record by record.
    private struct Told {
        var stored: [String: LogPosition] = [:]
        var failed: Set<String> = []
        var refused = 0
    }

    /// Appends small batches for this many seconds while `during` happens, and waits for every answer.
    private func write(_ log: KafkaLog, seconds: Double, during: () -> Void) throws -> Told {
        let writer = try log.writer()
        let answers = Guarded<[(values: [String], ack: Ack)]>([])
        let stop = Guarded(false)
        let sent = Guarded((batches: 0, refused: 0))
        let thread = SystemThread.start("appender") {
            var number = 0
            while !stop.withLock({ $0 }) {
                number += 1
                let values = (0..<3).map { "\(number)/\($0)" }
                do {
                    try writer.append(
                        batch(values.map { ("key \($0)", Optional($0)) }), topic: "t", ticket: UInt64(number)
                    ) { ack in
                        answers.withLock { $0.append((values, ack)) }
                        answers.wakeAll()
                    }
                    sent.withLock { $0.batches += 1 }
                } catch { sent.withLock { $0.refused += 1 } }
                letPass(seconds: 0.002)
            }
        }
        #expect(eventually { sent.withLock { $0.batches } > 20 })
        during()
        letPass(seconds: seconds)
        stop.withLock { $0 = true }
        thread.join()
        let (batches, refused) = sent.withLock { $0 }
        let all = try #require(
            answers.wait(timeout: 30 * second) { $0.count >= batches ? $0 : nil }, "an append was never answered")
        var told = Told(refused: refused)
        for (values, ack) in all {
            switch ack.result {
            case .success(let positions): for (value, at) in zip(values, positions) { told.stored[value] = at }
            case .failure: told.failed.formUnion(values)
            }
        }
        // After the faults, it works.
        var last: LogError?
        let recovers = eventually {
            last = logError { try log.put("after", "after", "t") }
            return last == nil
        }
        #expect(recovers, "it did not recover: \(String(describing: last))")
        return told
    }

    /// Everything acknowledged is there, once, where it was said to be. Records that failed may be there; nothing else
    /// is.
    private func check(_ told: Told, _ log: KafkaLog) throws {
        let stored = try log.readAll(["t"]).filter { $0.value != "after" }
        var places: [String: [Stored]] = [:]
        for record in stored { places[record.value ?? "", default: []].append(record) }
        for (value, position) in told.stored {
            let found = places[value] ?? []
            #expect(found.count == 1, "\(value) is stored \(found.count) times")
            #expect(
                found.first.map { [Int64($0.partition), $0.offset] } == [Int64(position.partition), position.offset])
        }
        for value in places.keys where told.stored[value] == nil { #expect(told.failed.contains(value)) }
    }

    @Test func aBrokerThatGoesDownAndComesBack() throws {
        let mock = try MockCluster()
        let log = try open(mock)
        let told = try write(log, seconds: 1) {
            mock.setDown()
            letPass(seconds: 1)
            mock.setUp()
        }
        #expect(told.stored.count > 300)
        #expect(told.failed.isEmpty)  // shorter than the time-out: nobody noticed
        try check(told, log)
    }

    @Test(.timeLimit(.minutes(hangLimit))) func aBrokerThatStaysDownIsToldAsUnavailable() throws {
        let mock = try MockCluster()
        let log = try open(mock) { $0.kafkaProperties[0].value = "1000" }
        try log.put("k", "v", "t")
        mock.setDown()
        let error = logError { try log.put("k", "w", "t") }
        guard case .unavailable(let text) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text.contains("timed out"), "\(text)")
        mock.setUp()
        var after: LogError?
        for _ in 0..<20 {
            after = logError { try log.put("k", "x", "t") }
            if after == nil { break }
        }
        #expect(after == nil)
    }

    @Test func retriableErrorsOfRequestsAreNotSeen() throws {
        let mock = try MockCluster()
        let log = try open(mock)
        let told = try write(log, seconds: 1) {
            mock.failNext(
                .produce,
                [
                    RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR__TRANSPORT,
                    RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
                    RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
                ])
        }
        // The mock takes messages with a gap in their sequence numbers; librdkafka then believes that the earlier ones,
        // which failed, are stored, without an offset. A record without one is never acknowledged.
        #expect(told.stored.count > 300 && told.failed.count < 100 && told.refused == 0)
        try check(told, log)
    }

    @Test func slowAcksFillTheQueueAndThenItIsBusy() throws {
        let mock = try MockCluster()
        let log = try open(mock) { $0.maxWaitingRecords = 100 }
        mock.setDelay(milliseconds: 500)
        let told = try write(log, seconds: 2) {}
        #expect(told.refused > 10)
        #expect(told.failed.isEmpty)
        mock.setDelay(milliseconds: 0)
        try check(told, log)
    }

    @Test func aLeaderThatMoves() throws {
        let mock = try MockCluster(brokers: 3, topics: ["t": 2])
        // A busy machine may stand still for longer than records wait by `open`'s settings.
        let log = try open(mock) { $0.kafkaProperties = [("message.timeout.ms", "60000"), ("retry.backoff.ms", "20")] }
        let told = try write(log, seconds: 0.5) {
            for broker in [Int32(2), 3, 1, 2] {
                for partition in [Int32(0), 1] { mock.setLeader("t", partition, broker) }
                letPass(seconds: 0.3)
            }
        }
        #expect(told.stored.count > 300 && told.failed.count < 100)
        try check(told, log)
    }

    @Test func boundsAreToldWhileALeaderMoves() throws {
        let mock = try MockCluster()
        let log = try open(mock)
        _ = try log.put("k", "v", "t")
        // More than librdkafka asks again by itself.
        mock.failNext(
            .listOffsets, Array(repeating: RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, count: 9))
        #expect(try log.bounds(of: "t").map(\.next) == [1])
        mock.failNext(.listOffsets, Array(repeating: RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, count: 9))
        #expect(logError { _ = try log.bounds(of: "t") } != nil)
    }

    @Test func aMessageTheBrokerFindsTooLarge() throws {
        let mock = try MockCluster()
        let log = try open(mock)
        mock.failNext(.produce, [RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE])
        #expect(logError { try log.put("k", "v", "t") } == .tooLarge(limit: 1_000_000))
        #expect(try log.put("k", "v", "t").offset == 0)
        let big = String(repeating: "x", count: 1_000_001)
        #expect(logError { try log.put("k", big, "t") } == .tooLarge(limit: 1_000_000))
    }

    @Test func aBatchThatFailsInPartSaysSo() throws {
        let mock = try MockCluster(topics: ["t": 8])
        let log = try open(mock)
        try log.put("k", "v", "t")
        mock.failNext(.produce, [RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED])
        let error = logError { try log.put(batch((0..<100).map { ("k\($0)", "v") }), "t") }
        guard case .unavailable(let text) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text.contains("of 100 records failed") && text.contains("are stored"), "\(text)")
    }

    @Test func aFatalErrorIsSurvivedByAnotherProducer() throws {
        let mock = try MockCluster()
        let log = try open(mock)
        let told = try write(log, seconds: 2) {
            mock.failNext(.produce, [RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER])
            letPass(seconds: 0.5)
            guard let writer = try? log.writer() as? KafkaWriter else { return }
            writer.testFatalError()
        }
        #expect(told.stored.count > 300)
        #expect(!told.failed.isEmpty || told.refused > 0)
        try check(told, log)
    }

    @Test(.timeLimit(.minutes(hangLimit))) func closeAnswersEverythingWhileTheBrokerIsDown() throws {
        let mock = try MockCluster()
        let log = try open(mock) { $0.kafkaProperties[0].value = "1000" }
        try log.put("k", "v", "t")
        mock.setDown()
        let box = AckBox()
        for i in 0..<10 { try log.writer().append(batch([("k", "v")]), topic: "t", ticket: UInt64(i)) { box.put($0) } }
        log.close()
        let acks = try box.wait(10)
        #expect(acks.allSatisfy { if case .failure(.unavailable) = $0.result { true } else { false } })
    }

    @Test func aGroupGoesOnWhereItsCoordinatorMoved() throws {
        let mock = try MockCluster(brokers: 2, topics: ["t": 1])
        mock.setCoordinator(ofGroup: "g", 1)
        let log = try open(mock)
        try log.put(batch((0..<10).map { ("k", "\($0)") }), "t")
        let reader = try log.reader(topics: ["t"], from: .earliest, group: "g")
        var read = 0
        func readOn(to goal: Int) throws {
            let deadline = Clock.monotonic + 30 * second
            while read < goal && Clock.monotonic < deadline {
                read += try reader.poll(maxRecords: 100, maxBytes: 1 << 20, timeout: second).count
                _ = reader.takeChanges()
                reader.acknowledgeRevocation()
            }
            #expect(read >= goal)
        }
        try readOn(to: 10)
        try reader.commit(topic: "t", partition: 0, offset: 10)
        mock.setCoordinator(ofGroup: "g", 2)
        try log.put("k", "10", "t")
        try readOn(to: 11)
        try reader.commit(topic: "t", partition: 0, offset: 11)
        reader.close()
        // The next member of the group begins where this one ended.
        let next = try log.reader(topics: ["t"], from: .earliest, group: "g")
        try log.put("k", "11", "t")
        var first: Int64?
        let deadline = Clock.monotonic + 30 * second
        while first == nil && Clock.monotonic < deadline {
            first = try next.poll(maxRecords: 1, maxBytes: 1000, timeout: second).entries.first?.offset
        }
        #expect(first == 11)
        next.close()
    }

    /// librdkafka joins the group anew where the topics have changed, and tells of no revocation while an assignment
    /// has not been begun. What others read of its partitions before the next one must not be missing in between.
    @Test func anAssignmentThatWasNotBegunIsTakenAwayByTheNext() throws {
        let mock = try MockCluster(topics: ["t": 2, "u": 1])
        let log = try open(mock) {
            $0.kafkaProperties += [
                ("topic.metadata.refresh.interval.ms", "100"), ("topic.metadata.propagation.max.ms", "0"),
            ]
        }
        let reader = try log.reader(topics: ["t", "u"], from: .earliest, group: "g")
        func changes() throws -> [PartitionChange] {
            let deadline = Clock.monotonic + 30 * second
            while Clock.monotonic < deadline {
                _ = try reader.poll(maxRecords: 100, maxBytes: 1 << 20, timeout: second / 10)
                let changes = reader.takeChanges()
                if !changes.isEmpty { return changes }
            }
            return []
        }
        let both = [TopicPartition("t", 0), TopicPartition("t", 1)]
        let all = both + [TopicPartition("u", 0)]
        #expect(try changes() == [.assigned(all)])
        for place in all { try reader.seek(topic: place.topic, partition: place.partition, offset: 0) }
        mock.hide("u")
        letPass(seconds: 3)
        let next = try changes()
        #expect(next == [.lost(all), .assigned(both)])
        reader.close()
    }

    @Test func aReaderGoesOnAfterTheBroker() throws {
        let mock = try MockCluster()
        let log = try open(mock)
        try log.put("k", "1", "t")
        let reader = try log.reader(topics: ["t"], from: .earliest, group: nil)
        #expect(try reader.poll(maxRecords: 1, maxBytes: 1000, timeout: 10 * second).count == 1)
        mock.setDown()
        #expect(try reader.poll(maxRecords: 1, maxBytes: 1000, timeout: second).isEmpty)
        mock.setUp()
        let appender = SystemThread.start("appender") {
            for _ in 0..<10 where logError({ try log.put("k", "2", "t") }) == nil { break }
        }
        #expect(try reader.poll(maxRecords: 1, maxBytes: 1000, timeout: 30 * second).count == 1)
        appender.join()
        reader.close()
    }

    /// librdkafka 2.0.2 ends the process where a partition is stopped twice at once.
    @Test(.timeLimit(.minutes(hangLimit))) func anAssignmentMayBeReplacedOrClosedAtOnce() throws {
        let mock = try MockCluster(topics: ["t": 4])
        let log = try open(mock)
        try log.put(batch((0..<40).map { ("k\($0)", "\($0)") }), "t")
        var places: [TopicPartition: Int64] = [:]
        for partition: Int32 in 0..<4 { places[TopicPartition("t", partition)] = 0 }
        for _ in 0..<5 {
            let consumer = try KafkaConsumer(
                KafkaSettings(servers: mock.address, LogOptions()), KafkaMembership(["t"]), topics: ["t"], group: nil)
            func readAll() throws {
                var messages = KafkaMessages()
                var read = RecordBatch()
                messages.begin()
                while read.count < 40 {
                    try consumer.take(
                        maxRecords: 40, maxBytes: 1 << 20, wait: second, into: &read, &messages, { _ in 0 })
                }
            }
            consumer.assign(places)
            try readAll()
            for _ in 0..<10 {
                consumer.dropTaken()
                consumer.assign(places)
            }
            try readAll()
            consumer.assign(places)
            consumer.close()
        }
    }
}
