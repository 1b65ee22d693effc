import EventLog
import PlanetCore
import Synchronization
import Testing
import Threads

@testable import PlanetWeb

@Suite struct ReceiptDeskTests {
    private func position(_ offset: Int64) -> LogPosition { LogPosition(partition: 0, offset: offset, timestamp: 0) }
    private func item(_ offset: Int64, _ revision: Int) -> HistoryItem {
        HistoryItem(partition: 0, offset: offset, timestamp: 0, change: .revision, revision: revision)
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

    @Test func anAckAfterTheReadBackIsSettledAtOnce() {
        let desk = ReceiptDesk()
        desk.applied([item(5, 2)], next: [0: 6])
        #expect(settle(desk, [position(5)]).withLock { $0 } == [2])
    }
}
