import Testing

@testable import Threads

@Suite struct WorkerTests {
    @Test func aWorkerTakesNoMoreThanItsQueue() {
        let worker = Worker<Void>("test", capacity: 3)
        let done = Guarded(0)
        // Not started yet: what is taken waits.
        let taken = (0..<10).filter { _ in worker.offer { done.withLock { $0 += 1 } } }
        #expect(taken == [0, 1, 2])
        worker.start()
        worker.stop()
        #expect(done.withLock { $0 } == 3)
        #expect(!worker.offer {})
    }

    /// However many threads see the same free place, only one gets it.
    @Test func manyThreadsNeverOverfillTheQueue() {
        let worker = Worker<Void>("test", capacity: 5)
        let (begun, gate) = (Reply<Bool>(), Reply<Bool>())
        worker.start()
        #expect(
            worker.offer {
                begun.give(true)
                _ = gate.wait()
            })
        _ = begun.wait()
        let taken = Guarded(0)
        let done = Guarded(0)
        let askers = (0..<8).map { _ in
            SystemThread.start("asker") {
                for _ in 0..<200 where worker.offer({ done.withLock { $0 += 1 } }) { taken.withLock { $0 += 1 } }
            }
        }
        // None of them waits for a place, though the worker is held up all the while.
        for asker in askers { asker.join() }
        #expect(taken.withLock { $0 } == 5)
        gate.give(true)
        worker.stop()
        #expect(done.withLock { $0 } == 5)
    }

    @Test func jobsShareTheThreadsState() {
        let worker = Worker("test", capacity: 100) { [Int]() }
        worker.start()
        let all = Reply<[Int]>()
        for number in 0..<50 { #expect(worker.offer { $0.append(number) }) }
        #expect(worker.offer { all.give($0) })
        #expect(all.wait() == Array(0..<50))
        worker.stop()
    }

    @Test func aWorkerThatWasNeverStartedStops() {
        let worker = Worker<Void>("test", capacity: 1)
        #expect(worker.offer { Issue.record("run though never started") })
        worker.stop()
        worker.stop()
    }
}
