// Records of other programs in any partition, sent on to where they belong, some of them more than once: web and stream
// decide alike, and what is left is what the records would have come to in their own partitions.

import Basics
import EventLog
import Foundation
import PlanetCore
import TestSupport
import Testing

@testable import PlanetStream
@testable import PlanetWeb

/// Partitions of which the web and one tally each read every record, and a stream that sends on.
private final class Scattered {
    let keys = KeyedPartitions(topic: "t", count: 3, name: "aa")
    let web = Catalogue()
    let tallies = (0..<5).map { _ in Tally() }
    private var reader: CatalogueReader
    private var next = [Int64](repeating: 0, count: 5)
    private var clock: Int64 = 1_764_000_000_000_000
    /// By the partition they lay in, in order: copies that were sent.
    private var copies = [[(key: String, record: SentRecord)]](repeating: [], count: 5)
    /// What came into force, in the order in which it did.
    private(set) var effective: [SentRecord] = []
    private(set) var made: [String: Int] = [:]

    init() { reader = CatalogueReader(web, IdempotencyIndex(), RecordIndex(), keys: keys, today: { Reading.today }) }

    func append(_ record: SentRecord, to partition: Int) {
        var batch = RecordBatch()
        clock += 1
        batch.append(
            key: Array(record.key.utf8), value: record.value, headers: batch.addHeaders(record.headers),
            partition: Int32(partition), offset: next[partition], timestamp: clock)
        next[partition] += 1
        let source = record.headers.first { $0.name == "source" }.map { String(decoding: $0.value, as: UTF8.self) }
        let (event, stored) = tallies[partition].judge.discovery(batch, 0, source: source, among: keys)
        tallies[partition].events.append(event)
        tallies[partition].applyEvents()
        let step = reader.take(batch)
        let (stream, key) = text(stored)
        let item = step.items.first.map { "\($0.change.rawValue) \($0.revision)" }
        #expect(stream == item ?? step.notes[0].rules.joined(separator: " "))
        made[String(stream.prefix { $0 != " " }), default: 0] += 1
        if let key {
            var copy = SentRecord(key: key, value: record.value)
            let from = SentFrom(TopicPartition("t", Int32(partition)), offset: batch.entries[0].offset, log: keys.name)
            copy.headers = record.headers.filter { $0.name != "source" } + [RecordHeader("source", from.source)]
            copies[partition].append((key, copy))
            append(copy, to: Int(keys.home(of: key)))
        } else if item != nil, stream != "duplicate", !stream.hasPrefix("duplicate ") {
            effective.append(record)
        }
    }

    /// As after a crash: the last `count` records that were sent on from a partition, again and in order.
    func sendAgain(_ count: Int, from partition: Int) {
        for copy in copies[partition].suffix(count) { append(copy.record, to: Int(keys.home(of: copy.key))) }
    }

    private func text(_ stored: RecordJudge.Stored) -> (String, key: String?) {
        switch stored {
        case .record(let record): ("\(record.change.rawValue) \(record.revision)", nil)
        case .reject(let reject): (reject.rules.joined(separator: " "), nil)
        case .misplaced(let reject, let key): (reject.rules.joined(separator: " "), key)
        }
    }

    var planets: [String: Discovery] {
        var all: [String: Discovery] = [:]
        for row in web.rows().joined() { all[row.key] = row.discovery }
        return all
    }
}

@Suite struct MisplacedTests {
    @Test(arguments: 0..<12) func `Each planet counts once, wherever its records lie`(_ seed: UInt64) {
        var random = SplitMix(seed: seed + 40)
        let scattered = Scattered()
        let names = (0..<12).map { "Sc-\($0) b" }
        for number in 0..<600 {
            let name = names[Int.random(in: 0..<names.count, using: &random)]
            let spelled = [name, name.uppercased(), IdentityKey.of(name) ?? ""].randomElement(using: &random) ?? ""
            var record = SentRecord(key: Bool.random(using: &random) ? spelled : "", value: nil)
            switch Int.random(in: 0..<12, using: &random) {
            case 0: record.key = spelled
            case 1: record.value = Array(#"{"pl_name":"\#(name)","alias_of":"Other b"}"#.utf8)
            case 2: record.value = Array("{".utf8)
            default: record.value = Array(#"{"pl_name":"\#(name)","pl_rade":\#(1 + number % 40)}"#.utf8)
            }
            scattered.append(record, to: Int.random(in: 0..<5, using: &random))
            if Int.random(in: 0..<25, using: &random) == 0 {
                scattered.sendAgain(
                    Int.random(in: 1..<150, using: &random), from: Int.random(in: 0..<5, using: &random))
            }
        }
        #expect(scattered.made["wrong_partition", default: 0] > 200 && scattered.made["duplicate", default: 0] > 20)
        // One partition, each record under its key, none of it twice.
        let fresh = Reading()
        for record in scattered.effective {
            var record = record
            if record.value == nil { record.key = IdentityKey.of(record.key) ?? "" }
            record.headers = []
            fresh.take([record])
        }
        var planets: [String: Discovery] = [:]
        for row in fresh.web.rows().joined() { planets[row.key] = row.discovery }
        #expect(scattered.planets == planets)
        let counted = scattered.tallies.reduce(0) { sum, tally in
            sum + tally.judge.planets.present
        }
        #expect(counted == planets.count)
        for (partition, tally) in scattered.tallies.enumerated() {
            tally.judge.forEachPlanet { planet, _ in
                #expect(Int(scattered.keys.home(of: planet.key)) == partition)
            }
        }
    }
}
