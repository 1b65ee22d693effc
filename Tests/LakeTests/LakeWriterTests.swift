// Rolls: what becomes visible when, under which names, and what a failure leaves.

import Basics
import Foundation
import Parquet
import Telemetry
import Testing

@testable import Lake

let day = UTCDay(days: 20_780)
let primarySchema = Schema("discovery", [.init("offset", .int64), .init("name", .string, optional: true)])
let sideSchema = Schema("rejected", [.init("offset", .int64)])

func makeWriter(
    _ store: any FileStore, partition: Int32 = 0, committed: Int64? = nil, policy: RollPolicy = RollPolicy(),
    rowGroupRows: Int = 122_880, lock: (any LakeLock)? = nil, metrics: Metrics = Metrics()
) -> LakeWriter {
    var options = WriterOptions()
    options.rowGroupRows = rowGroupRows
    return LakeWriter(
        store, topic: "planet-discoveries", partition: partition,
        primary: LakeTable("discoveries", primarySchema, options),
        sides: [LakeTable("rejected", sideSchema, options), LakeTable("aggregates", sideSchema, options)],
        policy: policy,
        committed: committed, lock: lock, metrics: LakeMetrics(metrics))
}

/// Batches for these offsets; every tenth is rejected.
func batches(_ writer: LakeWriter, _ offsets: ClosedRange<Int64>, rejects: Bool = true) -> [RowBatch] {
    var batches = writer.makeBatches()
    for offset in offsets {
        if rejects && offset % 10 == 9 {
            batches[1].columns[0].append(offset)
        } else {
            batches[0].columns[0].append(offset)
            batches[0].columns[1].append("planet \(offset) of no small name \(offset &* 0x9E37_79B9)")
        }
    }
    return batches
}

func names(_ store: any FileStore, _ table: String, _ day: UTCDay = day) throws -> [String] {
    try store.listIfThere(LakePath.folder(table: table, day: day)).map(\.name).sorted()
}

func names(_ store: any FileStore, in folder: String) throws -> [String] {
    try store.listIfThere(folder).map(\.name).sorted()
}

let committedName = "planet-discoveries-p00000-00000000000000000000-00000000000000000099.parquet"

@Suite struct LakeWriterTests {
    private let scratch: Scratch
    private let store: LocalFileStore

    init() throws {
        scratch = try Scratch()
        store = try LocalFileStore(root: scratch.path)
    }

    @Test func nothingIsVisibleBeforeTheRollAndAllAfterIt() throws {
        let metrics = Metrics()
        let writer = makeWriter(store, rowGroupRows: 10, metrics: metrics)
        try writer.append(batches(writer, 0...49), offsets: 0...49, day: day)
        try writer.append(batches(writer, 50...99), offsets: 50...99, day: day)
        #expect(writer.openRows == 100)
        for table in ["discoveries", "rejected"] {
            #expect(try names(store, table) == [".planet-discoveries-p00000-00000000000000000000.parquet.tmp"])
        }
        // Full row groups are in the file already.
        #expect(try store.list("discoveries/dt=\(day)")[0].size > 500)
        var aggregates = RowBatch(sideSchema)
        aggregates.columns[0].append(Int64(99))
        try writer.add(aggregates, to: "aggregates")
        let roll = try #require(try writer.roll())
        #expect(roll.first == 0 && roll.last == 99 && roll.rows == 101)
        #expect(roll.files.map(\.table) == ["rejected", "aggregates", "discoveries"])
        for table in ["discoveries", "rejected", "aggregates"] { #expect(try names(store, table) == [committedName]) }
        #expect(writer.committed == 99 && writer.nextOffset == 100 && !writer.isOpen)
        #expect(try writer.roll() == nil)
        let text = metrics.prometheusText()
        #expect(text.contains("planetarium_lake_rows_total{table=\"discoveries\"} 90\n"))
        #expect(text.contains("planetarium_lake_files_total{table=\"rejected\"} 1\n"))
        #expect(text.contains("planetarium_lake_commit_seconds_count 1\n"))
        let sizes = try ["discoveries", "rejected", "aggregates"].map { try store.list("\($0)/dt=\(day)")[0].size }
        #expect(roll.bytes == sizes.reduce(0, +))
        let file = try store.read("discoveries/dt=\(day)/\(committedName)", offset: sizes[0] - 4, count: 4)
        #expect(file == Array("PAR1".utf8))
    }

    @Test func rollWithoutARowOfTheSidesHasOneFileAndOneWithoutAnyRowStillCommits() throws {
        let writer = makeWriter(store)
        try writer.append(batches(writer, 0...4), offsets: 0...4, day: day)
        #expect(try writer.roll()?.files.count == 1)
        try writer.append(writer.makeBatches(), offsets: 5...6, day: day)
        let roll = try #require(try writer.roll())
        #expect(roll.rows == 0 && roll.files.map(\.table) == ["discoveries"])
        #expect(try names(store, "discoveries").count == 2)
        #expect(try names(store, "rejected") == [])
    }

    @Test func offsetsMustFollow() throws {
        let writer = makeWriter(store, committed: 9)
        #expect(writer.nextOffset == 10)
        for offsets in [Int64(9)...12, 11...12] {
            #expect {
                try writer.append(batches(writer, offsets), offsets: offsets, day: day)
            } throws: { if case LakeError.inconsistent = $0 { true } else { false } }
        }
        try writer.append(batches(writer, 10...12), offsets: 10...12, day: day)
        #expect(writer.nextOffset == 13)
    }

    @Test func policyLooksAtRowsBytesAndAge() throws {
        func due(_ policy: RollPolicy, now: UInt64) throws -> Bool {
            let writer = makeWriter(store, policy: policy)
            #expect(!writer.shouldRoll(now: .max))
            try writer.append(batches(writer, 0...9), offsets: 0...9, day: day, now: 1000)
            defer { writer.abandon() }
            return writer.shouldRoll(now: now)
        }
        #expect(try !due(RollPolicy(rows: 11, bytes: .max, age: 500), now: 1499))
        #expect(try due(RollPolicy(rows: 10, bytes: .max, age: .max), now: 1000))
        #expect(try due(RollPolicy(rows: .max, bytes: 100, age: .max), now: 1000))
        #expect(try due(RollPolicy(rows: .max, bytes: .max, age: 500), now: 1500))
        // A clock that goes back is no age.
        #expect(try !due(RollPolicy(rows: .max, bytes: .max, age: 500), now: 0))
    }

    @Test func dayChangeEndsARoll() throws {
        let writer = makeWriter(store)
        let next = UTCDay(days: day.days + 1)
        try writer.append(batches(writer, 0...9), offsets: 0...9, day: day)
        #expect(writer.openDays == [day] && writer.policy.mustEnd(writer.openDays, before: next))
        _ = try writer.roll()
        try writer.append(batches(writer, 10...19), offsets: 10...19, day: next)
        #expect(try writer.roll()?.files.last?.folder == "discoveries/dt=\(next)")
    }

    @Test func abandonedRollLeavesNothing() throws {
        let writer = makeWriter(store)
        try writer.append(batches(writer, 0...99), offsets: 0...99, day: day)
        writer.abandon()
        #expect(try names(store, "discoveries") == [] && names(store, "rejected") == [])
        #expect(writer.nextOffset == nil)
        try writer.append(batches(writer, 0...99), offsets: 0...99, day: day)
        #expect(try writer.roll()?.last == 99)
    }

    @Test func takenPrimaryNameIsAnotherWritersAndRefused() throws {
        let writer = makeWriter(store)
        try writer.append(batches(writer, 0...99, rejects: false), offsets: 0...99, day: day)
        try put("theirs", "discoveries/dt=\(day)/\(committedName)", in: store)
        #expect { try writer.roll() } throws: { if case LakeError.alreadyExists = $0 { true } else { false } }
        #expect(throws: LakeError.self) { try writer.roll() }
        writer.abandon()
        #expect(try names(store, "discoveries") == [committedName])
        #expect(try text("discoveries/dt=\(day)/\(committedName)", in: store) == "theirs")
    }
}
