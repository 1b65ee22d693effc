// The manifest: what a roll leaves in it, what a start adds, what a check finds, and the chain as Python computes it.

import Basics
import Foundation
import Telemetry
import Testing

@testable import Lake

let manifestFolder = "_manifest/planet-discoveries-p00000"

/// Rolls of ten offsets each, the sides too, from `first` on; aggregates in each.
func writeRolls(_ store: any FileStore, _ count: Int, from first: Int64 = 0, day: UTCDay = day) throws {
    let writer = makeWriter(store, committed: first == 0 ? nil : first - 1)
    for roll in 0..<Int64(count) {
        let start = first + roll * 10
        try writer.append(batches(writer, start...start + 9), offsets: start...start + 9, day: day)
        var aggregates = writer.makeBatches()[2]
        aggregates.columns[0].append(start + 9)
        try writer.add(aggregates, to: "aggregates")
        _ = try writer.roll()
    }
}

func recover(_ store: any FileStore) throws -> LakeRecovery {
    try LakeRecovery(store, topic: "planet-discoveries", primary: "discoveries", sides: ["rejected", "aggregates"])
}

/// A line as it was before lines had sums.
private func unsealed(_ line: String) -> String {
    line.firstRange(of: ",\"sum\"").map { line[..<$0.lowerBound] + "}" } ?? line
}

@Suite struct ManifestTests {
    private let scratch: Scratch
    private let store: LocalFileStore

    init() throws {
        scratch = try Scratch()
        store = try LocalFileStore(root: scratch.path)
    }

    private func files(_ index: LakeIndex, _ table: String = "discoveries") -> [IndexedFile] {
        index.files(of: table, topic: "planet-discoveries", partition: 0)
    }

    @Test func everyRollHasItsLineAndTheIndexFindsIt() throws {
        try writeRolls(store, 30)
        let index = try LakeIndex(store)
        #expect(index.partitions == [.init("planet-discoveries", 0)] && index.faults.isEmpty)
        #expect(index.nextOffset(topic: "planet-discoveries", partition: 0) == 300)
        #expect(index.tables(topic: "planet-discoveries", partition: 0) == ["aggregates", "discoveries", "rejected"])
        for (table, rows) in [("discoveries", 9), ("rejected", 1), ("aggregates", 1)] {
            let files = files(index, table)
            #expect(files.map(\.first) == stride(from: Int64(0), to: 300, by: 10).map { $0 })
            #expect(files.allSatisfy { $0.rows == rows })
            for file in files {
                let bytes = try store.read(file.path, offset: 0, count: 1 << 20)
                #expect(file.bytes == bytes.count && file.sha256 == SHA256.hex(bytes))
            }
        }
        func at(_ offset: Int64) -> Int64? {
            index.files(of: "discoveries", topic: "planet-discoveries", partition: 0, containing: offset).first?.first
        }
        #expect(at(0) == 0 && at(9) == 0 && at(10) == 10 && at(299) == 290 && at(300) == nil)
        let check = try ManifestCheck(store)
        #expect(check.findings == [] && check.files == 90 && check.entries == 30)
    }

    @Test func aFullSegmentGoesOnInTheNext() throws {
        try writeRolls(store, ManifestSegment.entries + 3)
        #expect(try names(store, in: manifestFolder) == ["000000000000.jsonl", "000000000256.jsonl"])
        try writeRolls(store, 2, from: Int64(ManifestSegment.entries + 3) * 10)
        #expect(try ManifestCheck(store).findings == [])
        #expect(try files(LakeIndex(store)).count == ManifestSegment.entries + 5)
        #expect(try recover(store).adopted == 0)
    }

    @Test func aCrashBetweenCommitAndLineIsMended() throws {
        try writeRolls(store, 3)
        let segment = "\(manifestFolder)/000000000000.jsonl"
        let lines = try store.read(segment, offset: 0, count: 1 << 20).split(separator: 0x0A)
        try store.replace(segment, with: lines.dropLast().flatMap { $0 + [0x0A] })
        #expect(try ManifestCheck(store).findings.map(\.reason) == [.unrecorded, .unrecorded, .unrecorded])
        #expect(try recover(store).adopted == 3)
        let check = try ManifestCheck(store)
        #expect(check.findings == [] && check.files == 9)
        #expect(try files(LakeIndex(store)).last?.rows == 9)
        #expect(try text(segment, in: store, count: 1 << 20).contains("\"seq\":2,\"kind\":\"roll\""))
        #expect(try recover(store).adopted == 0)
    }

    @Test func linesThatAreMissingAreFound() throws {
        try writeRolls(store, 4)
        let segment = "\(manifestFolder)/000000000000.jsonl"
        let lines = try store.read(segment, offset: 0, count: 1 << 20).split(separator: 0x0A)
        func missing() throws -> [String] {
            try ManifestCheck(store).findings.filter { $0.reason == .damagedManifest }.map(\.description)
        }
        try store.replace(segment, with: lines.dropLast(2).flatMap { $0 + [0x0A] })
        #expect(
            try missing() == [
                "\(manifestFolder): damaged manifest: the lines of 2 rolls from offset 20 on are missing"
            ])
        try store.delete(segment)
        #expect(try missing() == [])
        _ = try LakeIdentity.open(store, log: "memory:x", topics: ["planet-discoveries"])
        #expect(try missing() == ["\(manifestFolder): damaged manifest: the whole manifest of 4 rolls is missing"])
        #expect(try recover(store).adopted == 12)
        #expect(try ManifestCheck(store).findings == [])
    }

    @Test func anOlderLakeIsAdopted() throws {
        try writeRolls(store, 3)
        try store.delete("\(manifestFolder)/000000000000.jsonl")
        let old = try LakeIndex(store)
        #expect(files(old).map(\.first) == [0, 10, 20] && files(old)[0].sha256 == nil)
        #expect(old.nextOffset(topic: "planet-discoveries", partition: 0) == 30)
        #expect(try recover(store).adopted == 9)
        #expect(try ManifestCheck(store).findings == [])
        #expect(
            try text("\(manifestFolder)/000000000000.jsonl", in: store, count: 1 << 20).contains(
                "\"kind\":\"adoption\""))
        try writeRolls(store, 2, from: 30)
        #expect(try ManifestCheck(store).files == 15)
    }

    @Test(arguments: ["torn", "garbage", "chain", "head", "empty"])
    func aDamagedManifestIsNamedAndTheLakeGoesOn(_ damage: String) throws {
        try writeRolls(store, 3)
        let segment = "\(manifestFolder)/000000000000.jsonl"
        var bytes = try store.read(segment, offset: 0, count: 1 << 20)
        var lines = bytes.split(separator: 0x0A).map(Array.init)
        switch damage {
        case "torn": bytes.removeLast(200)
        case "garbage": bytes += Array("{\"seq\":3}\n".utf8)
        case "chain":
            let line = unsealed(String(decoding: lines[2], as: UTF8.self))
            lines[2] = Array(line.replacing("\"rows\":9", with: "\"rows\":8").utf8)
            bytes = lines.flatMap { $0 + [0x0A] }
        case "head":
            lines[0] = Array("{}".utf8)
            bytes = lines.flatMap { $0 + [0x0A] }
        default: bytes = []
        }
        try store.replace(segment, with: bytes)
        let before = try ManifestCheck(store).findings
        #expect(before.contains { $0.reason == (damage == "chain" ? .brokenChain : .damagedManifest) }, "\(before)")
        #expect(try recover(store).committed == [0: 29])
        try writeRolls(store, 2, from: 30)
        let check = try ManifestCheck(store)
        #expect(check.files == 15)
        // What was set aside stays named.
        #expect(check.findings.map(\.path) == ["\(segment).damaged"], "\(check.findings)")
    }

    @Test func everyChangedByteIsFound() throws {
        _ = try LakeIdentity.open(store, log: "memory:x", topics: ["planet-discoveries"])
        try writeRolls(store, 1)
        let segment = "\(manifestFolder)/000000000000.jsonl"
        let bytes = try store.read(segment, offset: 0, count: 1 << 20)
        #expect(try ManifestCheck(store).findings == [])
        for place in bytes.indices {
            for change: UInt8 in [0x01, 0x20] {
                var changed = bytes
                changed[place] ^= change
                var content = ManifestSegment.Content(bytes: changed)
                ManifestSegment.parse(&content)
                #expect(content.damage != nil, "byte \(place) to \(changed[place])")
            }
        }
    }

    @Test(arguments: [
        ("\"seq\":2", "\"seq\":9223372036854775807"), ("\"last\":29", "\"last\":9223372036854775807"),
        ("\"first\":20", "\"first\":-9223372036854775808"), ("\"rows\":9", "\"rows\":9223372036854775807"),
        ("\"rows\":9", "\"rows\":-1"), ("\"bytes\":", "\"bytes\":922337203685477"),
        ("-00000000000000000029.parquet", "-09223372036854775807.parquet"),
    ])
    func numbersBeyondAllMeasureAreDamageToo(_ text: String, _ other: String) throws {
        try writeRolls(store, 3)
        let segment = "\(manifestFolder)/000000000000.jsonl"
        let lines = String(decoding: try store.read(segment, offset: 0, count: 1 << 20), as: UTF8.self)
            .split(separator: "\n").map(String.init)
        let damaged = unsealed(lines[3]).replacing(text, with: other)
        #expect(damaged != unsealed(lines[3]))
        try store.replace(segment, with: Array((lines[..<3] + [damaged]).map { $0 + "\n" }.joined().utf8))
        let findings = try ManifestCheck(store).findings
        #expect(findings.contains { $0.reason == .damagedManifest }, "\(findings)")
        #expect(try recover(store).committed == [0: 29])
    }

    @Test func aManifestThatContradictsTheFilesIsRefused() throws {
        try writeRolls(store, 3)
        let path = files(try LakeIndex(store), "rejected")[2].path
        let bytes = try store.read(path, offset: 0, count: 1 << 20)
        for change in ["gone", "short"] {
            try store.delete(path)
            if change == "short" { try store.replace(path, with: Array(bytes.dropLast())) }
            #expect { try recover(store) } throws: {
                guard case LakeError.inconsistent(let text) = $0 else { return false }
                return text.contains(path) && text.contains(manifestFolder)
            }
            try store.replace(path, with: bytes)
        }
        #expect(try recover(store).committed == [0: 29])
    }

    @Test func theCheckNamesFileAndReason() throws {
        try writeRolls(store, 4)
        let index = try LakeIndex(store)
        let all = files(index)
        // One bit turned over.
        var bytes = try store.read(all[0].path, offset: 0, count: 1 << 20)
        bytes[bytes.count / 2] ^= 1
        try store.replace(all[0].path, with: bytes)
        try store.delete(all[1].path)
        let other = LakePath(
            table: "discoveries", day: day, topic: "planet-discoveries", partition: 0, first: 20, last: 28
        ).path
        try store.rename(all[2].path, to: other, replacing: false)
        try put("x", "discoveries/dt=\(day)/part-0.parquet", in: store)
        let extra = LakePath(
            table: "rejected", day: day, topic: "planet-discoveries", partition: 0, first: 1, last: 2
        ).path
        try put("x", extra, in: store)
        var seen: [Int64] = []
        let check = try ManifestCheck(store) { done, total in
            #expect(done <= total)
            seen.append(done)
        }
        let found = Dictionary(grouping: check.findings, by: \.reason).mapValues { $0.map(\.path) }
        #expect(
            found == [
                .changed: [all[0].path], .missing: [all[1].path], .renamed: [all[2].path],
                .surplus: ["discoveries/dt=\(day)/part-0.parquet", extra],
            ], "\(check.findings)")
        #expect(seen == seen.sorted() && seen.count > 5)
        // Without hashing the changed file, of the same size, isn't seen.
        #expect(try ManifestCheck(store, isHashing: false).findings.map(\.reason).contains(.changed) == false)
    }

    /// The description in docs/LAKE-FILES.md, followed by somebody who doesn't know our code.
    @Test func pythonFindsTheSameChains() throws {
        try writeRolls(store, ManifestSegment.entries + 2)
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Foreign/check_manifest.py")
        func check() throws -> (Int32, String) {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = ["python3", script.path, scratch.path]
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            let output = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return (process.terminationStatus, String(decoding: output, as: UTF8.self))
        }
        let good = try check()
        #expect(good.0 == 0, "\(good.1)")
        #expect(good.1.contains("\((ManifestSegment.entries + 2) * 3) files"))
        let path = files(try LakeIndex(store))[7].path
        var bytes = try store.read(path, offset: 0, count: 1 << 20)
        bytes[50] ^= 4
        try store.replace(path, with: bytes)
        let bad = try check()
        #expect(bad.0 == 1 && bad.1.contains(path))
    }

    @Test func identityIsMadeKeptAndRefusesAnotherLog() throws {
        #expect(try LakeIdentity(store) == nil)
        let made = try LakeIdentity.open(store, log: nil, topics: ["b", "a"])
        #expect(made.lake.count == 32 && made.topics == ["a", "b"] && made.log == nil)
        let learned = try LakeIdentity.open(store, log: "log-1", topics: ["a", "b"])
        #expect(learned.lake == made.lake && learned.log == "log-1")
        #expect(try LakeIdentity(store) == learned)
        #expect(try LakeIdentity.open(store, log: nil, topics: ["a", "b"]) == learned)
        #expect {
            try LakeIdentity.open(store, log: "log-2", topics: ["a", "b"])
        } throws: {
            guard case LakeError.inconsistent(let text) = $0 else { return false }
            return text.contains("log-1") && text.contains("log-2") && text.contains(scratch.path)
        }
        #expect(throws: LakeError.self) { try LakeIdentity.open(store, log: "log-1", topics: ["a"]) }
        var born = learned
        try born.keep(keyPartitions: 6, in: store)
        #expect(try LakeIdentity.open(store, log: "log-1", topics: ["a", "b"]).keyPartitions == 6)
        #expect(try LakeIdentity(store) == born && learned.keyPartitions == nil)
        try store.replace(LakeIdentity.path, with: Array("{\"format\":3}".utf8))
        #expect { try LakeIdentity(store) } throws: { if case LakeError.unsupported = $0 { true } else { false } }
        try store.replace(LakeIdentity.path, with: Array("{".utf8))
        #expect { try LakeIdentity(store) } throws: { if case LakeError.inconsistent = $0 { true } else { false } }
    }
}
