import EventLog
import Testing
import Threads

@testable import PlanetWeb

@Suite struct IdempotencyTests {
    private func run(_ first: Int64, _ last: Int64) -> StoredRun {
        StoredRun(topic: .discoveries, partition: 0, first: first, last: last, timestamp: 1)
    }

    private func claim(_ index: IdempotencyIndex, _ key: String, _ fingerprint: String = "a") throws -> IdempotencyClaim
    {
        guard case .fresh(let claim) = index.begin(key, fingerprint: fingerprint) else { throw NotFresh() }
        return claim
    }
    private struct NotFresh: Error {}

    /// A request that ends on any way without having stored anything.
    @Test func aClaimThatIsDroppedGivesItsKeyBack() throws {
        let index = IdempotencyIndex()
        _ = try claim(index, "k")
        let second = try claim(index, "k", "b")
        second.finish([run(1, 1)])
        guard case .repeated = index.begin("k", fingerprint: "b") else {
            Issue.record("not repeated")
            return
        }
    }

    @Test func aClaimThatHasEndedEndsNoLaterOne() throws {
        let index = IdempotencyIndex()
        let first = try claim(index, "k")
        first.abandon()
        let second = try claim(index, "k")
        first.abandon()
        first.finish([run(1, 1)])
        guard case .inFlight = index.begin("k", fingerprint: "a") else {
            Issue.record("the second claim has ended")
            return
        }
        second.finish([run(2, 2)])
        guard case .repeated(let runs) = index.begin("k", fingerprint: "a") else {
            Issue.record("not repeated")
            return
        }
        #expect(runs == [run(2, 2)])
    }

    /// The process that took the request died before all of its records were stored.
    @Test func anotherProcessesSubmissionThatStaysHalfIsTakenOver() throws {
        let time = Guarded<UInt64>(1)
        let index = IdempotencyIndex(clock: { time.withLock { $0 } })
        index.restore(key: "k", fingerprint: "a", record: run(7, 7), count: 2)
        time.withLock { $0 += IdempotencyIndex.patience - 1 }
        guard case .inFlight = index.begin("k", fingerprint: "a") else {
            Issue.record("taken over too early")
            return
        }
        time.withLock { $0 += 1 }
        let claim = try claim(index, "k")
        // Its own records, read back before the ack.
        index.restore(key: "k", fingerprint: "a", record: run(9, 9), count: 2)
        claim.finish([run(9, 10)])
        guard case .repeated(let runs) = index.begin("k", fingerprint: "a") else {
            Issue.record("not repeated")
            return
        }
        #expect(runs == [run(9, 10)])
    }

    @Test func aKeyIsFreshOnceThenInFlightThenRepeated() throws {
        let index = IdempotencyIndex()
        let claim = try claim(index, "k")
        guard case .inFlight = index.begin("k", fingerprint: "a") else {
            Issue.record("not in flight")
            return
        }
        guard case .conflict = index.begin("k", fingerprint: "b") else {
            Issue.record("no conflict")
            return
        }
        claim.finish([run(3, 5)])
        guard case .repeated(let runs) = index.begin("k", fingerprint: "a") else {
            Issue.record("not repeated")
            return
        }
        #expect(runs == [run(3, 5)])
    }

    @Test func anAbandonedKeyIsFreshAgain() throws {
        let index = IdempotencyIndex()
        try claim(index, "k").abandon()
        guard case .fresh = index.begin("k", fingerprint: "b") else {
            Issue.record("not fresh")
            return
        }
    }

    @Test func recordsReadFromTheLogJoinToRuns() {
        let index = IdempotencyIndex()
        for offset in [Int64(7), 8, 9, 12] { index.restore(key: "k", fingerprint: "a", record: run(offset, offset)) }
        guard case .repeated(let runs) = index.begin("k", fingerprint: "a") else {
            Issue.record("not repeated")
            return
        }
        #expect(runs == [run(7, 9), run(12, 12)])
    }

    @Test func anotherProcessesSubmissionIsUnderWayUntilAllOfItIsRead() {
        let index = IdempotencyIndex()
        for offset in Int64(7)...8 { index.restore(key: "k", fingerprint: "a", record: run(offset, offset), count: 3) }
        guard case .inFlight = index.begin("k", fingerprint: "a") else {
            Issue.record("not in flight")
            return
        }
        guard case .conflict = index.begin("k", fingerprint: "b") else {
            Issue.record("no conflict")
            return
        }
        let other = StoredRun(topic: .discoveries, partition: 4, first: 0, last: 0, timestamp: 1)
        index.restore(key: "k", fingerprint: "a", record: other, count: 3)
        guard case .repeated(let runs) = index.begin("k", fingerprint: "a") else {
            Issue.record("not repeated")
            return
        }
        #expect(runs == [run(7, 8), other])
    }

    /// A submission of four that was stored in part, twice, by processes whose clients got no answer: six records, and
    /// one of the four is nowhere. Only a try that is there as a whole is stored, and its places are told.
    @Test func halvesOfSeveralTriesAreNoWhole() throws {
        let time = Guarded<UInt64>(1)
        let index = IdempotencyIndex(clock: { time.withLock { $0 } })
        for offset in Int64(1)...3 {
            index.restore(key: "k", fingerprint: "a", record: run(offset, offset), attempt: "1", count: 4)
        }
        time.withLock { $0 += IdempotencyIndex.patience }
        for offset in Int64(4)...6 {
            index.restore(key: "k", fingerprint: "a", record: run(offset, offset), attempt: "2", count: 4)
        }
        // The second try has just begun to be read.
        guard case .inFlight = index.begin("k", fingerprint: "a") else {
            Issue.record("not in flight")
            return
        }
        let saved = index.saved()
        #expect(
            saved.map(\.attempts) == [
                [
                    IdempotencyIndex.Attempt(name: "1", runs: [run(1, 3)], missing: 1),
                    IdempotencyIndex.Attempt(name: "2", runs: [run(4, 6)], missing: 1),
                ]
            ])
        time.withLock { $0 += IdempotencyIndex.patience }
        try claim(index, "k").abandon()
        for offset in Int64(7)...10 {
            index.restore(key: "k", fingerprint: "a", record: run(offset, offset), attempt: "3", count: 4)
        }
        // A copy that came late.
        index.restore(key: "k", fingerprint: "a", record: run(11, 11), attempt: "1", count: 4)
        guard case .repeated(let runs) = index.begin("k", fingerprint: "a") else {
            Issue.record("not repeated")
            return
        }
        #expect(runs == [run(7, 10)])
    }

    @Test func theOldestKeysGo() {
        let index = IdempotencyIndex()
        for number in 0...IdempotencyIndex.capacity {
            index.restore(key: "k\(number)", fingerprint: "a", record: run(0, 0))
        }
        guard case .fresh = index.begin("k0", fingerprint: "a") else {
            Issue.record("k0 is still known")
            return
        }
        guard case .repeated = index.begin("k2", fingerprint: "a") else {
            Issue.record("k2 has gone")
            return
        }
    }

    /// A client that tries again and again while the log is away.
    @Test func anAbandonedKeyPushesNoOtherOut() throws {
        let index = IdempotencyIndex()
        index.restore(key: "first", fingerprint: "a", record: run(0, 0))
        for _ in 0..<IdempotencyIndex.capacity {
            try claim(index, "k", "b").abandon()
        }
        guard case .repeated = index.begin("first", fingerprint: "a") else {
            Issue.record("the other key has gone")
            return
        }
    }

    @Test func aKeyThatWasAbandonedOnceIsKeptWhenTheIndexIsFull() throws {
        let index = IdempotencyIndex()
        try claim(index, "k").abandon()
        for number in 1..<IdempotencyIndex.capacity {
            index.restore(key: "other\(number)", fingerprint: "a", record: run(0, 0))
        }
        try claim(index, "k").finish([run(7, 7)])
        guard case .repeated(let runs) = index.begin("k", fingerprint: "a") else {
            Issue.record("k has gone")
            return
        }
        #expect(runs == [run(7, 7)])
    }

    @Test func fingerprintsTellBodiesAndPathsApart() {
        func of(_ path: String, _ body: String) -> String {
            Array(body.utf8).withUnsafeBytes { IdempotencyIndex.fingerprint(path: path, body: $0) }
        }
        #expect(of("/a", "x") == of("/a", "x"))
        #expect(of("/a", "x") != of("/a", "y"))
        #expect(of("/a", "x") != of("/b", "x"))
        #expect(of("/a", "x").count == 32)
    }
}
