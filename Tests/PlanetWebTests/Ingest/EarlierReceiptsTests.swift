// The receipts of a repeated submission, found again from the runs of its records and the catalogue's history.

import EventLog
import PlanetCore
import Testing

@testable import PlanetWeb

@Suite struct EarlierReceiptsTests {
    private let catalogue = Catalogue()

    private func planet(_ number: Int, radius: Double) -> PlanetRecord {
        var draft = DiscoveryDraft()
        draft[.pl_name] = "Planet \(number) b"
        draft[.pl_rade] = radius
        return .discovery(draft.packed())
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

    private func receipts(_ runs: [StoredRun], _ numbers: [Int?]) -> [Receipt] {
        let records = numbers.enumerated().map { line, number -> SubmittedRecord in
            guard let number else { return .rejected(line: line + 1, issues: []) }
            return .accepted(line: line + 1, key: "planet\(number)b", warnings: [])
        }
        return EarlierReceipts(runs: runs, catalogue: catalogue).of(SubmissionAnswer(shape: .many, records: records))
    }

    @Test func eachRecordIsTheNextOneOfItsKey() {
        store(1, partition: 0, 4)
        store(2, partition: 3, 8)
        store(1, partition: 0, 5, radius: 2)
        // Not of the submission: before and behind it.
        store(2, partition: 3, 9, radius: 3)
        let found = receipts([run(0, 4...5), run(3, 8...8), run(0, 0...0, topic: .rejected)], [1, nil, 2, 1])
        #expect(found.map(\.position.offset) == [4, 8, 5])
        #expect(found.map(\.position.partition) == [0, 3, 0])
        #expect(found.map(\.position.timestamp) == [104, 108, 105])
        #expect(found.map(\.revision) == [1, 1, 2])
        #expect(found.map(\.change) == [.new, .new, .revision])
    }

    /// Of a single partition the places follow from the order alone.
    @Test func whatTheHistoryHasLostStillHasItsPlace() {
        store(1, partition: 2, 10)
        store(3, partition: 2, 12)
        let found = receipts([run(2, 10...12)], [1, 2, 3])
        #expect(found.map(\.position.offset) == [10, 11, 12])
        #expect(found.map(\.revision) == [1, nil, 1])
        #expect(found[1].change == nil && found[1].position.timestamp == 77)
    }

    /// Of several partitions nobody can say which record lay where.
    @Test func whatCannotBeToldIsLeftOut() {
        store(1, partition: 2, 10)
        let found = receipts([run(2, 10...10), run(3, 0...0)], [1, 2])
        #expect(found.map(\.position.offset) == [10])
    }

    @Test func aHistoryThatWasCutGivesPlacesOnly() {
        for offset in 0..<Int64(PlanetRow.longestHistory + 5) {
            store(1, partition: 0, offset, radius: Double(offset % 2 + 1))
        }
        let found = receipts([run(0, 3...6)], [1, 1, 1, 1])
        #expect(found.map(\.position.offset) == [3, 4, 5, 6])
        // Offsets 5 and 6 are remembered, those before are not.
        #expect(found.map(\.revision) == [nil, nil, 6, 7])
    }
}
