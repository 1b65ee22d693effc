// kill -9 at random moments: what was acknowledged must be there once, and nothing may be missing between.
// The writer that is killed is this test binary, started again for `appendUntilKilled` alone.

import Foundation
import TestSupport
import Testing
import Threads

@testable import EventLog

@Suite(.serialized) struct KillTests {
    private static let variable = "PLANETARIUM_TEST_APPEND_UNTIL_KILLED"

    /// The child's part: appends for ever and writes down each acknowledged batch. Does nothing in a usual run.
    @Test func appendUntilKilled() throws {
        guard let folder = ProcessInfo.processInfo.environment[KillTests.variable] else { return }
        var options = LogOptions()
        options.walBytes = 256 << 10  // so that kills also hit checkpoints
        let log = try openLog(.sqlite(path: folder + "/log.db"), options)
        try log.ensureTopic("t", TopicOptions(partitions: 2))
        let acknowledged = open(folder + "/acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o644)
        // A kill may cut a write between two pages: what this child writes begins a line of its own.
        _ = write(acknowledged, "\n", 1)
        let writer = try log.writer()
        var round = 0
        while true {
            round += 1
            let records = (0..<(1 + round % 7)).map { i in ("k\(i)", Optional("\(getpid())/\(round)/\(i)")) }
            do {
                try writer.append(batch(records, [RecordHeader("round", "\(round)")]), topic: "t", ticket: 0) { ack in
                    guard case .success(let positions) = ack.result else { return }
                    var lines = ""
                    for (position, record) in zip(positions, records) {
                        lines += "\(position.partition) \(position.offset) \(record.1 ?? "") whole\n"
                    }
                    // What one write call has put into the page cache survives this process.
                    var bytes = Array(lines.utf8)
                    _ = write(acknowledged, &bytes, bytes.count)
                }
            } catch {
                // Not `catch LogError.busy`: Swift 6.3.1 crashes on a pattern over a typed throw.
                guard error == .busy else { throw error }
                letPass(seconds: 0.001)
            }
            if round % 16 == 0 { letPass(seconds: 0.0002) }
        }
    }

    @Test func acknowledgedRecordsSurviveKills() throws {
        guard ProcessInfo.processInfo.environment[KillTests.variable] == nil else { return }
        let scratch = Scratch()
        let marks = scratch.file("acknowledged")
        var acknowledgedBefore = 0
        var random = SplitMix(seed: Seed.ofThisRun)
        for kill in 0..<6 {
            let child = Process()
            child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            child.arguments = ["--testing-library", "swift-testing", "--filter", "appendUntilKilled"]
            child.environment = ProcessInfo.processInfo.environment.merging([KillTests.variable: scratch.path]) { $1 }
            child.standardOutput = FileHandle.nullDevice
            child.standardError = FileHandle.nullDevice
            try child.run()
            // Until it has acknowledged something, then a random while longer.
            try #require(
                eventually(60) { lines(marks).count > acknowledgedBefore || !child.isRunning } && child.isRunning,
                "the child acknowledges nothing")
            letPass(seconds: .random(in: 0..<0.4, using: &random))
            #expect(Glibc.kill(child.processIdentifier, SIGKILL) == 0)
            child.waitUntilExit()
            #expect(child.terminationReason == .uncaughtSignal)

            let acknowledged = lines(marks)
            acknowledgedBefore = acknowledged.count
            let log = try openLog(.sqlite(path: scratch.file("log.db")))
            var values: [String: String] = [:]
            let stored = try log.readAll(["t"], maxRecords: 10_000)
            for (partition, records) in Dictionary(grouping: stored, by: \.partition) {
                #expect(records.map(\.offset) == Array(0..<Int64(records.count)), "partition \(partition)")
                #expect(records.map(\.timestamp) == records.map(\.timestamp).sorted())
                for record in records { values["\(partition) \(record.offset)"] = record.value }
            }
            #expect(Set(stored.compactMap(\.value)).count == stored.count, "stored twice")
            let missing = acknowledged.filter { line in
                let parts = line.split(separator: " ")
                return values["\(parts[0]) \(parts[1])"] != String(parts[2])
            }
            #expect(missing == [], "of \(acknowledged.count) after kill \(kill)")
            // The log is as good as ever.
            try log.put("after", "\(getpid())/kill/\(kill)", "t")
            log.close()
        }
    }

    /// Not those that a kill has cut.
    private func lines(_ path: String) -> [Substring] {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").filter { $0.hasSuffix(" whole") }
    }
}
