import Testing
import Threads

@Suite struct ByteBudgetTests {
    @Test func noMoreIsTakenThanThereIs() {
        let budget = ByteBudget(limit: 100)
        #expect(budget.take(60) && budget.take(40) && !budget.take(1) && budget.used == 100)
        budget.giveBack(30)
        #expect(!budget.isShort && budget.take(21) && budget.isShort && budget.used == 91)
        budget.add(50)
        #expect(budget.used == 141 && !budget.take(0))
    }

    @Test func aThreadThatDoesNotEndIsNotWaitedFor() {
        let handover = Handover<Int>(capacity: 1)
        let held = SystemThread.start("held") { _ = handover.take() }
        #expect(!held.join(within: 1_000_000))
        handover.close()
        #expect(SystemThread.start("short") {}.join(within: 10_000_000_000))
    }
}
