// What only the embedded log promises: its file, its lock, other processes, and going on after errors.
// Killing and full disks: KillTests.swift, DiskFullTests.swift.

import CSQLite
import Foundation
import Testing
import Threads

@testable import EventLog

@Suite struct SQLiteLogTests {
    private let fixtures = Fixtures()
    private var path: String { fixtures.scratch.file("log.db") }

    /// A connection of "another program".
    private func sqlite(_ path: String, _ sql: String) throws {
        let other = try SQLiteConnection(path: path, readOnly: false, lockWaitMilliseconds: 1000)
        try other.execute(sql)
    }

    private func unusable(_ error: LogError?) -> String {
        if case .unusable(let message) = error { return message }
        return "not unusable but \(String(describing: error))"
    }

    @Test func aClosedLogIsFoundAgainAndCountedOn() throws {
        var log = try openLog(.sqlite(path: path))
        try log.ensureTopic("a", TopicOptions(partitions: 2))
        try log.ensureTopic("b", TopicOptions())
        for i in 0..<20 { try log.put(batch([("k\(i)", "\(i)")], [RecordHeader("h", "\(i % 3)")]), "a") }
        let before = try log.readAll(["a"])
        let bounds = try log.bounds(of: "a")
        log.close()
        log = try fixtures.open(at: .sqlite(path: path))
        try log.ensureTopic("a", TopicOptions(partitions: 9))
        #expect(try log.bounds(of: "a") == bounds)
        #expect(
            try log.readAll(["a"]).sorted { $0.timestamp < $1.timestamp }
                == before.sorted { $0.timestamp < $1.timestamp })
        let position = try log.put("k0", "again", "a")
        #expect(position.offset == bounds[Int(position.partition)].next)
        #expect(try log.bounds(of: "b")[0].next == 0)
    }

    @Test func theIdentityStaysWithTheFile() throws {
        var log = try openLog(.sqlite(path: path))
        try log.ensureTopic("t", TopicOptions())
        let identity = try log.identity(of: "t")
        #expect(identity.hasPrefix("sqlite:") && identity.hasSuffix("/t") && identity.utf8.count == 7 + 32 + 2)
        var options = LogOptions()
        options.access = .readOnly
        #expect(try openLog(.sqlite(path: path), options).identity(of: "t") == identity)
        log.close()
        // A file of an earlier build has none until it is opened for writing.
        try sqlite(path, "DROP TABLE identity")
        #expect(
            unusable(logError { _ = try openLog(.sqlite(path: path), options).identity(of: "t") }).contains(
                "no identity"))
        log = try fixtures.open(at: .sqlite(path: path))
        let other = try log.identity(of: "t")
        #expect(other != identity && other.utf8.count == identity.utf8.count)
        log.close()
        log = try fixtures.open(at: .sqlite(path: path))
        #expect(try log.identity(of: "t") == other)
    }

    @Test func aClockSetBackDoesNotTurnTimestampsBack() throws {
        var log = try openLog(.sqlite(path: path))
        try log.ensureTopic("t", TopicOptions())
        try log.put("k", "1", "t")
        log.close()
        let future = Clock.wallMicros + 3_600_000_000
        try sqlite(path, "UPDATE records_1_0 SET timestamp = \(future)")
        log = try fixtures.open(at: .sqlite(path: path))
        #expect(try log.put("k", "2", "t").timestamp == future)
        #expect(try log.put("k", "3", "t").timestamp == future)
    }

    @Test func aSecondWriterIsRefusedAndToldTheOwner() throws {
        let log = try fixtures.open(at: .sqlite(path: path))
        let message = unusable(logError { _ = try openLog(.sqlite(path: path)) })
        #expect(message.contains("in use by process \(getpid())"), "\(message)")
        // Through a symbolic link it is the same file.
        let link = fixtures.scratch.file("link.db")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        #expect(unusable(logError { _ = try openLog(.sqlite(path: link)) }).contains("in use by process"))
        log.close()
    }

    @Test func theLockIsGivenBackOnClose() throws {
        for _ in 0..<20 { try openLog(.sqlite(path: path)).close() }
    }

    @Test func foreignFilesAreRefusedAndLeftAlone() throws {
        let text = fixtures.scratch.file("notes.txt")
        let notes = String(repeating: "these are my notes\n", count: 100)
        try notes.write(toFile: text, atomically: false, encoding: .utf8)
        #expect(unusable(logError { _ = try openLog(.sqlite(path: text)) }).contains("not a Planetarium log"))
        #expect(try String(contentsOfFile: text, encoding: .utf8) == notes)

        let other = fixtures.scratch.file("other.db")
        try sqlite(other, "CREATE TABLE mine(x)")
        let before = try Data(contentsOf: URL(fileURLWithPath: other))
        #expect(unusable(logError { _ = try openLog(.sqlite(path: other)) }).contains("database of another program"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: other)) == before)
        #expect(unusable(logError { _ = try openLog(.sqlite(path: ":memory:")) }).contains("memory:"))
    }

    @Test func anotherFormatVersionIsRefusedNamingBoth() throws {
        try openLog(.sqlite(path: path)).close()
        try sqlite(path, "PRAGMA user_version = 99")
        let message = unusable(logError { _ = try openLog(.sqlite(path: path)) })
        #expect(message.contains("format 99") && message.contains("format 1 "), "\(message)")
    }

    @Test func placesThatCannotBeWrittenAreRefused() throws {
        let file = fixtures.scratch.file("file")
        try "x".write(toFile: file, atomically: false, encoding: .utf8)
        #expect(unusable(logError { _ = try openLog(.sqlite(path: file + "/log.db")) }).contains("cannot"))
    }

    @Test func aReadOnlyLogFollowsTheWriter() throws {
        #expect(
            unusable(logError { _ = try fixtures.open(at: .sqlite(path: path)) { $0.access = .readOnly } }).contains(
                "no log"))
        let log = try fixtures.open(at: .sqlite(path: path))
        let second = try fixtures.open(at: .sqlite(path: path)) { $0.access = .readOnly }
        #expect(unusable(logError { _ = try second.writer() }).contains("reading only"))
        #expect(unusable(logError { try second.ensureTopic("t", TopicOptions()) }).contains("reading only"))
        try log.ensureTopic("t", TopicOptions())
        try second.ensureTopic("t", TopicOptions())
        let reader = try second.reader(topics: ["t"], from: .earliest, group: nil)
        #expect(try reader.poll(maxRecords: 1, maxBytes: 1000, timeout: 0).isEmpty)
        for i in 0..<3 {
            // No bell rings between the two: only the file tells.
            try log.put("k", "\(i)", "t")
            #expect(
                try reader.poll(maxRecords: 10, maxBytes: 1000, timeout: 5_000_000_000).stored.map(\.value) == ["\(i)"])
        }
        #expect(try second.bounds(of: "t")[0].next == 3)
    }

    @Test func anotherProgramsLockIsWaitedForThenAnsweredUnavailable() throws {
        let log = try fixtures.open(at: .sqlite(path: path)) { $0.lockWaitMilliseconds = 100 }
        try log.ensureTopic("t", TopicOptions(partitions: 2))
        try log.put(batch([("k", "0")], [RecordHeader("h", "x")]), "t")
        do {
            let other = try SQLiteConnection(path: path, readOnly: false, lockWaitMilliseconds: 1000)
            try other.execute("BEGIN IMMEDIATE")
            let error = logError { try log.put(batch([("k", "lost")], [RecordHeader("h", "y")]), "t") }
            guard case .unavailable(let message) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(message.contains("locked"), "\(message)")
            try other.execute("ROLLBACK")
        }
        let position = try log.put(batch([("k", "1")], [RecordHeader("h", "y")]), "t")
        #expect(position[0].offset == 1)
        let stored = try log.readAll(["t"])
        #expect(stored.map(\.value) == ["0", "1"])
        #expect(stored.map(\.headers) == [[RecordHeader("h", "x")], [RecordHeader("h", "y")]])
    }

    @Test func aFailureInTheMiddleOfABatchLeavesNothingOfIt() throws {
        let log = try fixtures.open(at: .sqlite(path: path))
        try log.ensureTopic("t", TopicOptions())
        try log.put("k", "0", "t")
        try sqlite(
            path,
            """
            CREATE TRIGGER refuse BEFORE INSERT ON records_1_0 WHEN new.value = x'626164'
            BEGIN SELECT RAISE(ABORT, 'refused by the test'); END
            """)
        let set = [RecordHeader("only", "here")]
        guard case .unavailable = logError({ try log.put(batch([("k", "1"), ("k", "bad"), ("k", "2")], set), "t") })
        else {
            Issue.record("not unavailable")
            return
        }
        #expect(try log.put(batch([("k", "1")], set), "t")[0].offset == 1)
        let stored = try log.readAll(["t"])
        #expect(stored.map(\.value) == ["0", "1"] && stored[1].headers == set)
    }

    @Test func theWriteAheadLogStaysBoundedWhileAReaderTails() throws {
        let log = try fixtures.open(at: .sqlite(path: path)) { $0.walBytes = 1 << 20 }
        try log.ensureTopic("t", TopicOptions())
        let reader = try log.reader(topics: ["t"], from: .earliest, group: nil)
        let value = String(repeating: "x", count: 1000)
        var largest = 0
        for _ in 0..<100 {
            try log.put(batch((0..<200).map { ("k\($0)", value) }), "t")
            _ = try reader.poll(maxRecords: 1000, maxBytes: 1 << 20, timeout: 0)
            let attributes = try FileManager.default.attributesOfItem(atPath: path + "-wal")
            largest = max(largest, (attributes[.size] as? Int) ?? 0)
        }
        // 20 MB were written.
        #expect(largest < 6 << 20, "\(largest)")
        #expect(try log.bounds(of: "t")[0].next == 20_000)
    }

    @Test func headerListsAreStoredOnce() throws {
        let log = try fixtures.open(at: .sqlite(path: path))
        try log.ensureTopic("t", TopicOptions())
        for i in 0..<50 { try log.put(batch([("k", "v")], [RecordHeader("h", "\(i % 2)")]), "t") }
        log.close()
        let other = try SQLiteConnection(path: path, readOnly: false, lockWaitMilliseconds: 1000)
        #expect(try other.integer("SELECT count(*) FROM header_sets") == 2)
    }
}

@Suite struct HeaderCodecTests {
    @Test func damagedBlobsAreRefused() {
        let encoded = HeaderCodec.encode([RecordHeader("name", "value"), RecordHeader("n", [])])
        encoded.withUnsafeBytes { #expect(HeaderCodec.decode($0)?.count == 2) }
        for length in 0..<encoded.count {
            Array(encoded[..<length]).withUnsafeBytes { #expect(HeaderCodec.decode($0) == nil) }
        }
        (encoded + [0]).withUnsafeBytes { #expect(HeaderCodec.decode($0) == nil) }
        ([0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f] as [UInt8]).withUnsafeBytes {
            #expect(HeaderCodec.decode($0) == nil)
        }
    }
}
