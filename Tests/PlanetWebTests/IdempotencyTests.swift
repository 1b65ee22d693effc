import EventLog
import Testing

@testable import PlanetWeb

@Suite struct IdempotencyTests {
    private func run(_ first: Int64, _ last: Int64) -> StoredRun {
        StoredRun(topic: 0, partition: 0, first: first, last: last, timestamp: 1)
    }

    @Test func aKeyIsFreshOnceThenInFlightThenRepeated() {
        let index = IdempotencyIndex()
        guard case .fresh = index.begin("k", fingerprint: "a") else {
            Issue.record("not fresh")
            return
        }
        guard case .inFlight = index.begin("k", fingerprint: "a") else {
            Issue.record("not in flight")
            return
        }
        guard case .conflict = index.begin("k", fingerprint: "b") else {
            Issue.record("no conflict")
            return
        }
        index.finish("k", runs: [run(3, 5)])
        guard case .repeated(let runs) = index.begin("k", fingerprint: "a") else {
            Issue.record("not repeated")
            return
        }
        #expect(runs == [run(3, 5)])
    }

    @Test func anAbandonedKeyIsFreshAgain() {
        let index = IdempotencyIndex()
        _ = index.begin("k", fingerprint: "a")
        index.abandon("k")
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
        let other = StoredRun(topic: 0, partition: 4, first: 0, last: 0, timestamp: 1)
        index.restore(key: "k", fingerprint: "a", record: other, count: 3)
        guard case .repeated(let runs) = index.begin("k", fingerprint: "a") else {
            Issue.record("not repeated")
            return
        }
        #expect(runs == [run(7, 8), other])
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
