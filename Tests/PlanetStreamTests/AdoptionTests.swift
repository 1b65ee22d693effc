// A lake whose log was lost, cut off or made again: nothing is taken until it is adopted, and then the lake goes on
// with both, each record once, the board that of both.

import Basics
import EventLog
import Foundation
import Lake
import PlanetCore
import Provenance
import Testing
import Threads

@testable import PlanetStream

@Suite(.serialized) struct AdoptionTests {
    private struct Interrupted: Error {}

    private func mixed(_ range: Range<Int>) -> [(key: String, value: [UInt8]?)] {
        let all = records(Array(archive[range]))
        return all + all.prefix(20).map { ($0.key, nil) } + [("broken", Array("{]".utf8))] + all.suffix(10)
    }

    private func named(_ name: String) throws -> NamedLog { NamedLog(try openLog(.memory), name) }

    private func adoption(_ bench: Bench) throws -> LogAdoption {
        try LogAdoption(.folder(path: bench.folder), bench.log, bench.options)
    }

    private func verified(_ bench: Bench) throws -> VerifyReport {
        var verification = try LakeVerification(LocalFileStore(root: bench.folder))
        return try verification.run()
    }

    /// What the service says is wrong.
    private func trouble(_ bench: Bench) throws -> String {
        let service = try bench.service()
        try service.start()
        bench.wait("trouble") { service.status.trouble != nil }
        let trouble = service.status.trouble ?? ""
        service.stop()
        // The next service is another process.
        bench.options.mismatch = LogMismatch()
        return trouble
    }

    /// The lake's manifest as it was written before rolls named their last record, and lines had a check sum.
    private func forgetFingerprints(_ folder: String) throws {
        let manifests = URL(fileURLWithPath: folder).appendingPathComponent("_manifest")
        let all = try #require(FileManager.default.enumerator(at: manifests, includingPropertiesForKeys: nil))
        var changed = 0
        for case let path as URL in all where !path.hasDirectoryPath {
            let text = try String(contentsOf: path, encoding: .utf8)
            let older = text.replacingOccurrences(
                of: #","record":\{[^}]*\}|,"(sum|lake)":"[0-9a-f]{16,32}""#, with: "", options: .regularExpression)
            if older != text { changed += 1 }
            try older.write(to: path, atomically: false, encoding: .utf8)
        }
        #expect(changed > 0)
    }

    /// The digest of the board of these records, one after the other.
    private func digest(_ parts: [[(key: String, value: [UInt8]?)]], partitions: Int32 = 1) throws -> String {
        let bench = try Bench(partitions: partitions)
        for part in parts { try bench.append(part) }
        try bench.run()
        return try bench.board().digest
    }

    @Test(arguments: [("shorter", 300..<500), ("longer", 300..<1500), ("another", 300..<500)])
    func theLakeGoesOnWithBoth(_ how: String, _ range: Range<Int>) throws {
        let (old, new) = (mixed(0..<700), mixed(range))
        let before = try Bench(log: named("cluster"))
        try before.append(old)
        try before.append([("k", Array("no json".utf8))], to: "planet-rejected")
        try before.run()
        let stored = Int64(old.count)

        let after = try Bench(log: named(how == "another" ? "other" : "cluster"), folder: before.folder)
        try after.append(new)
        if how == "another" {
            #expect(throws: LakeError.self) { _ = try after.service() }
        } else {
            let trouble = try trouble(after)
            #expect(
                trouble.contains(how == "shorter" ? "is ahead of the log" : "another record at offset"), "\(trouble)")
            #expect(trouble.contains("planetarium topics adopt"))
        }
        #expect(before.stored("discoveries", topic: "planet-discoveries") == 0...(stored - 1))

        let changes = try adopt(after)
        #expect(changes.first?.place == TopicPartition("planet-discoveries", 0))
        #expect(changes.first?.start == LakeChapter.Start(lake: stored, log: 0))
        #expect(try adopt(after) == [])
        #expect(try verified(after).isFine)

        try after.run()
        let whole = stored + Int64(new.count)
        #expect(after.stored("discoveries", topic: "planet-discoveries") == 0...(whole - 1))
        #expect(try after.board().digest == digest([old, new]))
        // And further on, from a checkpoint.
        let more = mixed(1500..<1600)
        try after.append(more)
        try after.append([("k", Array("no json".utf8))], to: "planet-rejected")
        #expect(try after.run() == Int64(more.count) + 1)
        #expect(try after.board().digest == digest([old, new, more]))
        let report = try verified(after)
        #expect(report.isFine && report.chapters.count == 2, "\(report.findings)")
        #expect(try report.digest == after.board().digest)

        // A receipt's record is found by its place in the log.
        let lookup = RecordLookup(.folder(path: after.folder), after.options, after.log)
        lookup.start()
        defer { lookup.stop() }
        let answer = Reply<LakeRecordAnswer>()
        #expect(lookup.ask(topic: "planet-discoveries", partition: 0, offset: 0) { answer.give($0) })
        guard case .stored(let row) = answer.wait() else {
            Issue.record("the record is not found")
            return
        }
        #expect(row.key == new[0].key && row.path.contains("-\(Digits.padded(stored, 20))-"))
    }

    /// What was changed; nothing where there was nothing to adopt.
    private func adopt(_ bench: Bench) throws -> [LogAdoption.NewStart] {
        let adoption = try adoption(bench)
        let plan = try #require(try adoption.plan(isMending: true))
        if !plan.isNothing { try adoption.carryOut(plan) }
        return plan.changes
    }

    @Test(arguments: LogAdoption.Step.allCases)
    func aCrashLeavesTheOldOrTheNew(_ crash: LogAdoption.Step) throws {
        let (old, new) = (mixed(0..<300), mixed(300..<400))
        let before = try Bench(partitions: 2, log: named("cluster"))
        try before.append(old)
        try before.run()
        let after = try Bench(partitions: 2, log: named("cluster"), folder: before.folder)
        try after.append(new)
        #expect(throws: Interrupted.self) {
            let adoption = try adoption(after)
            let plan = try #require(try adoption.plan(isMending: true))
            try adoption.carryOut(plan) { step in if step == crash { throw Interrupted() } }
        }
        #expect(try verified(after).isFine)
        let isNew = crash == .lines
        if !isNew { #expect(try trouble(after).contains("is ahead of the log")) }
        #expect(try adopt(after).isEmpty == isNew)
        try after.run()
        #expect(try after.board().digest == digest([old, new], partitions: 2))
        let report = try verified(after)
        #expect(report.isFine && report.notes == [] && report.chapters.count == 2, "\(report.notes) \(report.findings)")
    }

    /// An older copy of the log's file: what it has in common with the lake is not stored again.
    @Test(arguments: [false, true]) func aLogThatLostItsEndGoesOnWhereItDiffers(_ isOldLake: Bool) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("log-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (path, older) = (folder + "/log.db", folder + "/older.db")
        let parts = [mixed(0..<200), mixed(200..<300), mixed(300..<500)]
        let first = try Bench(log: openLog(.sqlite(path: path)))
        try first.append(parts[0])
        try first.run()
        first.log.close()
        let files = ["", "-wal", "-shm"]
        func copy(_ source: String, to target: String) throws {
            for name in files {
                try? FileManager.default.removeItem(atPath: target + name)
                guard FileManager.default.fileExists(atPath: source + name) else { continue }
                try FileManager.default.copyItem(atPath: source + name, toPath: target + name)
            }
        }
        try copy(path, to: older)

        let second = try Bench(log: openLog(.sqlite(path: path)), folder: first.folder)
        try second.append(parts[1])
        try second.run()
        second.log.close()
        try copy(older, to: path)

        if isOldLake { try forgetFingerprints(first.folder) }
        let third = try Bench(log: openLog(.sqlite(path: path)), folder: first.folder)
        try third.append(parts[2])
        #expect(try trouble(third).contains("another record at offset"))
        let (common, stored) = (Int64(parts[0].count), Int64(parts[0].count + parts[1].count))
        #expect(try adopt(third).map(\.start) == [LakeChapter.Start(lake: stored, log: common)])
        try third.run()
        let whole = stored + Int64(parts[2].count)
        #expect(third.stored("discoveries", topic: "planet-discoveries") == 0...(whole - 1))
        #expect(try third.board().digest == digest(parts))
        #expect(try verified(third).isFine)
        #expect(try adopt(third) == [])
    }

    /// From before there were fingerprints: the last record is known by its place and time.
    @Test(arguments: [true, false]) func aLakeWithoutFingerprints(_ isSame: Bool) throws {
        let (old, new) = (mixed(0..<300), mixed(300..<700))
        let log = try named("cluster")
        let before = try Bench(log: log)
        try before.append(old)
        try before.run()
        try forgetFingerprints(before.folder)
        if isSame {
            #expect(try adopt(before) == [])
            try before.append(new)
            try before.run()
            #expect(try before.board().digest == digest([old, new]))
            return
        }
        let after = try Bench(log: named("cluster"), folder: before.folder)
        try after.append(new)
        #expect(try trouble(after).contains("another record at offset \(old.count - 1)"))
        #expect(try adopt(after).map(\.start) == [LakeChapter.Start(lake: Int64(old.count), log: 0)])
        try after.run()
        #expect(try after.board().digest == digest([old, new]))
        #expect(try verified(after).isFine)
    }

    @Test func aTopicWithFewerPartitionsIsRefused() throws {
        let before = try Bench(partitions: 3, log: named("cluster"))
        try before.append(mixed(0..<100))
        try before.run()
        let after = try Bench(partitions: 2, log: named("cluster"), folder: before.folder)
        let refusal = #expect(throws: AdoptionRefusal.self) { _ = try adopt(after) }
        #expect(refusal?.description.contains("planet-discoveries has 2 partitions, the lake has records of 3") == true)
    }

    /// Records that the log dropped before they were stored: told, and kept in the manifest.
    @Test func whatTheLogDroppedIsTold() throws {
        let log = try openLog(.memory)
        try log.ensureTopic("planet-discoveries", TopicOptions(durability: .volatile(bytes: 150_000)))
        let bench = try Bench(log: log)
        try bench.append(records(Array(archive[0..<20])))
        try bench.run()
        for begin in stride(from: 20, to: 620, by: 50) { try bench.append(records(Array(archive[begin..<begin + 50]))) }
        let first = try #require(try bench.log.bounds(of: "planet-discoveries").first?.first)
        #expect(first > 20)
        try bench.run()
        #expect(bench.stored("discoveries", topic: "planet-discoveries") == 0...619)
        let report = try verified(bench)
        #expect(report.isFine, "\(report.findings)")
        #expect(report.gone.map(\.offsets) == [20...(first - 1)])
        #expect(report.notes.contains { $0.contains("20 to \(first - 1)") })
    }
}
