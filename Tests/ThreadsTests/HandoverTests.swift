import Testing

@testable import Threads

@Suite struct HandoverTests {
    @Test func everyElementArrivesInOrderThroughASmallHandover() {
        let handover = Handover<Int>(capacity: 2)
        let giver = SystemThread.start("giver") {
            for i in 0..<1000 { _ = handover.give(i) }
            handover.close()
        }
        var taken: [Int] = []
        while let element = handover.take() { taken.append(element) }
        giver.join()
        #expect(taken == Array(0..<1000))
        #expect(handover.give(1) == false)
        #expect(handover.isFinished)
    }

    @Test func takeGivesUpAfterItsTimeout() {
        let handover = Handover<Int>(capacity: 1)
        #expect(handover.take(timeout: 1_000_000) == nil)
    }

    @Test func mailboxKeepsEveryPostFromManyThreads() {
        let mailbox = Mailbox<Int>()
        let posters = (0..<4).map { base in
            SystemThread.start("poster") { for i in 0..<500 { mailbox.post(base * 500 + i) } }
        }
        for poster in posters { poster.join() }
        #expect(mailbox.takeAll().sorted() == Array(0..<2000))
        #expect(mailbox.takeAll().isEmpty)
    }
}
