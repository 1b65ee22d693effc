// How fast the logs write and read: not a test, prints figures. To run:
//   PLANETARIUM_RATES=1 swift test -c release -Xswiftc -enable-testing --filter Rates

import Foundation
import Testing
import Threads

@testable import EventLog

@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["PLANETARIUM_RATES"] != nil))
struct Rates {
    private let fixtures = Fixtures()

    @Test(arguments: [(1, 5_000), (16, 40_000), (256, 204_800), (10_000, 1_000_000)])
    func write(_ rows: Int, _ total: Int) throws {
        try measure("sqlite, \(rows) rows a commit", fixtures.open(.sqlite), rows, total, inFlight: 1)
    }

    @Test func manySmallAppendsAtOnce() throws {
        try measure("sqlite, 1 row an append, 512 waiting", fixtures.open(.sqlite), 1, 200_000, inFlight: 512)
    }

    @Test func memory() throws {
        try measure("memory, 10000 rows a batch", fixtures.open(.memory), 10_000, 1_000_000, inFlight: 1)
    }

    /// Through the proxy and on a broker that is no Apache Kafka: only for ratios, against a bare librdkafka program
    /// there.
    @Test(.enabled(if: TestBroker.isInstalled)) func kafkaProtocol() throws {
        try measure("kafka protocol, 10000 rows a batch", fixtures.open(.kafka), 10_000, 200_000, inFlight: 4)
    }

    private func measure(_ name: String, _ log: any EventLog, _ rows: Int, _ total: Int, inFlight: Int) throws {
        try log.ensureTopic("t", TopicOptions())
        let value = Array(repeating: UInt8(ascii: "x"), count: 300)
        var batches: [RecordBatch] = []
        for start in stride(from: 0, to: min(total, 100_000), by: rows) {
            var batch = RecordBatch()
            let headers = batch.addHeaders([RecordHeader("source", "api")])
            for i in start..<start + rows {
                batch.append(key: Array("kepler-\(i) b".utf8), value: value, headers: headers)
            }
            batches.append(batch)
        }
        let writer = try log.writer()
        let waiting = Guarded(0)
        var begun = Clock.monotonic
        for i in 0..<(total / rows) {
            let _: Bool? = waiting.wait { waiting in
                guard waiting < inFlight else { return nil }
                waiting += 1
                return true
            }
            try writer.append(batches[i % batches.count], topic: "t", ticket: 0) { _ in
                waiting.withLock { $0 -= 1 }
                waiting.wakeAll()
            }
        }
        let _: Bool? = waiting.wait { $0 == 0 ? true : nil }
        var seconds = Double(Clock.monotonic - begun) / 1e9
        print("\(name): \(Int(Double(total) / seconds)) records/s written")
        let reader = try log.reader(topics: ["t"], from: .earliest, group: nil)
        begun = Clock.monotonic
        var read = 0
        while read < total / rows * rows {
            read += try reader.poll(maxRecords: 10_000, maxBytes: 8 << 20, timeout: second).count
        }
        seconds = Double(Clock.monotonic - begun) / 1e9
        print("\(name): \(Int(Double(total) / seconds)) records/s read")
    }
}
