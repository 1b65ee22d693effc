// Runs Tests/Support/kafka-broker/broker.py: a Kafka-protocol broker for one test. It is no Apache Kafka.
// It ends with this object, and with this process however that ends.

import Foundation
import Testing

final class TestBroker: @unchecked Sendable {  // used by one test
    let address: String
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static var python: String {
        ProcessInfo.processInfo.environment["PLANETARIUM_PYTHON"]
            ?? root.appendingPathComponent(".venv/bin/python").path
    }

    /// Whether the Python that the tests use has the broker.
    static let isInstalled: Bool = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = ["-c", "import noida_db"]
        process.standardError = FileHandle.nullDevice
        if (try? process.run()) != nil {
            process.waitUntilExit()
            if process.terminationStatus == 0 { return true }
        }
        print("SKIPPED: the Kafka-protocol tests, for \(python) has no noida-db (Tests/requirements.txt)")
        return false
    }()

    init() throws {
        process.executableURL = URL(fileURLWithPath: TestBroker.python)
        process.arguments = [TestBroker.root.appendingPathComponent("Tests/Support/kafka-broker/broker.py").path]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            let more = output.fileHandleForReading.availableData
            try #require(!more.isEmpty, "the broker did not start")
            line += more
        }
        address = String(decoding: line.dropLast(), as: UTF8.self)
    }

    /// Nothing goes through any more; connections stay open.
    func hang() throws { try tell("hang") }
    func resume() throws { try tell("resume") }
    /// Every connection is closed; new ones are taken.
    func cut() throws { try tell("cut") }

    private func tell(_ command: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data("\(command)\n".utf8))
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}
