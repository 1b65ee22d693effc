// A fingerprint tells a record from any other, and a log that has it from one that lost it or never had it.

import Testing

@testable import EventLog

@Suite struct RecordFingerprintTests {
    private let fixtures = Fixtures()

    private func fingerprints(_ batch: RecordBatch) -> [RecordFingerprint] {
        batch.entries.indices.map { RecordFingerprint(batch, $0) }
    }

    /// A log with these values in "t", and its records' fingerprints.
    private func log(_ values: [String], _ options: TopicOptions = TopicOptions()) throws -> (
        any EventLog, [RecordFingerprint]
    ) {
        let log = try fixtures.open(.memory)
        try log.ensureTopic("t", options)
        if !values.isEmpty { try log.put(batch(values.map { ("k", $0) }), "t") }
        let bounds = try log.bounds(of: "t")[0]
        return (log, fingerprints(try log.fetch(topic: "t", partition: 0, offsets: Array(bounds.first..<bounds.next))))
    }

    private func objection(_ log: any EventLog, _ record: RecordFingerprint) throws -> String? {
        try log.objection(to: record, topic: "t", try log.bounds(of: "t")[0])
    }

    @Test func keyAndValueAreToldApart() {
        let all = fingerprints(
            batch([("k", nil), ("k", ""), ("", "k"), ("", nil), ("", ""), ("ab", "c"), ("a", "bc"), ("ab", "d")]))
        #expect(Set(all.map(\.hash)).count == 8 && all.allSatisfy { $0.hash.utf8.count == 16 })
    }

    /// Stored in manifests and caches: with another hash every log would look replaced.
    @Test func theHashIsTheOneThatIsWrittenDown() {
        #expect(fingerprints(batch([("kepler22b", "{}")]))[0].hash == "92ca162edb4a104e")
    }

    @Test(arguments: Backend.embedded)
    func theLogThatHasItHasNoObjection(_ backend: Backend) throws {
        let log = try fixtures.open(backend)
        try log.ensureTopic("t", TopicOptions())
        try log.put(batch([("a", "1"), ("b", nil), ("", "3")]), "t")
        for record in fingerprints(try log.fetch(topic: "t", partition: 0, offsets: [0, 1, 2])) {
            #expect(try objection(log, record) == nil)
        }
    }

    @Test func aShorterLogIsNamed() throws {
        let (_, records) = try log(["1", "2", "3"])
        let (other, _) = try log(["1"])
        let found = try #require(try objection(other, records[2]))
        #expect(found.hasPrefix("t/0 ends before offset 1, and a record at offset 2 was read of it."))
        let (empty, _) = try log([])
        #expect(try objection(empty, records[0]) != nil)
    }

    @Test func anotherRecordIsNamedHoweverLongTheLogIs() throws {
        let (_, records) = try log(["1", "2", "3"])
        let (other, _) = try log(["1", "2", "other", "4", "5"])
        let found = try #require(try objection(other, records[2]))
        #expect(found.hasPrefix("t/0 has another record at offset 2 than the one that was read."))
    }

    @Test func theSameContentAtAnotherTimeIsAnotherRecord() throws {
        let (log, records) = try log(["1"])
        var record = records[0]
        record.timestamp += 1000
        #expect(try objection(log, record) != nil)
    }

    @Test func whatRetentionRemovedSpeaksNotAgainstTheLog() throws {
        let (log, _) = try log([], TopicOptions(durability: .volatile(bytes: 200)))
        try log.put(batch([("k", "first")]), "t")
        let first = fingerprints(try log.fetch(topic: "t", partition: 0, offsets: [0]))[0]
        for _ in 0..<4 { try log.put(batch([("k", String(repeating: "x", count: 150))]), "t") }
        #expect(try log.bounds(of: "t")[0].first > 0)
        #expect(try objection(log, first) == nil)
    }
}
