// Against a real Hive metastore (make test-hive starts one and names it in PLANETARIUM_HIVE): tables made, grown and
// refused, partitions added once, drift found and mended. Every test has a database of its own.

import Basics
import Foundation
import Parquet
import Telemetry
import TestSupport
import Testing

@testable import Lake

/// On this machine only: the variable is also the service's setting, and these tests leave databases behind.
private let address: [HiveAddress]? = {
    guard let list = ProcessInfo.processInfo.environment["PLANETARIUM_HIVE"].flatMap({ HiveAddress.list($0) }),
        list.allSatisfy({ ["127.0.0.1", "localhost", "::1"].contains($0.host) })
    else { return nil }
    return list
}()

@Suite(.enabled(if: address != nil, "PLANETARIUM_HIVE names no metastore of this machine")) struct HiveMetastoreTests {
    private let scratch: Scratch
    private let store: LocalFileStore
    private let metastore: Metastore
    private let database = "test_\(Hex.random(bytes: 4))"

    init() throws {
        scratch = try Scratch()
        store = try LocalFileStore(root: scratch.path)
        metastore = Metastore(try #require(address))
    }

    private func table(_ name: String, _ columns: Schema.Column...) -> LakeTable {
        LakeTable(name, Schema(name, columns))
    }

    private func catalogue(_ tables: LakeTable..., base: String? = nil) throws -> HiveCatalogue {
        let layout = HiveLayout(database: database, base: base ?? "file:\(scratch.path)", tables: tables)
        let catalogue = HiveCatalogue(layout, try #require(address), store)
        _ = try catalogue.ensureDatabase()
        return catalogue
    }

    private func day(_ text: String) throws -> UTCDay { try #require(UTCDay(text)) }

    private func makeFolder(_ table: LakeTable, _ days: String...) throws {
        for text in days { try store.makeDirectories(LakePath.folder(table: table.name, day: try day(text))) }
    }

    private func columns(_ table: String) throws -> [HiveColumn] {
        HiveTableView(try #require(try metastore.table(database, table))[7]?.fields).columns
    }

    @Test func databaseAndTableAreMadeOnce() throws {
        let things = hiveTable
        let catalogue = try catalogue(things)
        #expect(try catalogue.ensureDatabase() == false)
        #expect(try metastore.database(database) != nil)
        var done: [String] = []
        let state = try catalogue.ensureTable(things) { done.append($0) }
        #expect(state == .ready(catalogue.layout.columns(things)) && done == ["table \(database).things made"])
        #expect(try catalogue.ensureTable(things) { done.append($0) } == state)
        #expect(done.count == 1)
        #expect(try columns("things") == catalogue.layout.columns(things))
        #expect(try catalogue.check().isNone)
        // Two at once: the later one takes the table as it is.
        #expect(throws: HiveError.self) { try metastore.createTable(catalogue.layout.tableStruct(things)) }
    }

    @Test func anotherAddressIsTakenWhereOneIsAway() throws {
        let several = Metastore([HiveAddress(host: "127.0.0.1", port: 1)] + (try #require(address)))
        #expect(try several.database("default") != nil)
        let none = Metastore([HiveAddress(host: "127.0.0.1", port: 1), HiveAddress(host: "nowhere.invalid", port: 1)])
        #expect(throws: HiveError.self) { try none.database("default") }
    }

    /// One that takes the connection and never answers costs one wait; from then on it is asked last.
    @Test func aMetastoreThatHangsIsPassedOver() throws {
        let hanging = try SilentListener()
        let several = Metastore(
            [HiveAddress(host: "127.0.0.1", port: hanging.port)] + (try #require(address)), timeout: 10_000_000_000)
        #expect(try several.database("default") != nil)
        several.disconnect()
        #expect(try several.database("default") != nil)
        #expect(hanging.takeConnections() == 1)
        let alone = Metastore([HiveAddress(host: "127.0.0.1", port: hanging.port)], timeout: 100_000_000)
        #expect(throws: HiveError.unreachable("thrift://127.0.0.1:\(hanging.port): no answer in time")) {
            try alone.database("default")
        }
    }

    @Test func theKindOfAnExceptionIsNamed() throws {
        let catalogue = try catalogue(hiveTable)
        _ = try catalogue.ensureTable(hiveTable)
        let nowhere = [catalogue.layout.partitionStruct(hiveTable, try day("2026-01-01"), columns: [])]
        do {
            try metastore.addPartitions("no_such_database", "things", nowhere)
            Issue.record("taken")
        } catch .refused(let text) {
            #expect(text.hasPrefix("add_partitions_req: ") && text.contains("Exception: "))
        } catch .noSuchObject {
            // Said as what it is.
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func whatTheMetastoreRefusesIsSaidInItsWords() throws {
        #expect(try metastore.database("no_such_database") == nil)
        #expect(try metastore.table("no_such_database", "x") == nil)
        let catalogue = try catalogue(hiveTable)
        var wrong = catalogue.layout.tableStruct(hiveTable)
        var storage = try #require(wrong[7]?.fields)
        storage[1] = .structures([HiveLayout.field(HiveColumn("a", "notatype"))])
        wrong[7] = .structure(storage)
        do {
            try metastore.createTable(wrong)
            Issue.record("taken")
        } catch .refused(let text) {
            #expect(text.contains("notatype"))
        } catch {
            Issue.record("\(error)")
        }
        // The connection goes on after a refusal.
        #expect(try metastore.database(database) != nil)
    }

    @Test func partitionsAreAddedOnceAndInBatches() throws {
        let things = hiveTable
        let catalogue = try catalogue(things)
        _ = try catalogue.ensureTable(things)
        let days = (20_000..<20_250).map { UTCDay(days: $0) }
        for day in days { try store.makeDirectories(LakePath.folder(table: "things", day: day)) }
        try catalogue.addPartitions(things, Array(days[0..<3]), columns: catalogue.layout.columns(things))
        try catalogue.addPartitions(things, Array(days[1..<5]), columns: catalogue.layout.columns(things))
        #expect(try catalogue.daysInMetastore(things).days == Set(days[0..<5]))
        try catalogue.repair { _ in }
        #expect(try catalogue.daysInMetastore(things).days == Set(days))
        #expect(try catalogue.check().isNone)
    }

    @Test func columnsThatAreNewAreAddedToTableAndPartitions() throws {
        let old = table("grow", .init("a", .string), .init("b", .int64))
        let before = try catalogue(old)
        _ = try before.ensureTable(old)
        try makeFolder(old, "2026-01-01", "2026-01-02")
        try before.repair { _ in }
        // In the middle, as the planet's columns may come.
        let new = table("grow", .init("a", .string), .init("c", .date, optional: true), .init("b", .int64))
        let after = try catalogue(new)
        #expect(try after.check().mendable.contains("table \(database).grow lacks columns: c"))
        let grown = [HiveColumn("a", "string"), HiveColumn("b", "bigint"), HiveColumn("c", "date")]
        #expect(try after.ensureTable(new) == .ready(grown))
        #expect(try columns("grow") == grown)
        let partitions = try metastore.partitions(database, "grow", named: ["dt=2026-01-01", "dt=2026-01-02"])
        #expect(partitions.count == 2)
        for partition in partitions { #expect(HiveTableView(partition[6]?.fields).columns == grown) }
        #expect(try after.check().isNone)
        // An older version beside a newer one takes nothing away.
        #expect(try before.ensureTable(old) == .ready(grown))
        #expect(try before.check().notes == ["table \(database).grow has columns that this version does not write: c"])
    }

    @Test func aPartitionThatLacksColumnsIsMended() throws {
        let old = table("late", .init("a", .string))
        let new = table("late", .init("a", .string), .init("b", .double))
        let catalogue = try catalogue(new)
        _ = try catalogue.ensureTable(new)
        try makeFolder(new, "2026-01-01")
        try catalogue.addPartitions(new, [try day("2026-01-01")], columns: catalogue.layout.columns(old))
        #expect(try catalogue.check().mendable == ["partitions of table \(database).late lack columns: dt=2026-01-01"])
        try catalogue.repair { _ in }
        #expect(try catalogue.check().isNone)
        let found = try metastore.partitions(database, "late", named: ["dt=2026-01-01"])
        #expect(HiveTableView(found.first?[6]?.fields).columns.count == 2)
    }

    @Test func aTableThatIsNotOursIsLeftAlone() throws {
        let mine = table("taken", .init("a", .string), .init("b", .int64))
        let theirs = table("taken", .init("a", .double), .init("b", .int64))
        let elsewhere = try catalogue(theirs, base: "file:\(scratch.path)/elsewhere")
        _ = try elsewhere.ensureTable(theirs)
        let before = try metastore.table(database, "taken")
        let catalogue = try catalogue(mine)
        try makeFolder(mine, "2026-01-01")
        let state = try catalogue.ensureTable(mine)
        guard case .conflict(let text) = state else {
            Issue.record("\(state)")
            return
        }
        #expect(text.contains("its location is file:\(scratch.path)/elsewhere/taken, not file:\(scratch.path)/taken"))
        #expect(text.contains("and its column a is double, not string"))
        try catalogue.repair { Issue.record("did: \($0)") }
        #expect(try catalogue.check().conflicts == [text])
        #expect(try metastore.table(database, "taken") == before)
    }

    @Test func partitionsWithoutFolderAreForgottenUnlessAllAre() throws {
        let things = hiveTable
        let catalogue = try catalogue(things)
        _ = try catalogue.ensureTable(things)
        let days = [try day("2026-01-01"), try day("2026-01-02")]
        try catalogue.addPartitions(things, days, columns: catalogue.layout.columns(things))
        // The metastore makes the folders of partitions that have none: away with them.
        for day in days { rmdir("\(scratch.path)/\(LakePath.folder(table: "things", day: day))") }
        let all = try catalogue.check()
        #expect(all.mendable.isEmpty && all.conflicts.count == 1)
        try catalogue.repair { Issue.record("did: \($0)") }
        try makeFolder(things, "2026-01-02")
        #expect(
            try catalogue.check().mendable == [
                "table \(database).things has partitions without a folder: dt=2026-01-01"
            ])
        try catalogue.repair { _ in }
        #expect(try catalogue.daysInMetastore(things).days == [days[1]])
        #expect(try catalogue.check().isNone)
    }

    @Test func aPartitionElsewhereIsNamed() throws {
        let things = hiveTable
        let catalogue = try catalogue(things)
        _ = try catalogue.ensureTable(things)
        try makeFolder(things, "2026-01-01")
        let other = HiveLayout(database: database, base: "file:\(scratch.path)/other", tables: [things])
        try metastore.addPartitions(
            database, "things",
            [other.partitionStruct(things, try day("2026-01-01"), columns: catalogue.layout.columns(things))])
        let drift = try catalogue.check()
        #expect(drift.mendable.isEmpty && drift.conflicts.first?.contains("partition dt=2026-01-01") == true)
    }

    @Test func theThreadTellsWhatWasThereAndWhatComes() throws {
        let things = hiveTable
        try makeFolder(things, "2026-01-01", "2026-01-02", "2026-01-03")
        var options = HiveRegistrar.Options()
        // So few that the catch-up takes several rounds.
        options.capacity = 2
        let layout = HiveLayout(database: database, base: "file:\(scratch.path)", tables: [things])
        let registrar = HiveRegistrar(
            layout, try #require(address), store: store, options: options, metrics: HiveMetrics(Metrics()))
        registrar.start()
        let catalogue = try catalogue(things)
        func names() throws -> [String] { (try? metastore.partitionNames(database, "things"))?.sorted() ?? [] }
        #expect(try eventually(30) { try names().count == 3 })
        try makeFolder(things, "2026-01-04")
        let day = try day("2026-01-04")
        registrar.note(hiveRoll("things", day.days..<day.days + 1))
        #expect(try eventually(30) { try names().count == 4 })
        #expect(eventually { registrar.status.waiting == 0 })
        #expect(registrar.status.registered == 4 && registrar.status.trouble == nil)
        // Told already: no call.
        registrar.note(hiveRoll("things", day.days..<day.days + 1))
        #expect(registrar.status.waiting == 0)
        // Noted just before the stop: added by it.
        try makeFolder(things, "2026-01-05")
        registrar.note(hiveRoll("things", day.days + 1..<day.days + 2))
        registrar.stop()
        #expect(try names().last == "dt=2026-01-05")
        #expect(try catalogue.check().isNone)
    }

    @Test func aConflictShowsAndOtherTablesAreKept() throws {
        let good = table("good", .init("a", .string))
        let bad = table("bad", .init("a", .string))
        _ = try catalogue(bad, base: "file:\(scratch.path)/elsewhere").ensureTable(bad)
        try makeFolder(good, "2026-01-01")
        try makeFolder(bad, "2026-01-01")
        let layout = HiveLayout(database: database, base: "file:\(scratch.path)", tables: [bad, good])
        let registrar = HiveRegistrar(
            layout, try #require(address), store: store, metrics: HiveMetrics(Metrics()))
        registrar.start()
        #expect(eventually(30) { registrar.status.registered == 1 })
        #expect(
            eventually {
                registrar.status.trouble?.contains("table \(database).bad in the metastore is left alone") == true
            })
        let day = try day("2026-01-01")
        registrar.note(hiveRoll("bad", day.days..<day.days + 1))
        registrar.stop()
        #expect(try metastore.partitionNames(database, "bad").isEmpty)
        #expect(try metastore.partitionNames(database, "good") == ["dt=2026-01-01"])
    }
}

/// A port that takes connections, by the kernel's queue, and never answers.
private final class SilentListener {
    private let descriptor: Int32
    let port: UInt16

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isBound = withUnsafeMutableBytes(of: &address) { raw in
            guard let base = raw.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return false }
            return bind(descriptor, base, size) == 0 && listen(descriptor, 8) == 0
                && getsockname(descriptor, base, &size) == 0
        }
        try #require(isBound)
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }

    /// How many have connected.
    func takeConnections() -> Int {
        var count = 0
        while true {
            let connection = accept(descriptor, nil, nil)
            guard connection >= 0 else { return count }
            close(connection)
            count += 1
        }
    }
}
