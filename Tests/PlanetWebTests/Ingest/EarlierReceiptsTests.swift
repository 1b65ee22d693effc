// The receipts of a repeated submission, found again from the runs of its records and the catalogue's history.

import EventLog
import Foundation
import PlanetCore
import Testing

@testable import PlanetWeb

@Suite struct EarlierReceiptsTests {
    private let catalogue = Catalogue()

    private func planet(_ number: Int, radius: Double) -> PlanetRecord {
        var draft = DiscoveryDraft()
        draft[.pl_name] = "Planet \(number) b"
        draft[.pl_rade] = radius
        return .discovery(draft.discovery)
    }

    private func store(_ number: Int, partition: Int32, _ offset: Int64, radius: Double = 1) {
        let item = HistoryItem(
            position: LogPosition(partition: partition, offset: offset, timestamp: 100 + offset), change: .duplicate,
            revision: 0)
        _ = catalogue.apply(key: "planet\(number)b", planet(number, radius: radius), at: item)
    }

    private func run(_ partition: Int32, _ offsets: ClosedRange<Int64>, topic: StoredTopic = .discoveries) -> StoredRun
    {
        StoredRun(
            topic: topic, partition: partition, first: offsets.lowerBound, last: offsets.upperBound, timestamp: 77)
    }

    private func receipts(
        _ runs: [StoredRun], _ numbers: [Int?], home: ((String) -> Int32)? = nil
    ) -> [Receipt?] {
        let records = numbers.enumerated().map { line, number -> SubmittedRecord in
            guard let number else { return .rejected(line: line + 1, issues: []) }
            return .accepted(line: line + 1, key: "planet\(number)b", warnings: [])
        }
        return EarlierReceipts(runs: runs, catalogue: catalogue, home: home)
            .of(SubmissionAnswer(shape: .many, records: records))
    }

    @Test func eachRecordIsTheNextOneOfItsKey() {
        store(1, partition: 0, 4)
        store(2, partition: 3, 8)
        store(1, partition: 0, 5, radius: 2)
        // Not of the submission: before and behind it.
        store(2, partition: 3, 9, radius: 3)
        let found = receipts([run(0, 4...5), run(3, 8...8), run(0, 0...0, topic: .rejected)], [1, nil, 2, 1])
        #expect(found.map(\.?.position.offset) == [4, 8, 5])
        #expect(found.map(\.?.position.partition) == [0, 3, 0])
        #expect(found.map(\.?.position.timestamp) == [104, 108, 105])
        #expect(found.map(\.?.revision) == [1, 1, 2])
        #expect(found.map(\.?.change) == [.new, .new, .revision])
    }

    /// Of a single partition the places follow from the order alone.
    @Test func whatTheHistoryHasLostStillHasItsPlace() {
        store(1, partition: 2, 10)
        store(3, partition: 2, 12)
        let found = receipts([run(2, 10...12)], [1, 2, 3])
        #expect(found.map(\.?.position.offset) == [10, 11, 12])
        #expect(found.map(\.?.revision) == [1, nil, 1])
        #expect(found[1]?.change == nil && found[1]?.position.timestamp == 77)
    }

    /// Where neither its partition nor its history tells, a record has a result of its own all the same: those behind
    /// it keep theirs.
    @Test func whatCannotBeToldIsSaidToBeUnknown() throws {
        store(1, partition: 2, 10)
        store(3, partition: 2, 11)
        let runs = [run(2, 10...11), run(3, 0...0)]
        #expect(receipts(runs, [1, 2, 3]).map(\.?.position.offset) == [10, nil, 11])
        let records = [1, 2, 3].map { SubmittedRecord.accepted(line: $0, key: "planet\($0)b", warnings: []) }
        let answer = SubmissionAnswer(shape: .many, records: records)
        let response = answer.response(EarlierReceipts(runs: runs, catalogue: catalogue).of(answer))
        guard case .bytes(let bytes) = response.body else { return #expect(Bool(false), "no text") }
        let json = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
        let results = try #require(json?["results"] as? [[String: Any]])
        #expect(results.map { $0["key"] as? String } == ["planet1b", "planet2b", "planet3b"])
        #expect(results.map { $0["offset"] as? Int } == [10, nil, 11])
        #expect(results[1]["partition"] is NSNull && results[1]["status"] as? Int == 201)
    }

    /// Of several partitions each holds its keys' records in the body's order.
    @Test func aKeysPartitionGivesThePlace() {
        store(1, partition: 1, 7)
        let home: (String) -> Int32 = { $0 == "planet2b" ? 0 : 1 }
        let found = receipts([run(1, 9...9), run(1, 7...7), run(0, 3...4)], [1, 2, 3, 2], home: home)
        #expect(found.map(\.?.position.offset) == [7, 3, 9, 4])
        #expect(found.map(\.?.position.partition) == [1, 0, 1, 0])
        #expect(found.map(\.?.revision) == [1, nil, nil, nil])
    }

    /// A lake that went on with another log: offsets of the earlier one are below 0, keys may lie in other partitions.
    @Test func anEarlierLogsRecordsAreFoundInTheHistory() {
        store(1, partition: 0, -3)
        store(2, partition: 1, -2)
        let found = receipts([run(0, -3 ... -3), run(1, -2 ... -2)], [1, 2], home: { _ in 0 })
        #expect(found.map(\.?.position.offset) == [-3, -2])
    }

    @Test func aHistoryThatWasCutGivesPlacesOnly() {
        for offset in 0..<Int64(PlanetRow.longestHistory + 5) {
            store(1, partition: 0, offset, radius: Double(offset % 2 + 1))
        }
        let found = receipts([run(0, 3...6)], [1, 1, 1, 1])
        #expect(found.map(\.?.position.offset) == [3, 4, 5, 6])
        // Offsets 5 and 6 are remembered, those before are not.
        #expect(found.map(\.?.revision) == [nil, nil, 6, 7])
    }
}
