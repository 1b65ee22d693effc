// The aggregates of the real table against numbers computed elsewhere (pandas on the archive's file), and of random
// histories against a fresh computation over what is left at the end.

import EventLog
import Foundation
import JSONText
import PlanetCore
import StateBytes
import TestSupport
import Testing

@testable import PlanetFigures
@testable import PlanetStream

/// The archive's table of December 2025, read once.
let archive: [Validated] = {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../../Samples/nasa_pscomppars_2025-12-15.csv"
    ).standardizedFileURL.path
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    var decoder = DiscoveryDecoder()
    var planets: [Validated] = []
    [UInt8](data).withUnsafeBytes { bytes in
        _ = try? decoder.decode(body: bytes, as: .csv, maxRecords: 1_000_000) { _, _, verdict in
            if case .accept(let valid) = verdict { planets.append(valid) }
        }
    }
    return planets
}()

/// One partition's engine without log and lake: records in, aggregates out.
final class Partition {
    private(set) var judge = RecordJudge()
    let aggregates = Aggregates()
    private var offset: Int64 = 0

    /// Applies records as one batch; nil values are tombstones.
    func apply(_ records: [(key: String, value: [UInt8]?)], at time: Int64 = 1_764_000_000_000_000) {
        var batch = RecordBatch()
        let headers = batch.addHeaders([])
        for record in records {
            batch.append(
                key: Array(record.key.utf8), value: record.value, headers: headers, offset: offset,
                timestamp: time + offset)
            offset += 1
        }
        var events: [CatalogueEvent] = []
        for index in batch.entries.indices { events.append(judge.discovery(batch, index, source: nil).event) }
        aggregates.apply(events[...])
    }

    func settle() {
        aggregates.settle { _, each in
            judge.forEachPlanet { each(PlanetFacts($1, key: $0.key, forecast: $0.forecast)) }
        }
    }

    /// Everything on the board.
    func board() -> [String: [String: String]] {
        settle()
        return boardOf(aggregates)
    }

    func digest() -> String {
        settle()
        return digestOf(aggregates)
    }
}

func boardOf(_ aggregates: Aggregates) -> [String: [String: String]] {
    var board: [String: [String: String]] = [:]
    for aggregate in aggregates.all {
        var groups = GroupWriter()
        aggregate.write(.all, to: &groups)
        board[aggregate.name] = Dictionary(
            uniqueKeysWithValues: groups.items.map { ($0.group, String(decoding: $0.json ?? [], as: UTF8.self)) })
    }
    return board
}

func digestOf(_ aggregates: Aggregates) -> String {
    var board = Board(aggregates.all)
    for (index, aggregate) in aggregates.all.enumerated() {
        var groups = GroupWriter()
        aggregate.write(.all, to: &groups)
        board.apply(groups.items, to: index)
    }
    return board.digest()
}

func number(_ json: String?, _ member: String) -> Double? {
    guard let json, let object = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] else {
        return nil
    }
    return object[member] as? Double
}

func records(_ planets: [Validated]) -> [(key: String, value: [UInt8]?)] {
    planets.map { ($0.key, DiscoveryJSON.bytes($0.discovery)) }
}

struct ArchiveTests {
    let board: [String: [String: String]]

    init() {
        let partition = Partition()
        partition.apply(records(archive))
        board = partition.board()
    }

    @Test func headlines() {
        #expect(board["totals"]?["planets"] == "6061")
        #expect(board["totals"]?["hosts"] == "4521")
        #expect(board["totals"]?["facilities"] == "73")
        #expect(board["totals"]?["controversial"] == "41")
        #expect(board["totals"]?["records"] == "6061")
        #expect(board["totals"]?["rejected"] == "0")
        #expect(board["hosts"]?["hosts"] == "4521")
        #expect(board["by_facility"]?.count == 73)
        let perHost = board["hosts", default: [:]].filter { $0.key != "hosts" }
        let planets = perHost.reduce(0) { sum, group in
            sum + (Int(group.key.split(separator: "/")[1]) ?? 0) * (Int(group.value) ?? 0)
        }
        #expect(planets == 6061)
    }

    @Test func methodsAndYears() {
        #expect(
            board["by_method"] == [
                "Transit": "4472", "Radial Velocity": "1157", "Microlensing": "262", "Imaging": "89",
                "Transit Timing Variations": "39", "Eclipse Timing Variations": "17",
                "Orbital Brightness Modulation": "9", "Pulsar Timing": "8", "Astrometry": "5",
                "Pulsation Timing Variations": "2", "Disk Kinematics": "1",
            ])
        #expect(board["by_year"]?["2014"] == "869")
        #expect(board["by_year"]?["2016"] == "1496")
        #expect(board["by_year"]?["2025"] == "224")
        #expect(board["cumulative"]?["all"]?.hasPrefix("[[1992,2],[1994,3],") == true)
        #expect(board["cumulative"]?["Disk Kinematics"]?.hasSuffix(",1]]") == true)
        #expect(board["cumulative"]?["all"]?.hasSuffix(",6061]]") == true)
        #expect(board["cumulative"]?.count == 12)
    }

    @Test(arguments: [
        ("pl_rade/all/all", "n", 6011.0, 0), ("pl_rade/all/all", "mean", 5.819677, 5e-7),
        ("pl_rade/all/all", "sd", 5.347059, 5e-7), ("pl_rade/all/all", "median", 2.83, 0),
        ("pl_rade/Transit/all", "mean", 4.367021, 5e-7), ("pl_rade/Transit/all", "median", 2.426, 5e-7),
        ("pl_bmasse/all/all", "n", 6030, 0), ("pl_bmasse/all/all", "mean", 401.663284, 5e-7),
        ("pl_bmasse/all/all", "median", 9.2135, 5e-5), ("pl_bmasse/Radial Velocity/all", "n", 1156, 0),
        ("pl_bmasse/Radial Velocity/all", "median", 353.10913, 5e-6),
        ("pl_bmasse/all/measured", "n", 2948, 0), ("pl_bmasse/all/measured", "median", 171.62776989, 5e-9),
        ("pl_orbper/all/all", "n", 5744, 0), ("pl_orbper/all/all", "median", 11.109275, 5e-7),
    ])
    func statistics(_ group: String, _ member: String, _ expected: Double, _ tolerance: Double) {
        let value = number(board["stats"]?[group], member)
        #expect(value.map { abs($0 - expected) <= tolerance } == true, "\(group) \(member): \(value ?? .nan)")
        #expect(board["stats"]?[group]?.contains(#""quantiles":"exact""#) == true)
    }

    @Test func quality() {
        let mass = board["quality"]?["pl_bmasse"]
        let all = ["measured", "minimum", "forecast", "bound", "missing"].reduce(0) { $0 + (number(mass, $1) ?? .nan) }
        #expect(all == 6061)
        #expect(number(mass, "missing") == 31)
        #expect((number(mass, "measured") ?? 0) + (number(mass, "minimum") ?? 0) == 2948)
        #expect(number(board["quality"]?["pl_name"], "measured") == 6061)
        #expect(board["quality"]?["pl_bmasseerr1"] == nil)
    }

    @Test func everyPlanetWithBothValuesIsInOneCell() {
        let both = archive.count { $0.discovery[.pl_bmasse] != nil && $0.discovery[.pl_rade] != nil }
        let cells = board["mass_radius", default: [:]]
        let counted = cells.filter { !$0.key.hasPrefix("measured/") }.reduce(0) { $0 + (Int($1.value) ?? 0) }
        #expect(counted == both)
    }
}

struct InvarianceTests {
    /// Any order, any batches, any detour by revisions and withdrawals, any split into partitions: the same bits.
    @Test(arguments: [1, 2, 3])
    func sameStateSameBits(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let planets = archive.shuffled(using: &random).prefix(300)
        let final = planets.prefix(220)

        let plain = Partition()
        plain.apply(records(Array(final)))
        let expected = plain.digest()

        // Each final value comes last for its key; before it other planets' values under the same key's name, or a
        // withdrawal.
        var history: [(key: String, value: [UInt8]?)] = []
        for planet in planets {
            var steps: [[UInt8]?] = []
            for _ in 0..<random.below(4) {
                if random.below(4) == 0 {
                    steps.append(nil)
                } else {
                    var draft = DiscoveryDraft(planets[planets.startIndex + random.below(planets.count)].discovery)
                    draft[.pl_name] = planet.discovery[.pl_name]
                    steps.append(DiscoveryJSON.bytes(draft.discovery))
                }
            }
            let stays = final.contains { $0.key == planet.key }
            steps.append(stays ? DiscoveryJSON.bytes(planet.discovery) : nil)
            if stays, random.below(3) == 0 { steps.append(DiscoveryJSON.bytes(planet.discovery)) }
            history.append(contentsOf: steps.map { (planet.key, $0) })
        }
        // Shuffled, but each key's own records in order.
        let order = history.map(\.key).shuffled(using: &random)
        var queues = Dictionary(grouping: history, by: \.key)
        let mixed = order.map { key in queues[key, default: []].removeFirst() }

        let whole = Partition()
        let parts = (0..<3).map { _ in Partition() }
        var rest = mixed[...]
        while !rest.isEmpty {
            let batch = Array(rest.prefix(1 + random.below(90)))
            rest = rest.dropFirst(batch.count)
            whole.apply(batch)
            for (index, part) in parts.enumerated() {
                part.apply(batch.filter { $0.key.utf8.reduce(0) { $0 &+ Int($1) } % 3 == index })
            }
        }
        #expect(whole.digest() == expected)
        let catalogue = [
            "by_method", "by_facility", "stats", "mass_radius", "period_radius", "hosts", "quality", "cumulative",
        ]
        for name in catalogue { #expect(whole.board()[name] == plain.board()[name], "\(name)") }

        for sequence in [[0, 1, 2], [2, 0, 1]] {
            let merged = Aggregates()
            for index in sequence {
                parts[index].settle()
                merged.merge(parts[index].aggregates)
            }
            #expect(digestOf(merged) == expected)
            #expect(boardOf(merged)["totals"] == whole.board()["totals"])
            #expect(boardOf(merged)["warnings"] == whole.board()["warnings"])
        }

        var state = StateWriter()
        whole.aggregates.save(to: &state)
        let restored = Aggregates()
        var reader = StateReader(state.bytes)
        try restored.restore(from: &reader)
        #expect(reader.isAtEnd)
        #expect(boardOf(restored) == whole.board())
        for cut in [0, 1, state.bytes.count / 2, state.bytes.count - 1] {
            var short = StateReader(Array(state.bytes.prefix(cut)))
            #expect(throws: StateError.self) { try Aggregates().restore(from: &short) }
        }

        // Everything withdrawn: as if nothing had come.
        whole.apply(final.map { ($0.key, nil) })
        #expect(whole.digest() == Partition().digest())
    }

    /// What the deltas say, applied one after the other, is what a fresh board says.
    @Test func deltasAddUp() {
        var random = SplitMix(seed: 9)
        let partition = Partition()
        var shown: [String: [String: String]] = [:]
        for _ in 0..<25 {
            let batch = (0..<random.below(60)).map { _ -> (key: String, value: [UInt8]?) in
                let planet = archive[random.below(300)]
                return (planet.key, random.below(3) == 0 ? nil : DiscoveryJSON.bytes(planet.discovery))
            }
            partition.apply(batch)
            partition.settle()
            for aggregate in partition.aggregates.all {
                var groups = GroupWriter()
                aggregate.write(.changes, to: &groups)
                for item in groups.items {
                    shown[aggregate.name, default: [:]][item.group] = item.json.map {
                        String(decoding: $0, as: UTF8.self)
                    }
                }
            }
            for (name, groups) in partition.board() { #expect(shown[name, default: [:]] == groups, "\(name)") }
        }
    }

    @Test func anInvalidRecordIsCountedAndNoMore() {
        let partition = Partition()
        partition.apply([
            ("x", Array("{".utf8)), ("", []), ("y", Array(#"{"hostname":"Nowhere"}"#.utf8)), ("ghost", nil),
            ("z", [0xFF, 0xFE, 0x00]),
        ])
        let board = partition.board()
        #expect(board["totals"]?["records"] == "5")
        #expect(board["totals"]?["rejected"] == "4")
        #expect(board["totals"]?["duplicates"] == "1")
        #expect(board["totals"]?["planets"] == "0")
        #expect(board["rejects"]?["malformed_json"] != nil)
        #expect(board["rejects"]?["missing_required"] != nil)
    }
}

struct SparseTests {
    /// Only the name is required: what isn't given falls into no group, and null is never counted as 0.
    @Test func aNameAloneIsAPlanet() {
        let partition = Partition()
        partition.apply([
            ("a", Array(#"{"pl_name":"Nameless b"}"#.utf8)),
            ("b", Array(#"{"pl_name":"Year c","disc_year":2001}"#.utf8)),
        ])
        let board = partition.board()
        #expect(board["totals"]?["planets"] == "2")
        #expect(board["totals"]?["hosts"] == "0")
        #expect(board["totals"]?["facilities"] == "0")
        #expect(board["by_method"] == [:])
        #expect(board["by_year"] == ["2001": "1"])
        #expect(board["by_method_year"] == [:])
        #expect(board["cumulative"] == ["all": "[[2001,1]]"])
        #expect(board["stats"] == [:])
        #expect(board["quality"]?["pl_rade"] == #"{"measured":0,"minimum":0,"forecast":0,"bound":0,"missing":2}"#)
    }

    @Test func aDeviationNeedsTwoValues() {
        let partition = Partition()
        partition.apply([("a", Array(#"{"pl_name":"One b","pl_rade":2}"#.utf8))])
        let stats = partition.board()["stats"]?["pl_rade/all/all"]
        #expect(stats?.contains(#""n":1,"mean":2,"sd":null,"sd_population":0"#) == true, "\(stats ?? "")")
    }

    @Test func theRateKeepsTheNewestMinutes() {
        let forward = Partition()
        let minute: Int64 = 60_000_000
        for index in 0..<100 { forward.apply([("x", nil)], at: Int64(index) * minute) }
        let groups = forward.board()["rate", default: [:]]
        #expect(groups.keys.count { $0.hasPrefix("minute/") } == 60)
        #expect(groups["minute/1970-01-01T01:39Z"] == "1")
        #expect(groups["minute/1970-01-01T00:39Z"] == nil)
        #expect(groups["day/1970-01-01"] == "100")
        let other = Partition()
        for index in (0..<100).reversed() { other.apply([("x", nil)], at: Int64(index) * minute - Int64(99 - index)) }
        #expect(other.board()["rate"] == groups)
    }
}
