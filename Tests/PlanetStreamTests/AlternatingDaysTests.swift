// Records dated by something else than the clock: a few files a day, every record once, and every way back from the
// lake's rows the same as of records in order.

import Basics
import EventLog
import Foundation
import Lake
import PlanetCore
import Provenance
import TestSupport
import Testing
import Threads

@testable import PlanetStream

@Suite struct AlternatingDaysTests {
    private static let topic = "planet-discoveries"
    private static let count = 600

    /// Microseconds of an offset: twelve days in no order, and noon by the second.
    @Sendable private static func date(_ offset: Int64) -> Int64 {
        (20_000 + (offset * 7) % 12) * UTCDay.micros + 43_200_000_000 + offset * 1_000_000
    }

    /// A lake of 600 records and a few that are refused, withdrawn and written again.
    private func filled(
        _ bench: Bench, _ count: Int = count, roll: RollPolicy = RollPolicy(age: 3_600_000_000_000)
    ) throws -> String {
        bench.options.roll = roll
        var all = Array(records(archive).prefix(560))
        all.insert(("bad", Array("{\"pl_rade\":1}".utf8)), at: 200)
        all += records(archive).prefix(19).map { ($0.key, nil) }
        all += records(archive).prefix(20)
        #expect(all.count == Self.count)
        all.removeLast(all.count - count)
        let log = DatedLog(bench.log, date: Self.date)
        let service = try StreamService(log: log, lake: .folder(path: bench.folder), options: bench.options)
        try service.start()
        try bench.append(all)
        bench.wait("the end") { service.status.records == count && service.status.lag == 0 }
        service.stop()
        let last = try #require(try bench.frames().last { $0["type"] as? String == "snapshot" })
        return try #require(last["digest"] as? String)
    }

    @Test func aFewFilesADayAndTheReplayIsTheEngines() throws {
        let bench = try Bench()
        let digest = try filled(bench)
        for (table, most) in [("discoveries", 2), ("predictions", 2), ("rejected", 2), ("aggregates", 2)] {
            let files = bench.files(table)
            let byDay = Dictionary(grouping: files, by: \.day).mapValues(\.count)
            #expect(byDay.values.max() ?? 9 <= most, "\(table): \(byDay)")
        }
        #expect(Set(bench.files("discoveries").map(\.day)).count == 12)
        let store = try LocalFileStore(root: bench.folder)
        let tally = Tally()
        let replay = try LakeReplay(store, TopicNames()) { _ in tally }
        var half = Positions()
        half[Self.topic, 0] = 311
        try replay.advance(to: half)
        try replay.advance()
        #expect(tally.digest() == digest)
        var verification = try LakeVerification(store)
        let report = try verification.run()
        #expect(report.findings == [] && report.notes == [] && report.digest == digest)
        #expect(report.predictions == 580 && report.offsetsWithoutRow == 0)
    }

    @Test func moreDaysThanMayBeOpenEndTheRoll() throws {
        let bench = try Bench()
        let digest = try filled(bench, 60, roll: RollPolicy(age: 3_600_000_000_000, days: 5))
        var verification = try LakeVerification(try LocalFileStore(root: bench.folder))
        let report = try verification.run()
        #expect(report.findings == [] && report.digest == digest)
        // Every fifth record or so.
        let commits = bench.files("discoveries").filter { !$0.isPart }
        #expect(commits.count >= 10 && commits.last?.last == 59)
    }

    @Test func aStartAgainGoesOnAndChangesNothing() throws {
        let bench = try Bench()
        let digest = try filled(bench)
        let before = bench.files("discoveries")
        bench.options.checkpoint = nil
        let log = DatedLog(bench.log, date: Self.date)
        let again = try StreamService(log: log, lake: .folder(path: bench.folder), options: bench.options)
        try again.start()
        bench.wait("readiness") { again.status.isReady }
        again.stop()
        #expect(bench.files("discoveries") == before)
        let last = try #require(try bench.frames().last { $0["type"] as? String == "snapshot" })
        #expect(last["digest"] as? String == digest)
    }

    /// Rows of one file that is not there make the offsets a finding, not a wrong figure.
    @Test func aPartThatIsMissingIsFound() throws {
        let bench = try Bench()
        _ = try filled(bench)
        let part = try #require(bench.files("discoveries").first { $0.isPart })
        try FileManager.default.removeItem(atPath: "\(bench.folder)/\(part.path)")
        var verification = try LakeVerification(try LocalFileStore(root: bench.folder))
        let report = try verification.run()
        #expect(report.findings.contains { $0.file == part.path && $0.kind == .manifest })
    }

    @Test func momentsAndRecordsAreFound() throws {
        let bench = try Bench()
        _ = try filled(bench)
        let store = try LocalFileStore(root: bench.folder)
        let files = try LakeFiles(store, TopicNames())
        let search = AsOfSearch(store: store, files: files, topics: TopicNames())
        for offset in [Int64(0), 1, 17, 200, 333, 598] {
            // What had come before the first record of a later time.
            let time = Self.date(offset)
            let first = (Int64(0)..<Int64(Self.count)).first { Self.date($0) > time } ?? Int64(Self.count)
            #expect(try search.find(.time(time)).positions[Self.topic, 0] == first, "\(offset)")
            #expect(try search.find(.offset(offset + 1)).positions[Self.topic, 0] == offset + 1, "\(offset)")
        }
        let lookup = RecordLookup(
            .folder(path: bench.folder), bench.options, DatedLog(bench.log, date: Self.date))
        lookup.start()
        defer { lookup.stop() }
        for offset in [Int64(0), 5, 200, 311, 599] {
            let answer = Handover<LakeRecordAnswer>(capacity: 1)
            #expect(lookup.ask(topic: Self.topic, partition: 0, offset: offset) { _ = answer.give($0) })
            guard case .stored(let record) = answer.take(timeout: UInt64(10e9 * patience)) else {
                Issue.record("\(offset) is not found")
                continue
            }
            #expect(record.timestamp == Self.date(offset) && (record.table == "rejected") == (offset == 200))
            #expect(record.path.contains("dt=\(UTCDay(micros: Self.date(offset)))"))
        }
    }
}
