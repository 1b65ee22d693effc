// The whole stream over a log in memory and a lake in a temporary folder: every offset stored once, through restarts;
// frames as docs/LIVE.md has them.

import Basics
import EventLog
import Foundation
import Lake
import PlanetCore
import Telemetry
import TestSupport
import Testing
import Threads

@testable import PlanetStream

/// A log and a lake for one test.
final class Bench {
    let log: any EventLog
    let folder: String
    private let ownsFolder: Bool
    var options = StreamOptions()

    /// `log`, `folder`: of another bench; nil: its own.
    init(partitions: Int32 = 1, log: (any EventLog)? = nil, folder: String? = nil) throws {
        self.log = try log ?? openLog(.memory)
        let own = FileManager.default.temporaryDirectory.appendingPathComponent("planetarium-\(UUID().uuidString)").path
        self.folder = folder ?? own
        ownsFolder = folder == nil
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
        options.partitions = partitions
        options.restartPause = 50_000_000
        for topic in [options.topics.discoveries, options.topics.rejected] {
            try self.log.ensureTopic(topic, TopicOptions(partitions: partitions))
        }
        try self.log.ensureTopic(options.topics.live, TopicOptions(durability: .volatile(bytes: 64 << 20)))
    }

    deinit {
        log.close()
        if ownsFolder { try? FileManager.default.removeItem(atPath: folder) }
    }

    func service() throws -> StreamService {
        try StreamService(log: log, lake: .folder(path: folder), options: options)
    }

    func append(_ records: [(key: String, value: [UInt8]?)], to topic: String = "planet-discoveries") throws {
        var batch = RecordBatch()
        let headers = batch.addHeaders([RecordHeader("source", "test")])
        for record in records { batch.append(key: Array(record.key.utf8), value: record.value, headers: headers) }
        let done = Handover<Bool>(capacity: 1)
        try log.writer().append(batch, topic: topic, ticket: 1) { ack in
            if case .success = ack.result { _ = done.give(true) } else { _ = done.give(false) }
        }
        #expect(done.take(timeout: UInt64(5e9 * patience)) == true)
    }

    func wait(_ what: String, seconds: Double = 20, until condition: () throws -> Bool) rethrows {
        if try !eventually(seconds, condition) { Issue.record("waited in vain for \(what)") }
    }

    /// The names of a table's files.
    func files(_ table: String) -> [LakePath] {
        let base = folder + "/" + table
        var paths: [LakePath] = []
        for day in (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? [] {
            guard let date = LakePath.day(ofFolder: day) else { continue }
            for name in (try? FileManager.default.contentsOfDirectory(atPath: base + "/" + day)) ?? [] {
                if let path = LakePath(table: table, day: date, name: name) { paths.append(path) }
            }
        }
        return paths.sorted { ($0.topic, $0.partition, $0.first) < ($1.topic, $1.partition, $1.first) }
    }

    /// Offsets of a topic's files, joined; nil when one is missing or there twice.
    func stored(_ table: String, topic: String, partition: Int32 = 0) -> ClosedRange<Int64>? {
        var whole: ClosedRange<Int64>?
        for file in files(table) where file.topic == topic && file.partition == partition {
            if let before = whole, file.first != before.upperBound + 1 { return nil }
            whole = (whole?.lowerBound ?? file.first)...file.last
        }
        return whole
    }

    func frames() throws -> [[String: Any]] {
        let reader = try log.reader(topics: [options.topics.live], from: .earliest, group: nil)
        defer { reader.close() }
        var frames: [[String: Any]] = []
        let numbering = try LakeIdentity(LocalFileStore(root: folder))?.numbering ?? LakeNumbering()
        while true {
            let batch = try reader.poll(maxRecords: 1000, maxBytes: 1 << 26, timeout: 0)
            if batch.isEmpty { return frames }
            for index in batch.entries.indices {
                let data = Data(batch.value(index) ?? [])
                let frame = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
                #expect(batch.header(index, "kind") == (frame["type"] as? String).map { Array($0.utf8) })
                let header = String(decoding: batch.header(index, "positions") ?? [], as: UTF8.self)
                var positions = Positions()
                for (name, next) in frame["positions"] as? [String: Int] ?? ["?": 0] {
                    positions[try #require(TopicPartition(name))] = Int64(next)
                }
                // The web knows the log's offsets, who cites a board the lake's.
                #expect(header == positions.inLog(numbering).text)
                frames.append(frame)
            }
        }
    }
}

@Suite(.serialized) struct ServiceTests {
    let topic = "planet-discoveries"

    /// While the engine waits for the log (here: before it is started) it can't report what others have found.
    @Test func anotherLogIsToldAtOnce() throws {
        let bench = try Bench()
        let service = try bench.service()
        #expect(service.status.trouble == nil)
        bench.options.mismatch.note("the topic was made again")
        #expect(service.status.trouble == "the topic was made again" && !service.status.isReady)
    }

    @Test func everyOffsetOnceThroughRestarts() throws {
        let bench = try Bench()
        bench.options.roll = RollPolicy(rows: 1000, bytes: 1 << 30, age: 3_600_000_000_000)
        bench.options.pollRecords = 200
        let all = records(archive)
        var digests: [String] = []
        // Stopped in the middle of a roll each time; also right after the start.
        for part in [0..<700, 700..<700, 700..<3100, 3100..<6061] {
            let service = try bench.service()
            try service.start()
            if !part.isEmpty { try bench.append(Array(all[part])) }
            bench.wait("reading to \(part.upperBound)") { service.status.planets >= part.upperBound }
            service.stop()
            if part.upperBound > 0 {
                #expect(bench.stored("discoveries", topic: topic) == 0...Int64(part.upperBound - 1))
            }
            let snapshot = try bench.frames().last { $0["type"] as? String == "snapshot" }
            digests.append(snapshot?["digest"] as? String ?? "")
        }
        #expect(bench.files("discoveries").count >= 5)
        #expect(bench.files("aggregates").count == bench.files("discoveries").count)
        // The state is that of the whole table, however often it was read again.
        let plain = Partition()
        plain.apply(all)
        #expect(digests.last == plain.digest())
        #expect(digests[0] == digests[1])
        let leftovers = FileManager.default.enumerator(atPath: bench.folder)?.compactMap { $0 as? String }
            .filter { $0.hasSuffix(".tmp") }
        #expect(leftovers == [])
    }

    @Test func partitionsInvalidRecordsAndRejects() throws {
        let bench = try Bench(partitions: 3)
        let service = try bench.service()
        try service.start()
        var all = records(Array(archive.prefix(500)))
        all.insert(("broken", Array("{]".utf8)), at: 100)
        all.append((all[0].key, nil))
        all.append(("nobody", nil))
        try bench.append(all)
        let reject =
            #"{"raw":"pl_name,x","raw_truncated":false,"line":7,"errors":[{"field":"pl_rade","value":"-1","rule":"out_of_range","detail":"d"}]}"#
        try bench.append([("k", Array(reject.utf8)), ("", Array("no json".utf8)), ("", nil)], to: "planet-rejected")
        bench.wait("reading") { service.status.records >= 506 }
        bench.wait("a state of readiness") { service.status.isReady }
        service.stop()
        var stored = 0
        for partition in Int32(0)..<3 {
            let bounds = try bench.log.bounds(of: topic)[Int(partition)]
            #expect(bench.stored("discoveries", topic: topic, partition: partition) == 0...(bounds.next - 1))
            stored += Int(bounds.next)
        }
        #expect(stored == 503)
        let rejected = bench.files("rejected")
        #expect(rejected.contains { $0.topic == topic })
        #expect(rejected.filter { $0.topic == "planet-rejected" }.reduce(0) { $0 + $1.last - $1.first + 1 } == 3)
        let last = try #require(try bench.frames().last { $0["type"] as? String == "snapshot" })
        let board = try #require(last["aggregates"] as? [String: [String: Any]])
        #expect(board["rejects"]?["out_of_range"] as? Int == 1)
        #expect(board["rejects"]?["malformed_json"] as? Int == 3)
        #expect(board["totals"]?["withdrawals"] as? Int == 1)
        #expect(board["totals"]?["planets"] as? Int == 499)
        #expect(board["totals"]?["rejected"] as? Int == 4)
        #expect(board["totals"]?["records"] as? Int == 503)
    }

    @Test func framesFollowTheProtocol() throws {
        let bench = try Bench()
        try bench.append(records(Array(archive.prefix(100))))
        let service = try bench.service()
        try service.start()
        bench.wait("the past") { service.status.isCaughtUp }
        func deltas() throws -> [[String: Any]] { try bench.frames().filter { $0["type"] as? String == "delta" } }
        for first in stride(from: 100, to: 160, by: 15) {
            let before = try deltas().count
            for planet in archive[first..<first + 15] {
                try bench.append([(planet.key, DiscoveryJSON.bytes(planet.discovery))])
                letPass(seconds: 0.003)
            }
            try bench.wait("a delta of these") { try deltas().count > before }
        }
        try bench.append(archive[0..<50].map { ($0.key, nil) })
        bench.wait("reading") { service.status.records >= 210 || service.status.lag == 0 }
        // At rest a snapshot follows soon.
        func snapshots() throws -> [[String: Any]] { try bench.frames().filter { $0["type"] as? String == "snapshot" } }
        try bench.wait("a snapshot of it all", seconds: 3) {
            (try snapshots().last?["aggregates"] as? [String: [String: Any]])?["totals"]?["withdrawals"] as? Int == 50
        }
        service.stop()

        let frames = try bench.frames()
        #expect(frames.first?["type"] as? String == "snapshot")
        let epoch = frames.first?["epoch"] as? String ?? ""
        #expect(epoch.count == 32)
        var seq = frames.first?["seq"] as? Int ?? -1
        var board: [String: [String: NSObject]] = [:]
        var times: [Int] = []
        for frame in frames {
            let number = try #require(frame["seq"] as? Int)
            #expect(frame["epoch"] as? String == epoch)
            #expect(frame["resume"] as? String == "\(epoch)-\(number)")
            let groups = try #require(frame["aggregates"] as? [String: [String: NSObject]])
            if frame["type"] as? String == "snapshot" {
                #expect(number == seq)
                if !board.isEmpty {
                    for (name, values) in groups { #expect(board[name, default: [:]] == values, "\(name)") }
                }
                board = groups
            } else {
                #expect(number == seq + 1)
                seq = number
                times.append(try #require(frame["t_ns"] as? Int))
                for (name, values) in groups {
                    for (group, value) in values { board[name, default: [:]][group] = value is NSNull ? nil : value }
                }
            }
        }
        #expect(times.count >= 4)
        // At most one delta in 50 ms on the engine's clock; a frame's own time is taken a moment later, which two
        // frames of grace cover.
        let first = try #require(times.first)
        let elapsed = try #require(times.last) - first
        #expect(times.count - 1 <= elapsed / 50_000_000 + 2)
        let last = try #require(try deltas().last?["aggregates"] as? [String: [String: Any]])
        #expect(last["by_method"] != nil)
    }

    @Test func eachRecordBringsAFrame() throws {
        let bench = try Bench()
        try bench.append(records(archive))
        let service = try bench.service()
        try service.start()
        bench.wait("the past") { service.status.isCaughtUp }
        letPass(seconds: 0.3)
        let reader = try bench.log.reader(topics: [bench.options.topics.live], from: .latest, group: nil)
        defer { reader.close() }
        for round in 0..<5 {
            letPass(seconds: 0.15)
            while !(try reader.poll(maxRecords: 100, maxBytes: 1 << 26, timeout: 0)).isEmpty {}
            try bench.append([(archive[round].key, nil)])
            // A snapshot of what was before may be on its way still.
            var kinds: [[UInt8]?] = []
            try bench.wait("a delta") {
                let frame = try reader.poll(maxRecords: 1, maxBytes: 1 << 26, timeout: longWait)
                if !frame.isEmpty { kinds.append(frame.header(0, "kind").map { Array($0) }) }
                return kinds.last == Array("delta".utf8)
            }
            #expect(kinds.dropLast().allSatisfy { $0 == Array("snapshot".utf8) })
        }
        service.stop()
    }

    @Test func aLakeThatFailsHoldsTheEngineBackAndLosesNothing() throws {
        let bench = try Bench()
        bench.options.roll = RollPolicy(rows: 100, bytes: 1 << 30, age: 100_000_000)
        // A file where the table's folder should be: nothing can be written there, whoever runs the test.
        let blocker = bench.folder + "/discoveries"
        _ = FileManager.default.createFile(atPath: blocker, contents: Data())
        let service = try bench.service()
        try service.start()
        try bench.append(records(Array(archive.prefix(2000))))
        bench.wait("the trouble to show") { service.status.trouble != nil }
        #expect(!service.status.isReady)
        try FileManager.default.removeItem(atPath: blocker)
        bench.wait("all to be stored", seconds: 30) { bench.stored("discoveries", topic: topic) == 0...1999 }
        bench.wait("readiness") { service.status.isReady }
        service.stop()
    }

    @Test func aStopWithAFailingLakeEndsAndTheNextStartGoesOn() throws {
        let bench = try Bench()
        let service = try bench.service()
        try service.start()
        try bench.append(records(Array(archive.prefix(300))))
        bench.wait("reading") { service.status.records >= 300 }
        try FileManager.default.createDirectory(atPath: bench.folder, withIntermediateDirectories: true)
        service.stop()
        #expect(bench.stored("discoveries", topic: topic) == 0...299)
        let second = try bench.service()
        try second.start()
        try bench.append(records(Array(archive[300..<301])))
        bench.wait("reading") { second.status.planets >= 301 }
        second.stop()
        #expect(bench.stored("discoveries", topic: topic) == 0...300)
    }
}
