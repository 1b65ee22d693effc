// A full disk: appends are answered `.unavailable`, nothing acknowledged is lost, and the log goes on when there is
// room.
// Needs a small file system of its own, which only root may mount; says so and passes where it can't.

import Foundation
import Testing

@testable import EventLog

@Suite(.serialized) struct DiskFullTests {
    @Test func aFullDiskIsAnsweredAndOutlived() throws {
        let scratch = Scratch()
        guard run("/bin/mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", scratch.path]) else {
            print("skipped: a small tmpfs can't be mounted here (not root?)")
            return
        }
        defer { _ = run("/bin/umount", [scratch.path]) }
        let ballast = scratch.file("ballast")
        try Data(count: 1 << 20).write(to: URL(fileURLWithPath: ballast))
        var options = LogOptions()
        options.walBytes = 256 << 10
        let log = try openLog(.sqlite(path: scratch.file("log.db")), options)
        defer { log.close() }
        try log.ensureTopic("t", TopicOptions())

        var acknowledged: [(LogPosition, String)] = []
        var failures = 0
        func append(_ round: Int) throws {
            let value = "\(round) " + String(repeating: "x", count: 5000)
            do {
                for position in try log.put(batch((0..<4).map { _ in ("k", value) }), "t") {
                    acknowledged.append((position, value))
                }
            } catch let error as LogError {
                guard case .unavailable(let message) = error else { throw error }
                #expect(message.contains("full") || message.contains("I/O"), "\(message)")
                failures += 1
            }
        }
        var round = 0
        while failures < 20 {
            try append(round)
            round += 1
            try #require(round < 5000, "the disk does not get full")
        }
        let before = acknowledged.count
        #expect(before > 100)
        #expect(try log.readAll(["t"]).count == before, "what is stored can be read while the disk is full")

        try FileManager.default.removeItem(atPath: ballast)
        failures = 0
        for extra in 0..<10 { try append(round + extra) }
        #expect(failures == 0 && acknowledged.count == before + 40)
        let stored = try log.readAll(["t"])
        #expect(stored.map(\.offset) == Array(0..<Int64(acknowledged.count)))
        #expect(stored.map(\.value) == acknowledged.map(\.1))
        #expect(stored.map(\.offset) == acknowledged.map(\.0.offset))
    }

    private func run(_ program: String, _ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
