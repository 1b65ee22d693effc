// Invalid records on their way to the dead-letter topic: as they came, with the reasons in headers, in order, and
// bounded.

import EventLog
import PlanetCore
import TestSupport
import Testing
import Threads

@testable import PlanetStream

@Suite struct DeadLettersTests {
    private let partition = OwnedPartition(
        PartitionKey(topic: .discoveries, partition: 3), topic: "planet-discoveries", Tally())

    private func log(_ change: (inout LogOptions) -> Void = { _ in }, hasTopic: Bool = true) throws -> MemoryLog {
        var options = LogOptions()
        change(&options)
        let log = MemoryLog(options)
        if hasTopic { try log.ensureTopic("dead", TopicOptions()) }
        return log
    }

    /// A record of `size` bytes that broke two rules.
    private func add(_ letters: DeadLetters, _ offset: Int64, size: Int = 10, base: Int64 = 0) {
        var batch = RecordBatch()
        let headers = batch.addHeaders([RecordHeader("source", "test")])
        batch.append(key: "key\(offset)".utf8, value: [UInt8](repeating: 0x7B, count: size), headers: headers)
        letters.add(
            batch, 0, from: partition,
            StoredReject(
                offset: offset, timestamp: 5, source: "test", key: nil, line: nil, raw: "",
                errors: #"[{"rule":"out_of_range"}]"#, rules: ["out_of_range", "no_identity"]), base: base)
    }

    private func stored(_ log: MemoryLog) throws -> RecordBatch {
        let reader = try log.reader(topics: ["dead"], from: .earliest, group: nil)
        return try reader.poll(maxRecords: 100_000, maxBytes: 1 << 30, timeout: 0)
    }

    private func keys(_ log: MemoryLog) throws -> [String] {
        let batch = try stored(log)
        return batch.entries.indices.map { batch.keyText($0) }
    }

    @Test func aLetterIsTheRecordWithItsReasons() throws {
        let log = try log()
        let letters = DeadLetters(try log.writer(), topic: "dead")
        // The offset in the lake, in a chapter that began at its offset 100 with the first record of another log.
        add(letters, 142, base: 100)
        #expect(letters.wait(timeout: longWait))
        let batch = try stored(log)
        #expect(batch.count == 1 && batch.keyText(0) == "key142" && batch.value(0)?.count == 10)
        let headers = Dictionary(
            uniqueKeysWithValues: batch.headers(0).map { ($0.name, String(decoding: $0.value, as: UTF8.self)) })
        #expect(
            headers == [
                "source": "test", "dead-letter-topic": "planet-discoveries", "dead-letter-partition": "3",
                "dead-letter-offset": "42", "dead-letter-rules": "out_of_range,no_identity",
                "dead-letter-errors": #"[{"rule":"out_of_range"}]"#,
            ])
    }

    @Test func whatTheLogCannotTakeNowWaits() throws {
        let log = try log(hasTopic: false)
        let letters = DeadLetters(try log.writer(), topic: "dead")
        for offset in 0..<3 { add(letters, Int64(offset)) }
        #expect(!letters.wait(timeout: 0))
        try log.ensureTopic("dead", TopicOptions())
        add(letters, 3)
        #expect(letters.wait(timeout: longWait))
        #expect(try keys(log) == ["key0", "key1", "key2", "key3"])
    }

    @Test func moreThanMayWaitAreDropped() throws {
        let log = try log(hasTopic: false)
        let letters = DeadLetters(try log.writer(), topic: "dead")
        for offset in 0..<10_005 { add(letters, Int64(offset)) }
        try log.ensureTopic("dead", TopicOptions())
        #expect(letters.wait(timeout: longWait))
        let keys = try keys(log)
        #expect(keys.count == 10_000 && keys.last == "key9999")
        add(letters, 7)
        #expect(letters.wait(timeout: longWait))
        #expect(try self.keys(log).last == "key7", "there is room again")
    }

    /// What no topic takes in one record: as much of it as goes, and how long it was.
    @Test func aVeryLargeRecordIsCut() throws {
        let log = try log()
        let letters = DeadLetters(try log.writer(), topic: "dead")
        add(letters, 1, size: 20_000_000)
        add(letters, 2, size: 899_000)
        // Its headers and its key are what is so large.
        var batch = RecordBatch()
        let headers = batch.addHeaders([RecordHeader("h", [UInt8](repeating: 1, count: 2_000_000))])
        batch.append(key: [UInt8](repeating: 0x6B, count: 900_000), value: [1, 2, 3], headers: headers)
        letters.add(
            batch, 0, from: partition,
            StoredReject(
                offset: 3, timestamp: 5, source: nil, key: nil, line: nil, raw: "", errors: "[]", rules: ["too_large"]),
            base: 0)
        #expect(letters.wait(timeout: longWait))
        let batches = try stored(log)
        func length(_ index: Int) -> String? {
            batches.header(index, "dead-letter-length").map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(batches.count == 3)
        #expect((0..<3).allSatisfy { batches.wholeSize($0) <= 900_000 })
        #expect(length(0) == "20000000" && batches.keyText(0) == "key1" && batches.value(0)?.count ?? 0 > 800_000)
        #expect(batches.header(0, "source") == Array("test".utf8))
        #expect(length(1) == nil && batches.value(1)?.count == 899_000)
        #expect(length(2) == "3" && batches.key(2).count == 1024 && batches.value(2)?.count == 3)
        #expect(batches.header(2, "h") == nil)
    }

    /// One record that no log takes must not take the others with it.
    @Test func oneThatIsTooLargeIsDroppedAlone() throws {
        let log = try log { $0.maxRecordBytes = 100 }
        let letters = DeadLetters(try log.writer(), topic: "dead")
        for offset in 0..<9 { add(letters, Int64(offset), size: offset == 4 ? 200 : 10) }
        #expect(letters.wait(timeout: longWait))
        #expect(try keys(log) == [0, 1, 2, 3, 5, 6, 7, 8].map { "key\($0)" })
    }

    /// Together they are more than the log takes at once.
    @Test func manyThatAreTooLargeTogetherGoInPieces() throws {
        let log = try log { $0.maxWaitingBytes = 2000 }
        let letters = DeadLetters(try log.writer(), topic: "dead")
        for offset in 0..<40 { add(letters, Int64(offset), size: 100) }
        #expect(letters.wait(timeout: longWait))
        #expect(try keys(log) == (0..<40).map { "key\($0)" })
    }
}
