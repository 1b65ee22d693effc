// A running HDFS for the tests, where PLANETARIUM_HDFS names one (HOST:PORT of a NameNode's web interface). Tests that
// kill and stop its parts also need PLANETARIUM_HDFS_FOLDER: the folder of Tests/Support/hdfs/hdfs.py. `make test-hdfs`
// sets both, in two runs.

import Foundation
import Testing

@testable import Lake

enum HDFSBench {
    static let node = ProcessInfo.processInfo.environment["PLANETARIUM_HDFS"]
    static let folder = ProcessInfo.processInfo.environment["PLANETARIUM_HDFS_FOLDER"]
    static var isThere: Bool { node != nil && folder == nil }
    static var canFail: Bool { node != nil && folder != nil }

    /// A folder of its own for one test; `nodes` in the place of the NameNode.
    static func address(
        nodes: String? = nil, lake: String = UUID().uuidString, patience: UInt64 = 15_000_000_000,
        lease: UInt64 = 30_000_000_000, scheme: String = "hdfs"
    ) throws -> WebHDFSAddress {
        var options = WebHDFSOptions()
        options.user = "root"
        options.patience = patience
        options.lease = lease
        options.caFile = scheme == "hdfs" ? nil : folder.map { $0 + "/ca.pem" }
        let nodes = try #require(nodes ?? node)
        return try #require(WebHDFSAddress("\(scheme)://\(nodes)/planetarium-tests/\(lake)", options))
    }

    /// The NameNode's RPC address, from the place where a DataNode says a new file lies.
    static let rpcAddress = ProcessInfo.processInfo.environment["PLANETARIUM_HDFS_RPC"]

    /// Tests/Support/hdfs/hdfs.py
    @discardableResult static func control(_ words: String...) throws -> String {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Support/hdfs/hdfs.py").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let python = ProcessInfo.processInfo.environment["PLANETARIUM_PYTHON"] ?? "python3"
        process.arguments = [python, script, try #require(folder)] + words
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        // A server that is started keeps no end of the pipe: its output goes to a file.
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "hdfs.py \(words)")
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
