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

    @Test func anOfferIsRefusedInsteadOfBlocking() {
        let handover = Handover<Int>(capacity: 2)
        #expect(handover.offer(1) && handover.offer(2) && !handover.offer(3))
        #expect(handover.take() == 1)
        #expect(handover.offer(4))
        handover.close()
        #expect(!handover.offer(5))
        #expect(handover.take() == 2 && handover.take() == 4 && handover.take() == nil)
    }

    @Test func anOfferWakesTheTaker() {
        let handover = Handover<Int>(capacity: 1)
        let sum = Reply<Int>()
        let taker = SystemThread.start("taker") {
            var all = 0
            while let element = handover.take() { all += element }
            sum.give(all)
        }
        var given = 0
        while given < 1000 { if handover.offer(1) { given += 1 } }
        handover.close()
        #expect(sum.wait() == 1000)
        taker.join()
    }

    @Test func aPauseIsNoShorterThanAsked() {
        for nanoseconds in [UInt64(0), 1, 1_000_000, 20_000_000] {
            let begun = Clock.monotonic
            Clock.pause(nanoseconds)
            #expect(Clock.monotonic - begun >= nanoseconds)
        }
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
