// What every log promises (the doc comments of EventLog.swift), run on every backend.
// Reading lives in ReaderContract.swift.

import Basics
import Foundation
import Testing
import Threads

@testable import EventLog

@Suite struct LogContract {
    private let fixtures = Fixtures()

    @Test(arguments: Backend.available)
    func offsetsCountFromZeroWithoutGapsInTheOrderOfAppends(_ backend: Backend) throws {
        let log = try fixtures.open(backend)
        try log.ensureTopic("t", TopicOptions())
        var positions: [LogPosition] = []
        for start in stride(from: 0, to: 500, by: 50) {
            positions += try log.put(batch((start..<start + 50).map { ("k\($0)", "v\($0)") }), "t")
        }
        #expect(positions.map(\.offset) == Array(0..<500))
        let stored = try log.readAll(["t"], maxRecords: 33)
        #expect(stored.map(\.offset) == Array(0..<500))
        #expect(stored.map(\.value) == (0..<500).map { "v\($0)" })
        #expect(stored.map(\.timestamp) == positions.map(\.timestamp))
        #expect(try log.bounds(of: "t") == [PartitionBounds(partition: 0, first: 0, next: 500)])
    }

    @Test(arguments: Backend.available)
    func theIdentityIsTheSameAtEveryCallAndNamesTheTopic(_ backend: Backend) throws {
        let log = try fixtures.open(backend)
        try log.ensureTopic("t", TopicOptions())
        try log.ensureTopic("u", TopicOptions())
        let identity = try log.identity(of: "t")
        #expect(identity.hasSuffix("/t") && identity.utf8.count > 10, "\(identity)")
        #expect(try log.identity(of: "t") == identity)
        #expect(try log.identity(of: "u") == identity.dropLast() + "u")
        #expect(throws: LogError.self) { _ = try log.identity(of: "nowhere") }
    }

    @Test(arguments: Backend.available)
    func tombstonesEmptyValuesAndEmptyKeysStayWhatTheyAre(_ backend: Backend) throws {
        let log = try fixtures.open(backend)
        try log.ensureTopic("t", TopicOptions())
        try log.put(batch([("k", nil), ("k", ""), ("", "v"), ("", nil), ("", "")]), "t")
        let stored = try log.readAll(["t"])
        #expect(stored.map(\.value) == [nil, "", "v", nil, ""])
        #expect(stored.map(\.key) == ["k", "k", "", "", ""])
    }

    @Test(arguments: Backend.available)
    func headersKeepOrderRepeatsAndEmptyParts(_ backend: Backend) throws {
        let log = try fixtures.open(backend)
        try log.ensureTopic("t", TopicOptions())
        let lists: [[RecordHeader]] = [
            [], [RecordHeader("a", "1"), RecordHeader("a", "2"), RecordHeader("a", "1")],
            [RecordHeader("", ""), RecordHeader("ü", [0, 255])],
            [RecordHeader("long", Array(repeating: 7, count: 70_000))], [],
        ]
        var appended = RecordBatch()
        for list in lists {
            let set = appended.addHeaders(list)
            for _ in 0..<2 { appended.append(key: [1], value: [2], headers: set) }
        }
        try log.put(appended, "t")
        try log.put(appended, "t")
        let expected = (lists + lists).flatMap { [$0, $0] }
        #expect(try log.readAll(["t"], maxRecords: 3).map(\.headers) == expected)
        #expect(try log.fetch(topic: "t", partition: 0, offsets: [2]).headers(0) == lists[1])
    }

    @Test(arguments: Backend.available)
    func binaryKeysAndBigRecordsComeBackByteForByte(_ backend: Backend) throws {
        // A cluster takes 1 MB as long as nothing else is set.
        let (size, limit) = backend == .kafka ? (900_000, 950_000) : (3_000_000, 4 << 20)
        let log = try fixtures.open(backend) { $0.maxRecordBytes = limit }
        try log.ensureTopic("t", TopicOptions())
        let key = (0...255).map { UInt8($0) }
        let value = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var appended = RecordBatch()
        let none = appended.addHeaders([])
        appended.append(key: key, value: value, headers: none)
        appended.append(key: key, value: [0] as [UInt8], headers: none)
        try log.put(appended, "t")
        let reader = try log.reader(topics: ["t"], from: .earliest, group: nil)
        // Larger than maxBytes, but the first: it comes, alone.
        let first = try reader.poll(maxRecords: 10, maxBytes: 100, timeout: backend.patience)
        #expect(first.count == 1 && Array(first.key(0)) == key && first.value(0).map(Array.init) == value)
        let next = try reader.poll(maxRecords: 10, maxBytes: 300, timeout: backend.patience)
        #expect(next.count == 1 && next.value(0).map(Array.init) == [0])
        var tooBig = RecordBatch()
        tooBig.append(key: key, value: Array(repeating: UInt8(1), count: limit), headers: tooBig.addHeaders([]))
        #expect(logError { try log.put(tooBig, "t") } == .tooLarge(limit: limit))
        #expect(try log.bounds(of: "t")[0].next == 2)
    }

    @Test(arguments: Backend.available)
    func keysGoToKafkasPartitionAndStayInOrderThere(_ backend: Backend) throws {
        let log = try fixtures.open(backend)
        for topic in 0..<10 { try log.ensureTopic("t\(topic)", TopicOptions(partitions: Int32(topic + 1))) }
        for topic in 0..<10 {
            let keys = (0..<100).map { "key-\($0 % 23)" }
            let positions = try log.put(batch(keys.enumerated().map { ($1, "\($0)") }), "t\(topic)")
            for (key, position) in zip(keys, positions) {
                let hash = Partitioner.murmur2(Array(key.utf8)[...])
                #expect(position.partition == (hash & 0x7fff_ffff) % Int32(topic + 1))
            }
            let stored = try log.readAll(["t\(topic)"], maxRecords: 7)
            #expect(stored.count == 100)
            for (partition, records) in Dictionary(grouping: stored, by: \.partition) {
                #expect(records.map(\.offset) == Array(0..<Int64(records.count)), "partition \(partition)")
                #expect(
                    records.compactMap { Int($0.value ?? "") } == records.compactMap { Int($0.value ?? "") }.sorted())
            }
            #expect(Set(stored.compactMap(\.value)).count == 100)
            let bounds = try log.bounds(of: "t\(topic)")
            #expect(bounds.map(\.partition) == Array(0...Int32(topic)))
            #expect(bounds.reduce(0) { $0 + $1.next } == 100)
        }
    }

    @Test(arguments: Backend.available)
    func recordsWithoutAKeyGoRoundThePartitionsBatchByBatch(_ backend: Backend) throws {
        let log = try fixtures.open(backend)
        try log.ensureTopic("t", TopicOptions(partitions: 3))
        for _ in 0..<6 { try log.put(batch([("", "a"), ("", "b")]), "t") }
        #expect(try log.bounds(of: "t").map(\.next) == [4, 4, 4])
    }

    @Test(arguments: Backend.available)
    func timestampsAreNowAndNeverFallWithinAPartition(_ backend: Backend) throws {
        let log = try fixtures.open(backend)
        try log.ensureTopic("t", TopicOptions(partitions: 2))
        // Kafka's time stamps are milliseconds.
        let before = Clock.wallMicros / 1000 * 1000
        for i in 0..<200 { try log.put("k\(i)", "v", "t") }
        let after = Clock.wallMicros
        let stored = try log.readAll(["t"])
        #expect(stored.allSatisfy { $0.timestamp >= before && $0.timestamp <= after })
        for records in Dictionary(grouping: stored, by: \.partition).values {
            #expect(records.map(\.timestamp) == records.map(\.timestamp).sorted())
        }
    }

    @Test(arguments: Backend.available)
    func concurrentAppendersLearnWhereTheirRecordsLie(_ backend: Backend) throws {
        let log = try fixtures.open(backend)
        try log.ensureTopic("t", TopicOptions(partitions: 4))
        let writer = try log.writer()
        let box = AckBox()
        let threads = (0..<4).map { thread in
            SystemThread.start("appender") {
                for i in 0..<100 {
                    let id = thread * 100 + i
                    let records = (0..<(1 + i % 5)).map { ("key \(thread) \($0)", Optional("\(id)/\($0)")) }
                    do {
                        try writer.append(batch(records), topic: "t", ticket: UInt64(id)) { box.put($0) }
                    } catch { Issue.record("append: \(error)") }
                }
            }
        }
        for thread in threads { thread.join() }
        let acks = try box.wait(400)
        #expect(Set(acks.map(\.ticket)) == Set(0..<400))
        var byPosition: [LogPosition: String] = [:]
        for stored in try log.readAll(["t"]) {
            let position = LogPosition(partition: stored.partition, offset: stored.offset, timestamp: stored.timestamp)
            byPosition[position] = stored.value
        }
        var seen = 0
        for ack in acks {
            for (i, position) in try ack.result.get().enumerated() {
                #expect(byPosition[position] == "\(ack.ticket)/\(i)")
                seen += 1
            }
        }
        #expect(seen == byPosition.count)
    }

    @Test(arguments: Backend.available)
    func tooMuchWaitingIsRefusedAndNothingOfItTaken(_ backend: Backend) throws {
        let log = try fixtures.open(backend) { $0.maxWaitingRecords = 10 }
        try log.ensureTopic("t", TopicOptions())
        let writer = try log.writer()
        let (entered, gate) = (Reply<Bool>(), Reply<Bool>())
        let box = AckBox()
        // The first ack holds the log's thread, so the others wait.
        try writer.append(batch([("k", "0")]), topic: "t", ticket: 0) {
            entered.give(true)
            _ = gate.wait()
            box.put($0)
        }
        #expect(entered.wait())
        var taken = 1
        let refusal = logError {
            while true {
                try writer.append(batch([("k", "\(taken)"), ("k", "x")]), topic: "t", ticket: UInt64(taken)) {
                    box.put($0)
                }
                taken += 1
            }
        }
        #expect(refusal == .busy)
        #expect(taken == 6)
        gate.give(true)
        _ = try box.wait(taken)
        #expect(try log.bounds(of: "t")[0].next == 11)
        // Larger than the bound by itself, but nothing else waits.
        #expect(try log.put(batch((0..<20).map { ("k", "\($0)") }), "t").last?.offset == 30)
    }

    @Test(arguments: Backend.available)
    func closeWaitsForWhatWasTakenAndRefusesTheRest(_ backend: Backend) throws {
        let log = try fixtures.open(backend)
        try log.ensureTopic("t", TopicOptions())
        let writer = try log.writer()
        let box = AckBox()
        for i in 0..<50 { try writer.append(batch([("k", "\(i)")]), topic: "t", ticket: UInt64(i)) { box.put($0) } }
        writer.close()
        let acks = try box.wait(50)
        #expect(acks.map(\.ticket) == Array(0..<50))
        #expect(logError { try log.put("k", "v", "t") } == .closed)
        #expect(try log.readAll(["t"]).count == 50)
        writer.close()
    }

    @Test(arguments: Backend.available)
    func anEmptyBatchIsAcknowledged(_ backend: Backend) throws {
        let log = try fixtures.open(backend)
        try log.ensureTopic("t", TopicOptions())
        #expect(try log.put(RecordBatch(), "t").isEmpty)
    }

    @Test(arguments: Backend.available)
    func unknownTopicsAreRefusedAndMakingATopicTwiceChangesNothing(_ backend: Backend) throws {
        let log = try fixtures.open(backend)
        #expect(logError { try log.put("k", "v", "nowhere") } == .unknownTopic("nowhere"))
        #expect(logError { _ = try log.bounds(of: "nowhere") } == .unknownTopic("nowhere"))
        #expect(
            logError { _ = try log.reader(topics: ["nowhere"], from: .earliest, group: nil) }
                == .unknownTopic("nowhere"))
        try log.ensureTopic("t", TopicOptions(partitions: 2))
        try log.put("k", "v", "t")
        try log.ensureTopic("t", TopicOptions(partitions: 5, durability: .volatile(bytes: 1)))
        #expect(try log.bounds(of: "t").count == 2)
        #expect(try log.readAll(["t"]).count == 1)
    }

    @Test(arguments: Backend.available)
    func fetchGivesTheAskedRecordsInTheAskedOrder(_ backend: Backend) throws {
        let log = try fixtures.open(backend)
        try log.ensureTopic("t", TopicOptions())
        try log.put(batch((0..<10).map { ("k\($0)", $0 == 3 ? nil : "v\($0)") }, [RecordHeader("h", "x")]), "t")
        let batch = try log.fetch(topic: "t", partition: 0, offsets: [7, 3, 99, 0, -1, 7])
        #expect(batch.stored.map(\.offset) == [7, 3, 0, 7])
        #expect(batch.stored.map(\.value) == ["v7", nil, "v0", "v7"])
        #expect(batch.stored.allSatisfy { $0.headers == [RecordHeader("h", "x")] && $0.timestamp > 0 })
        #expect(
            logError { _ = try log.fetch(topic: "t", partition: 1, offsets: [0]) } == .unknownTopic("t, partition 1"))
    }

    // A cluster drops whole segments, at times of its own.
    @Test(arguments: Backend.embedded)
    func aVolatileTopicKeepsTheNewestAndItsOffsets(_ backend: Backend) throws {
        let log = try fixtures.open(backend)
        try log.ensureTopic("live", TopicOptions(durability: .volatile(bytes: 1000)))
        let late = try log.reader(topics: ["live"], from: .earliest, group: nil)
        for i in 0..<300 {
            try log.put(batch([("", "frame \(i) ".padding(toLength: 50, withPad: ".", startingAt: 0))]), "live")
        }
        let bounds = try log.bounds(of: "live")[0]
        #expect(bounds == PartitionBounds(partition: 0, first: 280, next: 300))
        let read = try late.drain()
        #expect(read.map(\.offset) == Array(280..<300))
        #expect(read[0].value?.hasPrefix("frame 280 ") == true)
        #expect(try log.fetch(topic: "live", partition: 0, offsets: [0, 299]).stored.map(\.offset) == [299])
        // One larger than the bound: it stays until the next one comes.
        try log.put("", String(repeating: "x", count: 5000), "live")
        #expect(try log.bounds(of: "live")[0] == PartitionBounds(partition: 0, first: 300, next: 301))
        try log.put("", "y", "live")
        #expect(try log.bounds(of: "live")[0] == PartitionBounds(partition: 0, first: 301, next: 302))
        #expect(try late.drain().map(\.offset) == [301])
    }
}
