// The way back from the lake's columns: the same discoveries, the same tally; names of earlier states.

import EventLog
import Foundation
import Lake
import Parquet
import PlanetCore
import Testing

@testable import PlanetStream

@Suite struct ReplayTests {
    /// A row of `discoveries` through a Parquet file is the discovery that was decoded from JSON, in every column.
    @Test func everyColumnComesBack() throws {
        let planets = archive
        var all = planets.map(\.discovery)
        var decoder = DiscoveryDecoder()
        for json in [
            #"{"pl_name":"Neu 1 b","farbe":"grün \"x\"\n","zahl":[1,{"a":null}],"disc_date":"2020-02-29","temperature_moyenne":-40.1,"pl_radj":1.25}"#,
            #"{"pl_name":"Ω-1 b","presence_deau":"non","moon_count":3,"comment":"a\nb\tc","pl_controv_flag":true,"ttv_flag":0}"#,
            #"{"pl_name":"Minus 0 b","st_met":-0.0,"pl_orbeccen":5e-324,"ra":359.99999999999994,"distance":12.5,"extra":{"k":"v"}}"#,
        ] {
            guard case .accept(let valid) = decoder.decode(Array(json.utf8)) else {
                Issue.record("refused: \(json)")
                continue
            }
            all.append(valid.discovery)
        }
        // Every column at its largest, so that none is forgotten.
        var draft = DiscoveryDraft()
        for column in Columns.all {
            switch column.id {
            case .text(let id): draft[id] = "\(column.name) é"
            case .number(let id): draft[id] = column.type == .real ? 0.1 + 0.2 : 1
            }
        }
        all.append(draft.discovery)
        var rows = RowBatch(LakeTables.discoveries.schema)
        let records = all.enumerated().map { index, discovery in
            StoredRecord(
                key: "k\(index)", revision: 1, change: .new, offset: Int64(index), timestamp: 0, source: nil,
                verdict: .accept, warnings: [], record: .discovery(discovery), submission: nil)
        }
        LakeTables.fill(&rows, records, partition: 0)
        var writer = ParquetWriter(LakeTables.discoveries.schema, WriterOptions())
        try writer.write(rows)
        writer.finish()
        let file = try ParquetFile(bytes: writer.take())
        var reading = DiscoveryRows()
        var next = 0
        for group in file.rowGroups.indices {
            let columns = try file.read(rowGroup: group, as: ReplayColumns.discoveries).values
            reading.take(columns, first: ReplayColumns.firstValue)
            for row in 0..<file.rowGroups[group].rows {
                let back = reading.discovery(at: row)
                #expect(back == all[next], "\(next)")
                // Equal numbers may have other bits: minus zero. Canonical JSON tells them apart.
                #expect(DiscoveryJSON.bytes(back) == DiscoveryJSON.bytes(all[next]), "\(next)")
                next += 1
            }
        }
        #expect(next == all.count && next > 6000)
    }

    /// The service's lake, replayed whole and in steps, and a fork that goes on apart.
    @Test func theReplayedTallyIsTheEngines() throws {
        let bench = try Bench(partitions: 3)
        bench.options.roll.rows = 500
        let planets = archive
        var batch = Array(records(planets).prefix(1500))
        batch += records(planets).prefix(40).map { ($0.key, nil) }
        batch += records(planets).prefix(20)
        batch.append(("bad", Array("{\"pl_rade\":1}".utf8)))
        let service = try bench.service()
        try service.start()
        try bench.append(batch)
        bench.wait("the end") { service.status.records == 1561 && service.status.lag == 0 }
        service.stop()
        let last = try #require(try bench.frames().last { $0["type"] as? String == "snapshot" })
        let digest = try #require(last["digest"] as? String)

        let store = try LocalFileStore(root: bench.folder)
        let tally = Tally()
        let replay = try LakeReplay(store, TopicNames()) { _ in tally }
        var half = Positions()
        for (place, next) in replay.stored.all { half[place] = next / 2 }
        try replay.advance(to: half)
        let fork = tally.fork()
        let atHalf = tally.digest()
        try replay.advance()
        #expect(tally.digest() == digest)
        #expect(fork.digest() == atHalf && atHalf != digest)
        // The fork goes on to the same end.
        let rest = try LakeReplay(store, TopicNames(), from: half) { _ in fork }
        try rest.advance()
        #expect(fork.digest() == digest)
        #expect(Set(fork.rows().map(\.json)) == Set(tally.rows().map(\.json)))
        #expect(throws: ReplayError.self) {
            var beyond = replay.stored
            beyond["planet-discoveries", 0] += 1
            try replay.advance(to: beyond)
        }
        // The frame says which records it is of.
        let positions = try #require(last["positions"] as? [String: Int])
        #expect(positions.count == 3 && positions.values.reduce(0, +) == 1561)
        #expect(replay.stored.all.allSatisfy { positions["\($0.place)"] == Int($0.next) })
        var verification = try LakeVerification(store)
        let report = try verification.run()
        #expect(report.findings == [] && report.digest == digest && report.rolls >= 3)
    }

    @Test func namesOfEarlierStates() {
        #expect(AsOf("0") == .offset(0) && AsOf("4711") == .offset(4711))
        var positions = Positions()
        positions["a-topic/x", 3] = 7
        positions["b", 0] = 9
        #expect(AsOf("a-topic/x/3:7,b/0:9") == .positions(positions))
        #expect(Positions(json: positions.json) == positions && Positions(text: positions.text) == positions)
        #expect(positions.json == #"{"a-topic/x/3":7,"b/0":9}"#)
        #expect(AsOf("1970-01-01T00:00:00Z") == .time(0))
        #expect(AsOf("2026-11-24T01:02:03.5+01:00") == .time(1_795_478_523_500_000))
        #expect(AsOf("2026-11-24t01:02:03.000001239z") == .time(1_795_482_123_000_001))
        #expect(AsOf("1969-12-31T23:59:59.999999Z") == .time(-1))
        for wrong in [
            "", " 1", "1 ", "+1", "-1", "1e3", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z",
            "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z", "a:1", "a/0", "a/0:", "a/01:1", "a/0:1,", "a/0:1,a/0:2",
        ] {
            #expect(AsOf(wrong) == nil, "\(wrong)")
        }
    }
}
