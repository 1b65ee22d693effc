// One log read twice, as the web's catalogue and as the stream's engine read it: records in, boards and final states
// out.

import Basics
import EventLog
import Foundation
import PlanetCore
import TestSupport
import Testing

@testable import PlanetFigures
@testable import PlanetStream
@testable import PlanetWeb

struct SentRecord {
    var key: String
    /// Nil: a tombstone.
    var value: [UInt8]?
    var headers: [RecordHeader] = []

    init(key: String, value: [UInt8]?) {
        self.key = key
        self.value = value
    }

    init(_ name: String, _ json: String?) {
        self.init(key: IdentityKey.of(name) ?? "", value: json.map { Array($0.utf8) })
    }

    init(_ valid: Validated) { self.init(key: valid.key, value: DiscoveryJSON.bytes(valid.discovery)) }
}

/// A log of several partitions without a log: every record goes to its partition's tally, and to the web's catalogue.
final class Reading {
    let web = Catalogue()
    let records = RecordIndex()
    let tallies: [Tally]
    private var reader: CatalogueReader
    private var next: [Int64]
    private var clock: Int64 = 1_764_000_000_000_000
    /// What the two made of each record; the rule where it was quarantined.
    private(set) var made: [String: Int] = [:]

    static let today = CivilDate(year: 2026, month: 11, day: 24).days

    init(partitions: Int = 1) {
        reader = CatalogueReader(web, IdempotencyIndex(), records, today: { Reading.today })
        tallies = (0..<partitions).map { _ in Tally() }
        next = [Int64](repeating: 0, count: partitions)
    }

    func partition(of key: String) -> Int {
        Int(
            key.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
                % UInt64(next.count))
    }

    /// One poll's records, which may be of several partitions.
    func take(_ records: [SentRecord]) {
        var batches = [RecordBatch](repeating: RecordBatch(), count: next.count)
        for record in records {
            let partition = partition(of: record.key)
            clock += 1
            batches[partition].append(
                key: Array(record.key.utf8), value: record.value,
                headers: batches[partition].addHeaders(record.headers),
                partition: Int32(partition), offset: next[partition], timestamp: clock)
            next[partition] += 1
        }
        for (partition, batch) in batches.enumerated() {
            var streams: [String] = []
            for index in batch.entries.indices {
                let source = batch.header(index, "source").map { String(decoding: $0, as: UTF8.self) }
                let (event, stored) = tallies[partition].judge.discovery(batch, index, source: source)
                tallies[partition].events.append(event)
                streams.append(Reading.text(stored))
            }
            let webs = Reading.texts(reader.take(batch))
            #expect(streams.count == webs.count)
            for (index, pair) in zip(streams, webs).enumerated() {
                made[pair.0, default: 0] += 1
                #expect(pair.0 == pair.1, "\(String(decoding: batch.value(index) ?? [], as: UTF8.self))")
            }
            tallies[partition].applyEvents()
        }
    }

    /// What the web's reader has made of each record of the batch.
    private static func texts(_ step: CatalogueReader.Step) -> [String] {
        var items = step.items[...]
        return step.notes.map { note in
            guard note.change != nil, let item = items.popFirst() else { return note.rules.joined(separator: " ") }
            return "\(item.change.rawValue) \(item.revision)"
        }
    }

    private static func text(_ stored: RecordJudge.Stored) -> String {
        switch stored {
        case .record(let record): "\(record.change.rawValue) \(record.revision)"
        case .reject(let reject), .misplaced(let reject, _): reject.rules.joined(separator: " ")
        }
    }

    /// How many records were made this: a change, or a rule.
    func count(_ what: String) -> Int {
        made.reduce(0) { $0 + ($1.key == what || $1.key.hasPrefix(what + " ") ? $1.value : 0) }
    }

    // MARK: What is there now

    /// Every key that stands for something, by the stream and by the web.
    var streams: [String: PlanetState.Value] {
        var states: [String: PlanetState.Value] = [:]
        for tally in tallies {
            for planet in tally.judge.planets.chunks.joined() where planet.state.value != .nothing {
                states[planet.key] = planet.state.value
            }
        }
        return states
    }

    var webs: [String: PlanetState.Value] {
        var states: [String: PlanetState.Value] = [:]
        for chunk in web.rows() {
            for row in chunk where row.state.value != .nothing { states[row.key] = row.state.value }
        }
        return states
    }

    /// Of all partitions, merged.
    func merged() -> Aggregates {
        let merged = Aggregates()
        for tally in tallies {
            tally.settle()
            merged.merge(tally.aggregates)
        }
        return merged
    }

    func digest() -> String {
        let merged = merged()
        var board = Board(merged.all)
        for (index, aggregate) in merged.all.enumerated() {
            var groups = GroupWriter()
            aggregate.write(.all, to: &groups)
            board.apply(groups.items, to: index)
        }
        return board.digest()
    }

    func totals() -> [String: Int] {
        var totals: [String: Int] = [:]
        for aggregate in merged().all where aggregate.name == "totals" {
            var groups = GroupWriter()
            aggregate.write(.all, to: &groups)
            for item in groups.items { totals[item.group] = Int(String(decoding: item.json ?? [], as: UTF8.self)) }
        }
        return totals
    }

    /// Everything computed anew from what is there now, and from nothing else.
    func fresh() -> Reading {
        let fresh = Reading()
        fresh.take(
            streams.sorted { $0.key < $1.key }.map { key, value in
                switch value {
                case .planet(let discovery): SentRecord(key: key, value: DiscoveryJSON.bytes(discovery))
                case .alias(let alias): SentRecord(key: key, value: alias.json)
                case .nothing: SentRecord(key: key, value: nil)
                }
            })
        return fresh
    }
}

func sampleBytes(_ name: String) throws -> [UInt8] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Samples")
    return try Array(Data(contentsOf: root.appendingPathComponent(name)))
}
