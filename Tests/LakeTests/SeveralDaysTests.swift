// Rolls whose records are of several days: the names of their files, what is seen of them when, what a crash leaves,
// and their compaction.

import Basics
import Foundation
import Parquet
import Testing

@testable import Lake

/// The day of an offset: three days take turns.
func alternating(_ offset: Int64) -> UTCDay { UTCDay(days: day.days - Int(offset % 3)) }

/// Appends the offsets one by one, each of its own day.
func append(_ offsets: ClosedRange<Int64>, _ writer: LakeWriter) throws(LakeError) {
    for offset in offsets { try append(offset...offset, writer, together: false) }
}

/// In one call, as the stream's thread does; else (of one offset) by the call for one day.
private func append(_ offsets: ClosedRange<Int64>, _ writer: LakeWriter, together: Bool) throws(LakeError) {
    if !together {
        return try writer.append(batches(writer, offsets), offsets: offsets, day: alternating(offsets.lowerBound))
    }
    var days: [LakeWriter.DayRows] = []
    for offset in offsets {
        let place = days.firstIndex { $0.day == alternating(offset) } ?? days.count
        if place == days.count { days.append((alternating(offset), writer.makeBatches())) }
        for (table, batch) in batches(writer, offset...offset).enumerated() {
            days[place].batches[table].append(contentsOf: batch)
        }
    }
    try writer.append(days, offsets: offsets)
}

@Suite struct SeveralDaysTests {
    private let scratch: Scratch
    private let local: LocalFileStore
    private let store: FaultyStore

    init() throws {
        scratch = try Scratch()
        local = try LocalFileStore(root: scratch.path)
        store = FaultyStore(local)
    }

    private func path(_ table: String, _ ago: Int, _ first: Int64, _ last: Int64) -> LakePath {
        LakePath(
            table: table, day: UTCDay(days: day.days - ago), topic: "planet-discoveries", partition: 0, first: first,
            last: last, isPart: ago > 0)
    }

    private func visible(_ table: String) throws -> [LakePath] {
        try LakeIndex.folders(local).map(\.path).filter { $0.table == table }.sorted {
            ($0.first, $0.day) < ($1.first, $1.day)
        }
    }

    private func clear() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: scratch.path) {
            try FileManager.default.removeItem(atPath: "\(scratch.path)/\(name)")
        }
    }

    private func expectStored(_ offsets: Range<Int64>, _ comment: Comment? = nil) throws {
        let records: [Int64] = try LakeTests.offsets(local, "discoveries").sorted()
        let rejects: [Int64] = try LakeTests.offsets(local, "rejected").sorted()
        #expect(records == offsets.filter { $0 % 10 != 9 }, comment)
        #expect(rejects == offsets.filter { $0 % 10 == 9 }, comment)
        #expect(try ManifestCheck(local).findings == [], comment)
    }

    @Test func sixHundredRecordsOfAlternatingDaysAreOneRoll() throws {
        let writer = makeWriter(local)
        try append(0...599, writer)
        #expect(Set(writer.openDays).count == 3 && writer.openRows == 600)
        #expect(try visible("discoveries") == [])
        var aggregates = RowBatch(sideSchema)
        aggregates.columns[0].append(Int64(599))
        try writer.add(aggregates, to: "aggregates")
        let roll = try #require(try writer.roll())
        #expect(roll.first == 0 && roll.last == 599 && roll.rows == 601 && roll.day == day)
        // Each table's earlier days, and last of all what commits.
        let order: [(table: String, ago: Int)] = [
            ("rejected", 2), ("rejected", 1), ("rejected", 0), ("aggregates", 0), ("discoveries", 2),
            ("discoveries", 1), ("discoveries", 0),
        ]
        let wanted = order.map { path($0.table, $0.ago, 0, 599) }
        #expect(roll.files == wanted)
        for ago in 0..<3 {
            let parquet = try ParquetFile(
                bytes: local.read(path("discoveries", ago, 0, 599).path, offset: 0, count: 1 << 20))
            let values = try parquet.read(rowGroup: 0, columns: ["offset"]).values[0]
            let found: [Int64] = (0..<values.count).compactMap { values.int64(at: $0) }
            let wanted: [Int64] = (Int64(0)..<600).filter { $0 % 10 != 9 && Int($0 % 3) == ago }
            #expect(found == wanted)
        }
        try expectStored(0..<600)
        #expect(try recover(local).committed == [0: 599])
        let index = try LakeIndex(local)
        let found = index.files(of: "discoveries", topic: "planet-discoveries", partition: 0, containing: 77)
        let places = found.map(\.place).sorted { $0.day > $1.day }
        #expect(places == (0..<3).map { path("discoveries", $0, 0, 599) })
        #expect(index.nextOffset(topic: "planet-discoveries", partition: 0) == 600)
    }

    @Test func aRollEndsAtMidnightAndBeyondItsNumberOfDays() {
        let policy = RollPolicy(days: 3)
        let days = (0..<8).map { UTCDay(days: $0) }
        #expect(!policy.mustEnd([], before: days[0]))
        #expect(!policy.mustEnd([days[0]], before: days[0]))
        // The day after, as when the clock goes past midnight; any other day is no such thing.
        #expect(policy.mustEnd([days[1]], before: days[2]))
        #expect(!policy.mustEnd([days[1]], before: days[0]) && !policy.mustEnd([days[1]], before: days[3]))
        // Several days are open already: they take turns.
        #expect(!policy.mustEnd([days[1], days[0]], before: days[2]))
        #expect(!policy.mustEnd([days[4], days[1], days[0]], before: days[1]))
        #expect(policy.mustEnd([days[4], days[1], days[0]], before: days[2]))
    }

    @Test func aCrashAtAnyStepLeavesAllOrNothing() throws {
        var outcomes: Set<Int64> = []
        for steps in 0... {
            try clear()
            let first = makeWriter(local)
            try append(0...9, first)
            _ = try first.roll()
            store.failAfter(steps)
            let writer = makeWriter(store, committed: 9, rowGroupRows: 10)
            var isDone = false
            do {
                try append(10...59, writer, together: true)
                isDone = try writer.roll() != nil
            } catch {}
            // The process is gone: nobody tidies up. What readers of the folders see meanwhile is there once.
            let seen = try offsets(local, "discoveries")
            #expect(Set(seen).count == seen.count, "step \(steps)")
            let last = try #require(try recover(local).committed[0])
            outcomes.insert(last)
            try expectStored(0..<(last + 1), "step \(steps)")
            #expect(try recover(local).removed == [], "step \(steps)")
            // The next one has other rolls, of the same offsets.
            let next = makeWriter(local, committed: last)
            try append((last + 1)...70, next, together: true)
            _ = try next.roll()
            try expectStored(0..<71, "step \(steps)")
            if isDone && steps > 60 { break }
        }
        #expect(outcomes == [9, 59])
    }

    @Test func everyStepMayFailOnceAndBeTriedAgain() throws {
        for steps in 0... {
            try clear()
            let writer = makeWriter(store, rowGroupRows: 10)
            store.failAfter(steps)
            var hasFailed = false
            func retry<Result>(_ call: () throws(LakeError) -> Result) throws -> Result {
                do { return try call() } catch {
                    hasFailed = true
                    store.failAfter(nil)
                    return try call()
                }
            }
            for start in stride(from: Int64(0), to: 60, by: 20) {
                try retry { () throws(LakeError) in try append(start...start + 19, writer, together: true) }
            }
            #expect(try retry { () throws(LakeError) in try writer.roll() }?.last == 59, "step \(steps)")
            store.failAfter(nil)
            try expectStored(0..<60, "step \(steps)")
            if !hasFailed && steps > 60 { break }
        }
    }

    @Test func anAbandonedRollLeavesNothingThatReadersSee() throws {
        let writer = makeWriter(store)
        try append(0...59, writer, together: true)
        // Bytes are lost at the sync of the last file, or the committing name is another's.
        try local.makeDirectories(path("discoveries", 0, 0, 59).folder)
        try put("x", path("discoveries", 0, 0, 59).path, in: local)
        #expect(throws: LakeError.self) { try writer.roll() }
        #expect(try visible("discoveries").count == 3)
        writer.abandon()
        #expect(try visible("discoveries") == [path("discoveries", 0, 0, 59)] && visible("rejected") == [])
    }

    @Test func partsOfAnotherRollAreRefused() throws {
        let writer = makeWriter(local)
        try append(0...29, writer)
        _ = try writer.roll()
        // A part that no roll has: its day's rows would be there twice.
        try put("x", path("discoveries", 2, 0, 14).path, in: local)
        #expect {
            try recover(local)
        } throws: {
            guard case LakeError.inconsistent(let text) = $0 else { return false }
            return text.contains("stored twice") && text.contains(".part.parquet")
        }
        try local.delete(path("discoveries", 2, 0, 14).path)
        // A side's part without the primary one of its day.
        try local.makeDirectories(path("aggregates", 7, 0, 29).folder)
        try put("x", path("aggregates", 7, 0, 29).path, in: local)
        #expect(throws: LakeError.self) { try recover(local) }
        try local.delete(path("aggregates", 7, 0, 29).path)
        #expect(try recover(local).committed == [0: 29])
    }

    @Test func aPartThatIsMissingIsNamed() throws {
        let writer = makeWriter(local)
        try append(0...29, writer)
        _ = try writer.roll()
        let part = path("discoveries", 1, 0, 29).path
        try local.delete(part)
        #expect(try ManifestCheck(local).findings.map(\.reason) == [.missing])
        #expect {
            try recover(local)
        } throws: { if case LakeError.inconsistent(let text) = $0 { text.contains(part) } else { false } }
    }

    /// Parts become one file of their day and those that commit another; later rolls come, and a lost manifest is made
    /// again.
    @Test func compactionJoinsPartsWithParts() throws {
        let writer = makeWriter(local)
        for roll in Int64(0)..<6 {
            try append(roll * 30...roll * 30 + 29, writer, together: true)
            var aggregates = RowBatch(sideSchema)
            aggregates.columns[0].append(roll * 30 + 29)
            try writer.add(aggregates, to: "aggregates")
            _ = try writer.roll()
        }
        #expect(try visible("discoveries").count == 18)
        try writer.append(
            batches(writer, 180...180), offsets: 180...180, day: UTCDay(days: day.days + 9))
        _ = try writer.roll()
        // Another day's file of the same rolls stays while this one is open.
        #expect(try compactAll(local, openDays: [day]) == 2)
        #expect(try recover(local).committed == [0: 180])
        #expect(try visible("discoveries").count == 9)
        try expectStored(0..<181)
        #expect(try compactAll(local) == 1)
        let merged = (0..<3).map { path("discoveries", $0, 0, 179) }
        let joined = try visible("discoveries").dropLast().sorted { $0.day > $1.day }
        #expect(joined == merged)
        #expect(try visible("rejected").count == 3 && visible("aggregates").count == 1)
        try expectStored(0..<181)
        let index = try LakeIndex(local)
        #expect(
            index.files(of: "discoveries", topic: "planet-discoveries", partition: 0, containing: 100).count == 3)
        let next = makeWriter(local, committed: try recover(local).committed[0])
        try append(181...200, next, together: true)
        _ = try next.roll()
        try local.removeTree(manifestFolder)
        let recovery = try recover(local)
        #expect(recovery.committed == [0: 200] && recovery.adopted > 10 && recovery.removed == [])
        try expectStored(0..<201)
        #expect(try recover(local).adopted == 0)
    }
}
