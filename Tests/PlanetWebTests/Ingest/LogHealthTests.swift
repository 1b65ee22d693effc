// What speaks against taking submissions: told in a sentence, and over when it is over; another log never is.

import Basics
import EventLog
import Testing

@testable import PlanetWeb

@Suite struct LogHealthTests {
    private let mismatch = LogMismatch()

    private static func place(_ partition: Int32) -> TopicPartition { TopicPartition("t", partition) }

    private func position(_ offset: Int64, _ partition: Int32 = 0) -> LogPosition {
        LogPosition(partition: partition, offset: offset, timestamp: 0)
    }

    @Test func anAcknowledgementBelowWhatWasReadIsAnotherLog() throws {
        let health = LogHealth(mismatch)
        health.read(to: [Self.place(0): 20, Self.place(1): 3])
        let floor = health.floor("t")
        let taken = health.check(.success([position(20), position(3, 1), position(21)]), after: floor)
        #expect(try taken.get().count == 3)
        #expect(health.trouble() == nil && health.refusal() == nil)
        // Acknowledged ones count as well.
        let answer = health.check(.success([position(21)]), after: health.floor("t"))
        #expect(throws: LogError.self) { try answer.get() }
        let reason = try #require(mismatch.reason)
        #expect(reason.hasPrefix("t/0 gave a record the offset 21, and held records below 22 before it."))
        #expect(health.trouble() == reason && health.refusal() == .unavailable(reason))
        mismatch.note("another finding")
        #expect(mismatch.reason == reason)
    }

    @Test func aStreamsNoticeHoldsAsLongAsItIsRepeated() {
        let health = LogHealth(mismatch)
        health.heard("the lake is ahead of the log", at: 100)
        #expect(health.trouble(now: 101) == "the lake is ahead of the log")
        #expect(health.refusal(now: 101) == .unavailable("the lake is ahead of the log"))
        health.heard("the lake is ahead of the log", at: 9_000_000_000)
        #expect(health.trouble(now: 12_000_000_000) != nil && health.refusal(now: 12_000_000_000) != nil)
        #expect(health.trouble(now: 19_000_000_001) == nil && health.refusal(now: 19_000_000_001) == nil)
        #expect(!health.isOfAnotherLog)
    }

    @Test func aReplacedLogIsAFindingForGood() {
        let health = LogHealth(mismatch)
        health.cannotRead(.replaced("it is shorter"))
        health.read(to: [:])
        #expect(mismatch.reason == "it is shorter" && health.trouble() == "it is shorter" && health.isOfAnotherLog)
    }

    @Test func aRecordIsReadBeforeItsAcknowledgementComes() throws {
        let health = LogHealth(mismatch)
        let floor = health.floor("t")
        health.read(to: [Self.place(0): 5])
        #expect(try health.check(.success([position(3)]), after: floor).get() == [position(3)])
        #expect(mismatch.reason == nil)
    }

    @Test func aPlaceThatGoesBackIsAnotherLog() {
        let health = LogHealth(mismatch)
        health.read(to: [Self.place(0): 20])
        health.read(to: [Self.place(0): 20, Self.place(1): 1])
        #expect(mismatch.reason == nil)
        health.read(to: [Self.place(0): 3, Self.place(1): 1])
        #expect(mismatch.reason?.hasPrefix("t/0 was read below 20, and then again below 3.") == true)
        // The floor stays where it was.
        #expect(health.floor("t").fault([position(5)]) != nil)
    }

    @Test func anotherTopicIsAnotherMatter() throws {
        let health = LogHealth(mismatch)
        health.read(to: [Self.place(0): 20])
        #expect(try health.check(.success([position(0)]), after: health.floor("u")).get() == [position(0)])
    }

    @Test func troubleIsToldUntilItIsOver() {
        let health = LogHealth(mismatch) { "the lake: full" }
        #expect(health.trouble() == "the lake: full")
        health.cannotRead(.unknownTopic("t"))
        #expect(health.trouble() == "The log cannot be read now (there is no topic t).")
        health.read(to: [:])
        #expect(health.trouble() == "the lake: full")
        _ = health.check(.failure(.unavailable("full")), after: health.floor("t"))
        #expect(health.trouble() == "The log cannot be written now (full).")
        #expect(health.trouble(now: .max) == "the lake: full")
        _ = health.check(.failure(.unavailable("full")), after: health.floor("t"))
        _ = health.check(.success([position(0)]), after: health.floor("t"))
        #expect(health.trouble() == "the lake: full")
        _ = health.check(.failure(.busy), after: health.floor("t"))
        #expect(health.trouble() == "the lake: full")
    }
}
