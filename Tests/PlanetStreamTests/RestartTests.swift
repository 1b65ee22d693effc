// Starts and stops of the whole stream: with checkpoints, without, with damaged ones, with a log that has lost its
// beginning; the board, the rows and the lake are those of a run that nothing disturbed.

import EventLog
import Foundation
import Lake
import PlanetCore
import Testing
import Threads

@testable import PlanetStream

extension Bench {
    var checkpoints: String { folder + "/_checkpoint" }
    var checkpointFiles: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: checkpoints)) ?? []).filter { $0.hasSuffix(".ckpt") }
            .sorted()
    }

    var end: Int64 {
        let bounds = [options.topics.discoveries, options.topics.rejected].compactMap { try? log.bounds(of: $0) }
            .joined()
        return bounds.reduce(0) { $0 + $1.next }
    }

    /// Runs a service until it has read everything; how many records it read.
    @discardableResult
    func run(_ meanwhile: () throws -> Void = {}) throws -> Int64 {
        let service = try service()
        try service.start()
        try meanwhile()
        wait("the end of the log") { service.status.isCaughtUp && service.status.trouble == nil }
        let goal = end
        wait("\(goal) records") { reached(service) >= goal }
        let records = service.status.records
        service.stop()
        return records
    }

    /// Offsets that the last snapshot is of.
    private func reached(_ service: StreamService) -> Int64 {
        guard let snapshot = try? frames().last(where: { $0["type"] as? String == "snapshot" }),
            let positions = snapshot["positions"] as? [String: Int]
        else { return 0 }
        return positions.values.reduce(0) { $0 + Int64($1) }
    }

    func board() throws -> (digest: String, board: [String: [String: NSObject]]) {
        let snapshot = try #require(try frames().last { $0["type"] as? String == "snapshot" })
        return (
            try #require(snapshot["digest"] as? String),
            try #require(snapshot["aggregates"] as? [String: [String: NSObject]])
        )
    }

    /// The board of another stream on the same log, with a lake of its own and no past.
    func undisturbed() throws -> (digest: String, board: [String: [String: NSObject]]) {
        var options = options
        options.topics.live = "live-\(UUID().uuidString)"
        options.checkpoint = nil
        options.group = nil
        try log.ensureTopic(options.topics.live, TopicOptions(durability: .volatile(bytes: 64 << 20)))
        let other = folder + "-other-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: other) }
        let service = try StreamService(log: log, lake: .folder(path: other), options: options)
        try service.start()
        wait("the other stream") { service.status.isCaughtUp }
        service.stop()
        let mine = self.options.topics.live
        self.options.topics.live = options.topics.live
        defer { self.options.topics.live = mine }
        return try board()
    }
}

@Suite(.serialized) struct RestartTests {
    private func mixed(_ range: Range<Int>) -> [(key: String, value: [UInt8]?)] {
        let all = records(Array(archive[range]))
        return all + all.prefix(40).map { ($0.key, nil) } + [("broken", Array("{]".utf8))] + all.suffix(30)
    }

    @Test(arguments: [Int32(1), 3]) func aRestartReadsOnlyWhatIsNew(_ partitions: Int32) throws {
        let bench = try Bench(partitions: partitions)
        bench.options.roll = RollPolicy(rows: 500, bytes: 1 << 30, age: 3_600_000_000_000)
        bench.options.checkpoint = CheckpointPolicy(records: 300, age: 3_600_000_000_000)
        var before: Int64 = 0
        for part in [0..<1500, 1500..<1600, 1600..<1600, 1600..<3200] {
            try bench.append(mixed(part))
            try bench.append([("k", Array("no json".utf8))], to: "planet-rejected")
            let read = try bench.run()
            #expect(read == bench.end - before, "\(part)")
            before = bench.end
            #expect(bench.checkpointFiles.count <= 2 && !bench.checkpointFiles.isEmpty)
            let (mine, other) = (try bench.board(), try bench.undisturbed())
            #expect(mine.digest == other.digest)
            for (name, groups) in other.board { #expect(mine.board[name] == groups, "\(name) after \(part)") }
        }
        for partition in 0..<partitions {
            let bounds = try bench.log.bounds(of: "planet-discoveries")[Int(partition)]
            #expect(
                bench.stored("discoveries", topic: "planet-discoveries", partition: partition) == 0...(bounds.next - 1))
        }
    }

    /// Without checkpoints, or with nothing but bad ones, the lake stands in, and nothing of it is read from the log
    /// again.
    @Test(arguments: ["removed", "emptied", "of another meaning"]) func theLakeStandsIn(_ how: String) throws {
        let bench = try Bench(partitions: 2)
        bench.options.roll = RollPolicy(rows: 400, bytes: 1 << 30, age: 3_600_000_000_000)
        try bench.append(mixed(0..<2000))
        try bench.append([("k", Array("no json".utf8))], to: "planet-rejected")
        try bench.run()
        for name in bench.checkpointFiles {
            let path = bench.checkpoints + "/" + name
            switch how {
            case "removed": try FileManager.default.removeItem(atPath: path)
            case "emptied": try Data().write(to: URL(fileURLWithPath: path))
            default:
                var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
                bytes[60] ^= 1
                try bytes.write(to: URL(fileURLWithPath: path))
            }
        }
        try bench.append(mixed(2000..<2100))
        #expect(try bench.run() == 171)
        let (mine, other) = (try bench.board(), try bench.undisturbed())
        #expect(mine.digest == other.digest)
        for (name, groups) in other.board { #expect(mine.board[name] == groups, "\(name)") }
        // What was rebuilt has a checkpoint now.
        #expect(try bench.run() == 0)
    }

    @Test func aDamagedLakeIsNamedAndTheLogStandsIn() throws {
        let bench = try Bench()
        try bench.append(mixed(0..<1000))
        try bench.run()
        for name in bench.checkpointFiles { try FileManager.default.removeItem(atPath: bench.checkpoints + "/" + name) }
        let file = try #require(bench.files("discoveries").first)
        let path = bench.folder + "/" + file.path
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes.replaceSubrange(bytes.count / 2..<bytes.count, with: Data(count: bytes.count - bytes.count / 2))
        try bytes.write(to: URL(fileURLWithPath: path))
        try bench.append(mixed(1000..<1100))
        #expect(try bench.run() == bench.end)
        let (mine, other) = (try bench.board(), try bench.undisturbed())
        #expect(mine.digest == other.digest)
    }

    @Test func aLakeOfAnotherLogIsRefused() throws {
        let bench = try Bench()
        try bench.append(mixed(0..<100))
        try bench.run()
        let other = try Bench()
        let refusal = #expect(throws: LakeError.self) {
            _ = try StreamService(log: other.log, lake: .folder(path: bench.folder), options: other.options)
        }
        #expect("\(refusal.map { "\($0)" } ?? "")".contains("was made from the log"))
    }
}
