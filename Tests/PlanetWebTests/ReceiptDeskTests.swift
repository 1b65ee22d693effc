import EventLog
import PlanetCore
import Testing
import Threads

@testable import PlanetWeb

@Suite struct ReceiptDeskTests {
    private func position(_ offset: Int64) -> LogPosition { LogPosition(partition: 0, offset: offset, timestamp: 0) }
    private func item(_ offset: Int64, _ revision: Int) -> HistoryItem {
        HistoryItem(
            position: LogPosition(partition: 0, offset: offset, timestamp: 0), change: .revision, revision: revision)
    }

    private func settle(_ desk: ReceiptDesk, _ positions: [LogPosition]) -> Guarded<[Int?]?> {
        let result = Guarded<[Int?]?>(nil)
        desk.settle(positions) { settled in
            let revisions = settled.map { $0?.revision }
            result.withLock { $0 = revisions }
            return (Responder.unattached, Response.empty())
        }
        return result
    }

    @Test func aReceiptWaitsForTheReadBack() {
        let desk = ReceiptDesk()
        let result = settle(desk, [position(0), position(1)])
        desk.applied([item(0, 4)], next: [0: 1])
        #expect(result.withLock { $0 } == nil)
        desk.applied([item(1, 9)], next: [0: 2])
        #expect(result.withLock { $0 } == [4, 9])
    }

    @Test func aReceiptWithoutReadBackComesAfterTheDeadline() {
        let time = Guarded<UInt64>(5)
        let desk = ReceiptDesk(clock: { time.withLock { $0 } })
        let result = settle(desk, [position(0), position(1)])
        time.withLock { $0 += ReceiptDesk.patience - 1 }
        desk.applied([item(0, 4)], next: [0: 1])
        #expect(result.withLock { $0 } == nil)
        time.withLock { $0 += 1 }
        desk.applied([], next: [:])
        #expect(result.withLock { $0 } == [nil, nil])
        // Answered once.
        result.withLock { $0 = nil }
        desk.applied([item(1, 5)], next: [0: 2])
        #expect(result.withLock { $0 } == nil)
    }

    @Test func eachPartitionIsReadByItself() {
        let desk = ReceiptDesk()
        let other = LogPosition(partition: 3, offset: 0, timestamp: 0)
        let result = settle(desk, [position(7), other])
        desk.applied([item(7, 1)], next: [0: 8])
        #expect(result.withLock { $0 } == nil)
        var item = item(0, 2)
        item.position.partition = 3
        desk.applied([item], next: [3: 1])
        #expect(result.withLock { $0 } == [1, 2])
        #expect(desk.decision(partition: 3, offset: 7) == nil)
    }

    @Test func theRingGoesRound() {
        let desk = ReceiptDesk()
        let lap = Int64(ReceiptDesk.remembered)
        desk.applied([item(2, 1), item(3, 2)], next: [0: 4])
        desk.applied([item(2 + lap, 8)], next: [0: 3 + lap])
        #expect(desk.decision(partition: 0, offset: 2) == nil)
        #expect(desk.decision(partition: 0, offset: 2 + lap)?.revision == 8)
        #expect(settle(desk, [position(2), position(2 + lap)]).withLock { $0 } == [nil, 8])
    }

    @Test func anAckAfterTheReadBackIsSettledAtOnce() {
        let desk = ReceiptDesk()
        desk.applied([item(5, 2)], next: [0: 6])
        #expect(settle(desk, [position(5)]).withLock { $0 } == [2])
    }

    private let issue = FieldIssue(field: "pl_name", rule: .known_alias)

    /// Of many refusals the oldest are forgotten: such a record is unknown then, not stored.
    @Test func aForgottenRefusalIsNoReceipt() {
        let desk = ReceiptDesk()
        let many = Dictionary(uniqueKeysWithValues: (Int64(0)..<4096).map { ($0, issue) })
        desk.applied([item(4096, 1)], refused: [0: many], next: [0: 4097])
        #expect(desk.decision(partition: 0, offset: 10)?.issue == issue)
        desk.applied([], refused: [0: [4097: issue]], next: [0: 4098])
        #expect(desk.decision(partition: 0, offset: 4097)?.issue == issue)
        #expect(desk.decision(partition: 0, offset: 0) == nil)
    }

    /// The ring has gone round, and the record in the same slot was not valid.
    @Test func aRecordOfTheLapBeforeIsNoReceipt() {
        let desk = ReceiptDesk()
        desk.applied([item(5, 3)], next: [0: 6])
        #expect(desk.decision(partition: 0, offset: 5)?.revision == 3)
        let later = Int64(5 + (1 << 18))
        desk.applied([], next: [0: later + 1])
        #expect(desk.decision(partition: 0, offset: later) == nil)
    }
}
