// A request between its append and its answer: both topics acknowledge, the catalogue reads back, the answer goes out
// once.

import EventLog
import PlanetCore
import Testing
import Threads

@testable import PlanetWeb

@Suite struct PendingReplyTests {
    private let way: WayIn
    private let mailbox = Mailbox<LoopMessage>()
    private let claim: IdempotencyClaim

    init() throws {
        way = try WayIn()
        guard case .fresh(let claim) = way.services.idempotency.begin("k", fingerprint: "f") else { throw NotFresh() }
        self.claim = claim
    }
    private struct NotFresh: Error {}

    private func position(_ offset: Int64) -> LogPosition { LogPosition(partition: 1, offset: offset, timestamp: 9) }

    private func reply(topics: Int) -> PendingReply {
        PendingReply(
            services: way.services, responder: Responder(mailbox: mailbox, connection: 1, request: 1), claim: claim,
            topics: topics, audit: nil
        ) { receipts in
            .text(receipts.map { "\($0.position.offset):\($0.revision ?? -1)" }.joined(separator: " "))
        }
    }

    /// The records have been read back as revisions 10 + offset.
    private func readBack(_ offsets: Range<Int64>) {
        let items = offsets.map {
            HistoryItem(
                position: LogPosition(partition: 1, offset: $0, timestamp: 9), change: .revision,
                revision: 10 + Int($0))
        }
        way.services.desk.applied(items, next: [1: offsets.upperBound])
    }

    private func answers() -> [Response] {
        mailbox.takeAll().compactMap { if case .reply(_, _, let response) = $0 { response } else { nil } }
    }

    private var verdict: IdempotencyIndex.Verdict { way.services.idempotency.begin("k", fingerprint: "f") }

    @Test func theAnswerComesAfterTheAckAndTheReadBack() {
        let reply = reply(topics: 1)
        reply.stored([position(0), position(1)], in: .discoveries)
        #expect(answers().isEmpty)
        readBack(0..<2)
        #expect(answers().map { String(decoding: $0.body.array, as: UTF8.self) } == ["0:10 1:11"])
        readBack(2..<3)
        #expect(answers().isEmpty)
    }

    @Test(arguments: [true, false])
    func bothTopicsAreWaitedForInEitherOrder(_ rejectsFirst: Bool) {
        readBack(0..<8)
        let reply = reply(topics: 2)
        reply.stored([position(rejectsFirst ? 3 : 7)], in: rejectsFirst ? .rejected : .discoveries)
        #expect(answers().isEmpty)
        guard case .inFlight = verdict else {
            Issue.record("not under way")
            return
        }
        reply.stored([position(rejectsFirst ? 7 : 3)], in: rejectsFirst ? .discoveries : .rejected)
        #expect(answers().map { String(decoding: $0.body.array, as: UTF8.self) } == ["7:17"])
        guard case .repeated(let runs) = verdict else {
            Issue.record("not remembered")
            return
        }
        #expect(
            runs == [
                StoredRun(topic: .discoveries, partition: 1, first: 7, last: 7, timestamp: 9),
                StoredRun(topic: .rejected, partition: 1, first: 3, last: 3, timestamp: 9),
            ])
    }

    @Test func refusedRecordsThatCouldNotBeKeptUndoNothing() {
        readBack(0..<1)
        let reply = reply(topics: 2)
        let before = way.services.metrics.rejectsNotKept.value
        reply.failed(.unavailable("away"), in: .rejected)
        reply.stored([position(0)], in: .discoveries)
        let answers = answers()
        #expect(answers.first?.status == 200)
        #expect(answers.first?.header("X-Planetarium-Quarantine") == "not-kept")
        #expect(way.services.metrics.rejectsNotKept.value > before)
        guard case .repeated = verdict else {
            Issue.record("not remembered")
            return
        }
    }

    @Test(arguments: [true, false])
    func recordsThatCouldNotBeStoredFreeTheKey(_ rejectsFirst: Bool) {
        let reply = reply(topics: 2)
        if rejectsFirst { reply.stored([position(0)], in: .rejected) }
        reply.failed(.unavailable("away"), in: .discoveries)
        if !rejectsFirst { reply.stored([position(0)], in: .rejected) }
        #expect(answers().map(\.status) == [503])
        guard case .fresh = verdict else {
            Issue.record("the key is not free")
            return
        }
    }

    @Test func everyErrorOfTheLogHasAnAnswer() {
        for (error, status) in [
            (LogError.busy, 503), (.tooLarge(limit: 7), 413), (.unavailable("x"), 503), (.closed, 503),
            (.offsetOutOfRange(first: 1), 500), (.unknownTopic("x"), 503), (.unusable("x"), 500),
        ] {
            #expect(error.response.status == status)
            #expect((error.response.header("Retry-After") != nil) == (status == 503))
        }
    }
}
