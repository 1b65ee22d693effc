// Compaction and retention: what is merged, what stays, and that a stop at any step leaves the old or the new, once.

import Basics
import Foundation
import Parquet
import Telemetry
import TestSupport
import Testing
import Threads

@testable import Lake

/// Three days of rolls, two partitions' worth of names in a folder: the first two days can be compacted.
let days = (0..<3).map { UTCDay(days: day.days + $0) }
let today = UTCDay(days: day.days + 100)

func writeDays(_ store: any FileStore, rolls: Int = 5, days: [UTCDay] = days) throws {
    for (index, day) in days.enumerated() { try writeRolls(store, rolls, from: Int64(index * rolls * 10), day: day) }
}

func makeCompactor(
    _ store: any FileStore, grace: UInt64 = 0, metrics: Metrics = Metrics(),
    change: (inout CompactionOptions) -> Void = { _ in }
) -> LakeCompactor {
    var options = CompactionOptions()
    options.grace = grace
    change(&options)
    return LakeCompactor(store, primaries: ["discoveries"], options: options, metrics: LakeMetrics(metrics))
}

/// Until there is nothing to do; the number of merges.
@discardableResult
func compactAll(
    _ store: any FileStore, _ compactor: LakeCompactor? = nil, openDays: Set<UTCDay> = []
) throws -> Int {
    let compactor = compactor ?? makeCompactor(store)
    var merges = 0
    while true {
        switch try compactor.step(budget: 0, today: today, openDays: openDays) {
        case .working: continue
        case .merged: merges += 1
        case .idle, .waiting:
            try compactor.removeReplaced(isLast: true)
            return merges
        }
    }
}

/// The column `offset` of every file that a reader of the folder sees, in the files' order.
func offsets(_ store: any FileStore, _ table: String) throws -> [Int64] {
    var offsets: [Int64] = []
    for file in try LakeIndex.visibleFiles(store).filter({ $0.place?.table == table }).sorted(by: { $0.path < $1.path })
    {
        let parquet = try ParquetFile(bytes: try store.read(file.path, offset: 0, count: Int(file.bytes)))
        for group in parquet.rowGroups.indices {
            let values = try parquet.read(rowGroup: group, columns: ["offset"]).values[0]
            offsets += (0..<values.count).compactMap { values.int64(at: $0) }
        }
    }
    return offsets
}

func expectWhole(
    _ store: any FileStore, rolls: Int = 15, aggregates: Bool = true, _ comment: Comment? = nil
) throws {
    let all = Array(Int64(0)..<Int64(rolls * 10))
    #expect(try offsets(store, "discoveries") == all.filter { $0 % 10 != 9 }, comment)
    #expect(try offsets(store, "rejected") == all.filter { $0 % 10 == 9 }, comment)
    if aggregates { #expect(try offsets(store, "aggregates") == all.filter { $0 % 10 == 9 }, comment) }
}

@Suite struct CompactionTests {
    private let scratch: Scratch
    private let store: LocalFileStore

    init() throws {
        scratch = try Scratch()
        store = try LocalFileStore(root: scratch.path)
    }

    private func count(_ table: String, _ day: UTCDay) throws -> Int { try names(store, table, day).count }

    @Test func daysThatAreOverBecomeOneFileATable() throws {
        try writeDays(store)
        let other = LakePath(table: "rejected", day: days[0], topic: "planet-rejected", partition: 0, first: 0, last: 9)
        try put("x", other.path, in: store)
        try put("x", "discoveries/dt=\(days[0])/notes.txt", in: store)
        let metrics = Metrics()
        #expect(try compactAll(store, makeCompactor(store, metrics: metrics)) == 2)
        let first = LakePath(
            table: "discoveries", day: days[0], topic: "planet-discoveries", partition: 0, first: 0, last: 49)
        #expect(try names(store, "discoveries", days[0]) == ["notes.txt", first.name])
        #expect(try names(store, "rejected", days[0]) == [first.name, other.name])
        #expect(try count("aggregates", days[1]) == 1 && count("discoveries", days[2]) == 5)
        try store.delete(other.path)
        try expectWhole(store)
        // Readers that take every visible name would see it, so it is named.
        let foreign = ["discoveries/dt=\(days[0])/notes.txt"]
        #expect(try ManifestCheck(store).findings.map(\.path) == foreign)
        let index = try LakeIndex(store)
        let files = index.files(of: "discoveries", topic: "planet-discoveries", partition: 0)
        #expect(files.map(\.first) == [0, 50, 100, 110, 120, 130, 140] && files[0].rows == 45)
        #expect(try store.listIfThere("_compaction") == [])
        #expect(try recover(store).committed == [0: 149])
        #expect(metrics.prometheusText().contains("planetarium_lake_compacted_files_total 30\n"))
        // Once more: nothing to do, and the partition goes on.
        #expect(try compactAll(store) == 0)
        try writeRolls(store, 5, from: 150, day: UTCDay(days: days[2].days + 1))
        #expect(try compactAll(store) == 1)
        try expectWhole(store, rolls: 20)
        #expect(try ManifestCheck(store).findings.map(\.path) == foreign)
    }

    @Test func openDaysLargeFilesAndGapsStay() throws {
        try writeDays(store)
        #expect(try compactAll(store, openDays: [days[0]]) == 1)
        #expect(try count("discoveries", days[0]) == 5 && count("discoveries", days[1]) == 1)
        // A file that is large enough already, by rows.
        #expect(try compactAll(store, makeCompactor(store) { $0.rows = 36 }) == 0)
        // Runs end where the target is reached.
        #expect(try compactAll(store, makeCompactor(store) { $0.rows = 40 }) == 1)
        #expect(try count("discoveries", days[0]) == 2)
        try expectWhole(store)
        // The same day again, after another: not contiguous with what is there.
        try writeRolls(store, 2, from: 150, day: days[0])
        try writeRolls(store, 1, from: 170, day: UTCDay(days: day.days + 50))
        #expect(try compactAll(store) == 3)
        #expect(try count("discoveries", days[0]) == 2)
        #expect(try ManifestCheck(store).findings == [])
        #expect(try offsets(store, "discoveries").sorted() == Array(0..<180).filter { $0 % 10 != 9 })
    }

    @Test func aChangedInputIsNotLaundered() throws {
        try writeDays(store)
        let path = try LakeIndex(store).files(of: "rejected", topic: "planet-discoveries", partition: 0)[2].path
        var bytes = try store.read(path, offset: 0, count: 1 << 20)
        bytes[8] ^= 1
        try store.replace(path, with: bytes)
        let metrics = Metrics()
        #expect(try compactAll(store, makeCompactor(store, metrics: metrics)) == 1)
        #expect(try count("discoveries", days[0]) == 5 && store.listIfThere("_compaction") == [])
        #expect(metrics.prometheusText().contains("planetarium_lake_not_compacted_total 1\n"))
        #expect(try ManifestCheck(store).findings.map(\.reason) == [.changed])
    }

    @Test func olderSchemasGrow() throws {
        func write(_ schema: Schema, _ offsets: ClosedRange<Int64>, fill: (inout RowBatch, Int64) -> Void) throws {
            let writer = LakeWriter(
                store, topic: "planet-discoveries", partition: 0, primary: LakeTable("discoveries", schema),
                committed: offsets.lowerBound == 0 ? nil : offsets.lowerBound - 1, metrics: LakeMetrics(Metrics()))
            var batch = writer.makeBatches()
            for offset in offsets {
                batch[0].columns[schema.index(of: "offset") ?? 0].append(offset)
                fill(&batch[0], offset)
            }
            try writer.append(batch, offsets: offsets, day: day)
            _ = try writer.roll()
        }
        try write(primarySchema, 0...9) { $0.columns[1].append("old \($1)") }
        let newer = Schema("discovery", [.init("extra", .double), .init("offset", .int64)])
        try write(newer, 10...19) { $0.columns[0].append(Double($1)) }
        try writeRolls(store, 1, from: 20, day: days[1])
        #expect(try compactAll(store) == 1)
        let name = try #require(try names(store, "discoveries").first)
        let file = try ParquetFile(bytes: store.read("discoveries/dt=\(day)/\(name)", offset: 0, count: 1 << 20))
        #expect(file.schema.columns.map(\.name) == ["extra", "offset", "name"])
        let values = try file.read(rowGroup: 0).values
        #expect((0..<20).map { values[0].double(at: $0) } == (0..<20).map { $0 < 10 ? nil : Double($0) })
        #expect((0..<20).map { values[1].int64(at: $0) } == (0..<20).map { Int64($0) })
        #expect((0..<20).map { values[2].string(at: $0) } == (0..<20).map { $0 < 10 ? "old \($0)" : nil })
    }

    /// The store stops working at step N, for all N; then the next start. Both with an exchange in one step and with
    /// renames only.
    @Test(arguments: [true, false]) func aStopAtAnyStepLeavesOldOrNew(_ canExchange: Bool) throws {
        try writeDays(store, rolls: 2)
        let before = scratch.path + "-before"
        defer { try? FileManager.default.removeItem(atPath: before) }
        try FileManager.default.copyItem(atPath: scratch.path, toPath: before)
        let faulty = FaultyStore(store, canExchange: canExchange)
        var outcomes: Set<Int> = []
        var steps = 0
        while true {
            for name in try FileManager.default.contentsOfDirectory(atPath: scratch.path) {
                try FileManager.default.removeItem(atPath: "\(scratch.path)/\(name)")
            }
            for name in try FileManager.default.contentsOfDirectory(atPath: before) {
                try FileManager.default.copyItem(atPath: "\(before)/\(name)", toPath: "\(scratch.path)/\(name)")
            }
            faulty.failAfter(steps, with: .unavailable("stopped"))
            var isDone = false
            do {
                try compactAll(faulty)
                isDone = true
            } catch {}
            faulty.failAfter(nil)
            // In between, with an exchange in one step, readers of the folders see every record once.
            if canExchange { try expectWhole(store, rolls: 6, "step \(steps)") }
            try CompactionSwitch.mend(canExchange ? store : FaultyStore(store, canExchange: false))
            #expect(try recover(store).committed == [0: 59], "step \(steps)")
            try expectWhole(store, rolls: 6, "step \(steps)")
            #expect(try ManifestCheck(store).findings == [], "step \(steps)")
            #expect(try store.listIfThere("_compaction") == [], "step \(steps)")
            outcomes.insert(try LakeIndex.visibleFiles(store).count)
            try compactAll(store)
            #expect(try LakeIndex.visibleFiles(store).count == 12, "step \(steps)")
            if isDone { break }
            steps += 1
        }
        #expect(outcomes == [18, 15, 12])
        #expect(steps > 60)
    }

    /// The same compactor goes on after a failure.
    @Test func everyStepMayFailOnceAndBeTriedAgain() throws {
        var steps = 0
        while true {
            let scratch = try Scratch()
            let store = try LocalFileStore(root: scratch.path)
            let faulty = FaultyStore(store)
            try writeDays(store, rolls: 2, days: Array(days.prefix(2)))
            let compactor = makeCompactor(faulty)
            faulty.failAfter(steps, with: .unavailable("once"))
            var hasFailed = false
            do { try compactAll(faulty, compactor) } catch {
                hasFailed = true
                faulty.failAfter(nil)
                try compactAll(faulty, compactor)
            }
            #expect(try ManifestCheck(store).findings == [], "step \(steps)")
            #expect(try store.listIfThere("_compaction") == [], "step \(steps)")
            #expect(try LakeIndex.visibleFiles(store).count == 9, "step \(steps)")
            try expectWhole(store, rolls: 4, "step \(steps)")
            if !hasFailed { break }
            steps += 1
        }
        #expect(steps > 40)
    }

    @Test func replacedFilesStayWithinReachForTheirGrace() throws {
        try writeDays(store)
        let index = try LakeIndex(store)
        let compactor = makeCompactor(store, grace: 4_000_000_000)
        var merges = 0
        loop: while true {
            switch try compactor.step(budget: 0, today: today) {
            case .working: continue
            case .merged: merges += 1
            case .waiting: break loop
            case .idle:
                Issue.record("no grace")
                break loop
            }
        }
        #expect(merges == 2)
        for table in ["discoveries", "rejected", "aggregates"] {
            for file in index.files(of: table, topic: "planet-discoveries", partition: 0) {
                let bytes = try LakeFileSource(file, in: store).read(offset: 0, count: 1 << 20)
                #expect(SHA256.hex(bytes) == file.sha256)
            }
        }
        #expect(try eventually { try compactor.step(budget: 0, today: today) == .idle })
        #expect(try store.listIfThere("_compaction") == [])
        #expect(throws: LakeError.self) {
            let file = index.files(of: "rejected", topic: "planet-discoveries", partition: 0)[0]
            _ = try LakeFileSource(file, in: store).read(offset: 0, count: 1)
        }
    }

    /// A reader that goes by the manifest, in a loop beside many compactions: never a record missing or twice, and
    /// never an error.
    @Test func readersOfTheManifestAreExactMeanwhile() throws {
        let all = (0..<20).map { UTCDay(days: day.days - 100 + $0) }
        try writeDays(store, rolls: 4, days: all)
        let wanted = Array(Int64(0)..<800).filter { $0 % 10 != 9 }
        let isOver = Guarded(false)
        let answers = Guarded<(exact: Int, first: String?)>((0, nil))
        let thread = SystemThread.start("reader") { [store] in
            while !isOver.withLock({ $0 }) {
                do {
                    let index = try LakeIndex(store)
                    var offsets: [Int64] = []
                    for file in index.files(of: "discoveries", topic: "planet-discoveries", partition: 0) {
                        let parquet = try ParquetFile(LakeFileSource(file, in: store))
                        for group in parquet.rowGroups.indices {
                            let values = try parquet.read(rowGroup: group, columns: ["offset"]).values[0]
                            offsets += (0..<values.count).compactMap { values.int64(at: $0) }
                        }
                    }
                    answers.withLock {
                        if offsets == wanted { $0.exact += 1 } else { $0.first = $0.first ?? "\(offsets.count) rows" }
                    }
                } catch {
                    answers.withLock { $0.first = $0.first ?? "\(error)" }
                }
            }
        }
        let compactor = makeCompactor(store, grace: 5_000_000_000)
        var merges = 0
        while merges < 19, case let progress = try compactor.step(budget: 0, today: today), progress != .idle {
            if case .merged = progress {
                merges += 1
                // Let it read on in each state.
                let before = answers.withLock { $0.exact }
                if merges % 5 == 0 { _ = eventually(2) { answers.withLock { $0.exact } >= before + 2 } }
            }
        }
        isOver.withLock { $0 = true }
        thread.join()
        try compactor.removeReplaced(isLast: true)
        #expect(merges == 19)
        let (exact, first) = answers.withLock { $0 }
        #expect(first == nil && exact > 3, "\(exact) exact")
        #expect(try ManifestCheck(store).findings == [])
    }

    @Test func aggregatesGoByTheirAgeAndTheNewestRollStays() throws {
        try writeDays(store)
        let metrics = Metrics()
        let soon = UTCDay(days: days[2].days + 1)
        let compactor = makeCompactor(store, metrics: metrics) {
            $0.keepDays = ["aggregates": 1]
            $0.isMerging = false
        }
        #expect(try compactor.step(budget: 0, today: soon) == .idle)
        #expect(try store.listIfThere("aggregates").map(\.name).sorted() == ["dt=\(days[2])"])
        #expect(try ManifestCheck(store).findings == [])
        #expect(try recover(store).committed == [0: 149])
        try expectWhole(store, aggregates: false)
        #expect(metrics.prometheusText().contains("planetarium_lake_expired_files_total{table=\"aggregates\"} 10\n"))
        // Years later the newest roll's are there still; a file whose removal was cut short goes at the next start.
        let file = try names(store, "aggregates", days[2])[0]
        let bytes = try store.read("aggregates/dt=\(days[2])/\(file)", offset: 0, count: 1 << 20)
        let later = makeCompactor(store) { $0.keepDays = ["aggregates": 1] }
        _ = try later.step(budget: 1_000_000_000, today: UTCDay(days: day.days + 5000))
        #expect(try names(store, "aggregates", days[2]).count == 1)
        try store.replace("aggregates/dt=\(days[2])/\(file)", with: bytes)
        #expect(try ManifestCheck(store).findings.map(\.reason) == [.surplus])
        #expect(try recover(store).removed == ["aggregates/dt=\(days[2])/\(file)"])
        #expect(try ManifestCheck(store).findings == [])
    }
}
