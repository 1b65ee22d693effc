// What only a cluster's log has: groups that share partitions, committed offsets, topics that grow, properties; on the
// Kafka-protocol test broker (no Apache Kafka).

import Basics
import Foundation
import TestSupport
import Testing
import Threads

@testable import EventLog

@Suite(.enabled(if: TestBroker.isInstalled)) struct KafkaLogTests {
    private let fixtures = Fixtures()

    private func open(_ properties: [(String, String)] = []) throws -> any EventLog {
        try fixtures.open(.kafka) {
            $0.kafkaProperties = [("session.timeout.ms", "6000"), ("heartbeat.interval.ms", "500")]
            $0.kafkaProperties += properties.map { (name: $0.0, value: $0.1) }
            $0.kafkaNewPartitionsMilliseconds = 300
        }
    }

    /// Polls until `done`, and gives what was read.
    private func read(
        _ reader: any LogReader, seconds: UInt64 = 30, _ change: (PartitionChange) throws -> Void = { _ in },
        until done: ([Stored]) -> Bool
    ) throws -> [Stored] {
        var all: [Stored] = []
        let deadline = Clock.monotonic + seconds * second
        while !done(all) {
            try #require(Clock.monotonic < deadline, "read \(all.count) and then nothing")
            let batch = try reader.poll(maxRecords: 100, maxBytes: 1 << 20, timeout: second / 5)
            let changes = reader.takeChanges()
            if !changes.isEmpty { #expect(batch.isEmpty) }
            for each in changes { try change(each) }
            all += batch.stored
        }
        return all
    }

    @Test func aGroupGoesOnAtItsCommitAndItsLagIsSeen() throws {
        let log = try open()
        try log.ensureTopic("t", TopicOptions())
        try log.put(batch((0..<10).map { ("k", "\($0)") }), "t")
        #expect(try log.lag(of: "t", group: "g").map(\.committed) == [nil])
        #expect(try log.lag(of: "t", group: "g").map(\.records) == [10])
        let first = try log.reader(topics: ["t"], from: .earliest, group: "g")
        #expect(try read(first) { $0.count == 10 }.map(\.value) == (0..<10).map { "\($0)" })
        try first.commit(topic: "t", partition: 0, offset: 7)
        first.close()
        #expect(try log.lag(of: "t", group: "g").map(\.committed) == [7])
        #expect(try log.lag(of: "t", group: "g").map(\.records) == [3])
        let second = try log.reader(topics: ["t"], from: .earliest, group: "g")
        #expect(try read(second) { $0.count == 3 }.map(\.offset) == [7, 8, 9])
        second.close()
    }

    @Test func aSeekAtTheAssignmentIsWhereReadingBegins() throws {
        let log = try open()
        try log.ensureTopic("t", TopicOptions(partitions: 2))
        for i in 0..<20 { try log.put("", "\(i)", "t") }
        let reader = try log.reader(topics: ["t"], from: .latest, group: "g")
        var assigned: [TopicPartition] = []
        let records = try read(reader) { change in
            guard case .assigned(let partitions) = change else { return }
            assigned = partitions
            for each in partitions { try reader.seek(topic: "t", partition: each.partition, offset: 4) }
        } until: {
            $0.count == 12
        }
        #expect(assigned == [TopicPartition("t", 0), TopicPartition("t", 1)])
        #expect(records.filter { $0.partition == 0 }.map(\.offset) == Array(4..<10))
        #expect(records.filter { $0.partition == 1 }.map(\.offset) == Array(4..<10))
        reader.close()
    }

    /// Two members: each partition is read by one of them, a partition that is given up is held until it is
    /// acknowledged, and one that was never closed is replaced.
    @Test func membersShareThePartitionsAndHandThemOverAfterAFlush() throws {
        let log = try open()
        try log.ensureTopic("t", TopicOptions(partitions: 4))
        for i in 0..<40 { try log.put("", "\(i)", "t") }
        let first = try log.reader(topics: ["t"], from: .earliest, group: "g")
        var seen = try read(first) { $0.count == 40 }
        let second = try log.reader(topics: ["t"], from: .earliest, group: "g")
        // The second asks to join: the first is told to give up its partitions, and holds them.
        let secondPolls = Guarded<(stop: Bool, records: [Stored], assigned: [TopicPartition])>((false, [], []))
        struct Handed: @unchecked Sendable { let reader: any LogReader }  // to the one thread that polls it
        let handed = Handed(reader: second)
        let thread = SystemThread.start("second member") {
            let reader = handed.reader
            while !secondPolls.withLock({ $0.stop }) {
                guard let batch = try? reader.poll(maxRecords: 100, maxBytes: 1 << 20, timeout: 100_000_000) else {
                    return
                }
                let stored = batch.stored
                let changes = reader.takeChanges()
                secondPolls.withLock { state in
                    state.records += stored
                    for case .assigned(let partitions) in changes { state.assigned = partitions }
                }
                for case .assigned(let partitions) in changes {
                    for each in partitions { try? reader.seek(topic: "t", partition: each.partition, offset: 10) }
                }
                reader.acknowledgeRevocation()
            }
            reader.close()
        }
        var revoked: [TopicPartition] = []
        _ = try read(first) { change in
            if case .revoked(let partitions) = change { revoked = partitions }
        } until: { _ in
            !revoked.isEmpty
        }
        #expect(revoked.count == 4)
        for i in 40..<60 { try log.put("", "\(i)", "t") }
        let held = Clock.monotonic
        while Clock.monotonic < held + 1_500_000_000 {
            #expect(try first.poll(maxRecords: 100, maxBytes: 1 << 20, timeout: 200_000_000).isEmpty)
        }
        #expect(secondPolls.withLock { $0.assigned.isEmpty }, "given on before the flush")
        // What was read is stored now: let go. This broker refuses commits from now on (Apache Kafka does not), so both
        // members begin where the store says, as the stream does.
        first.acknowledgeRevocation()
        var mine: [TopicPartition] = []
        seen += try read(first) { change in
            guard case .assigned(let partitions) = change else { return }
            mine = partitions
            for each in partitions { try first.seek(topic: "t", partition: each.partition, offset: 10) }
        } until: {
            $0.count == 10 && mine.count == 2
        }
        #expect(eventually(30) { secondPolls.withLock { $0.records.count >= 10 } })
        let (records, assigned) = secondPolls.withLock { ($0.records, $0.assigned) }
        #expect(assigned.count == 2 && Set(assigned).isDisjoint(with: mine))
        #expect(Set((seen + records).compactMap(\.value)) == Set((0..<60).map { "\($0)" }))
        #expect(seen.count + records.count == 60, "nothing is read twice")
        // The second leaves: the first has all again.
        secondPolls.withLock { $0.stop = true }
        thread.join()
        var all: [TopicPartition] = []
        _ = try read(first) { change in
            switch change {
            case .assigned(let partitions): all = partitions
            case .revoked: first.acknowledgeRevocation()
            case .lost: break
            }
        } until: { _ in
            all.count == 4
        }
        first.close()
    }

    @Test func whatGoesThroughAHangAndACutIsStoredOnce() throws {
        let log = try open([("socket.timeout.ms", "1000"), ("message.timeout.ms", "8000")])
        let broker = try fixtures.broker()
        try log.ensureTopic("t", TopicOptions(partitions: 2))
        let writer = try log.writer()
        let acks = Guarded<[(String, Ack)]>([])
        var sent = 0
        for round in 0..<6 {
            for i in 0..<100 {
                let value = "\(round)/\(i)"
                try writer.append(batch([(value, value)]), topic: "t", ticket: 0) { ack in
                    acks.withLock { $0.append((value, ack)) }
                    acks.wakeAll()
                }
                sent += 1
            }
            switch round {
            case 1: try broker.hang()
            case 2:
                letPass(seconds: 1.5)
                try broker.resume()
            case 3, 4: try broker.cut()
            default: break
            }
        }
        let total = sent
        let all = try #require(acks.wait(timeout: 40 * second) { $0.count == total ? $0 : nil })
        let stored = try log.readAll(["t"])
        var counts: [String: Int] = [:]
        for record in stored { counts[record.value ?? "", default: 0] += 1 }
        #expect(counts.values.allSatisfy { $0 == 1 })
        var good = 0
        for (value, ack) in all {
            guard case .success(let positions) = ack.result else { continue }
            good += 1
            #expect(
                stored.contains {
                    $0.value == value && $0.offset == positions[0].offset && $0.partition == positions[0].partition
                })
        }
        #expect(good > 200)
        #expect(try log.put("k", "after", "t").offset >= 0)
    }

    @Test func propertiesAreCheckedAndTheirValuesKeptOut() throws {
        for (name, value) in [
            ("sasl.passwort", "geheim"), ("ssl.key.location.x", "geheim"), ("acks", "1"), ("linger.ms", "geheim"),
        ] {
            var options = LogOptions()
            options.kafkaProperties = [(name, value)]
            do {
                _ = try openLog(.kafka(bootstrapServers: "127.0.0.1:1"), options)
                Issue.record("\(name) was taken")
            } catch {
                guard case .unusable(let text) = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(text.contains(name) && !text.contains("geheim"))
            }
        }
    }

    @Test(.timeLimit(.minutes(hangLimit))) func aClusterThatIsNotThereIsUnavailable() throws {
        var options = LogOptions()
        options.kafkaWaitMilliseconds = 500
        options.kafkaProperties = [("message.timeout.ms", "1000")]
        let log = try openLog(.kafka(bootstrapServers: "127.0.0.1:1"), options)
        for call in [
            { try log.ensureTopic("t", TopicOptions()) }, { _ = try log.bounds(of: "t") },
            { try log.put("k", "v", "t") },
        ] {
            guard case .unavailable = logError(call) else {
                Issue.record("not unavailable")
                continue
            }
        }
        log.close()
    }

    /// A minute each would be waited for: the time limit is the test.
    @Test(.timeLimit(.minutes(hangLimit))) func atAStopNothingIsWaitedForLong() throws {
        var options = LogOptions()
        options.kafkaWaitMilliseconds = 60_000
        let log = try openLog(.kafka(bootstrapServers: "127.0.0.1:1"), options)
        log.giveUpSoon()
        for _ in 0..<3 {
            guard case .unavailable = logError({ _ = try log.bounds(of: "t") }) else {
                Issue.record("not unavailable")
                continue
            }
        }
        log.close()
    }
}
