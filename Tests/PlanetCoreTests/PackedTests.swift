// Packed values against plain ones: numbers, discoveries, rows; the memory they take; bytes that are damaged.

import StateBytes
import TestSupport
import Testing

@testable import PlanetCore

@Suite struct PackedTests {
    private static let texts = [
        "", "b", "Kepler-22 b", "Kepler-22", "TRAPPIST-1", "é", "e\u{301}", "\u{1F30D}",
        String(repeating: "x", count: 300),
        "Transiting Exoplanet Survey Satellite (TESS)",
    ]

    private func number(_ chance: inout SplitMix) -> Double {
        let places: [Double] = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8]
        switch Int.random(in: 0..<10, using: &chance) {
        case 0:
            let few = [0, -0.0, 1, -1, 0.1, .pi, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -9e15, 1e22]
            return few.randomElement(using: &chance) ?? 0
        case 1: return Double(bitPattern: UInt64.random(in: 0..<(0x7ff << 52), using: &chance))
        default:
            let place = places.randomElement(using: &chance) ?? 1
            return Double(Int.random(in: -2_000_000...9_000_000, using: &chance)) / place
        }
    }

    /// As the row of its planet has it.
    private func kept(_ discovery: Discovery) -> Discovery {
        Discovery(discovery.packed, at: 0)
    }

    /// The same values packed and plain.
    private func planet(
        _ chance: inout SplitMix
    ) -> (Discovery, [NumberColumn: Double], [TextColumn: String]) {
        var (numbers, texts) = ([NumberColumn: Double](), [TextColumn: String]())
        let share = Int.random(in: 0...10, using: &chance)
        for column in NumberColumn.allCases where Int.random(in: 0..<10, using: &chance) < share {
            numbers[column] = number(&chance)
        }
        for column in TextColumn.allCases where Int.random(in: 0..<10, using: &chance) < share {
            texts[column] = PackedTests.texts.randomElement(using: &chance)
        }
        var draft = DiscoveryDraft()
        for (column, value) in numbers { draft[column] = value }
        for (column, value) in texts { draft[column] = value }
        #expect(draft.discovery == kept(draft.discovery) && kept(draft.discovery) == draft.discovery)
        return (Bool.random(using: &chance) ? draft.discovery : kept(draft.discovery), numbers, texts)
    }

    @Test func allColumnsComeBack() {
        var chance = SplitMix(seed: 31)
        for _ in 0..<300 {
            let (packed, numbers, texts) = planet(&chance)
            for column in NumberColumn.allCases {
                #expect(packed[column]?.bitPattern == numbers[column]?.bitPattern, "\(column) \(numbers[column] ?? 0)")
            }
            for column in TextColumn.allCases {
                #expect(packed[column].map { Array($0.utf8) } == texts[column].map { Array($0.utf8) }, "\(column)")
            }
            var (inOrder, textsInOrder) = ([NumberColumn](), [TextColumn]())
            packed.forEachNumber { column, value in
                inOrder.append(column)
                #expect(value.bitPattern == numbers[column]?.bitPattern)
            }
            packed.forEachText { column, text in
                textsInOrder.append(column)
                #expect(text == texts[column])
            }
            #expect(inOrder == NumberColumn.allCases.filter { numbers[$0] != nil })
            #expect(textsInOrder == TextColumn.allCases.filter { texts[$0] != nil })
            #expect(DiscoveryDraft(packed).discovery == packed)
        }
    }

    @Test func discoveriesAreEqualAsTheirValuesAre() {
        var chance = SplitMix(seed: 32)
        for _ in 0..<300 {
            let (packed, numbers, texts) = planet(&chance)
            var draft = DiscoveryDraft(packed)
            switch Int.random(in: 0..<4, using: &chance) {
            case 0: draft[.pl_rade] = numbers[.pl_rade].map { -$0 }
            case 1: draft[.sy_dist] = number(&chance)
            case 2: draft[.hostname] = PackedTests.texts.randomElement(using: &chance)
            default: break
            }
            let other = draft.discovery
            let isEqual =
                NumberColumn.allCases.allSatisfy { other[$0] == numbers[$0] }
                && TextColumn.allCases.allSatisfy { other[$0] == texts[$0] }
            #expect((packed == other) == isEqual && (packed == kept(other)) == isEqual)
        }
        var (one, other) = (DiscoveryDraft(), DiscoveryDraft())
        (one[.pl_name], other[.pl_name]) = ("é b", "e\u{301} b")
        (one[.st_met], other[.st_met]) = (0, -0.0)
        #expect(
            one.discovery == other.discovery && kept(one.discovery) == other.discovery,
            "the same text and the same number, written in two ways")
        other[.st_met] = nil
        #expect(one.discovery != other.discovery && kept(one.discovery) != other.discovery)
        #expect(Discovery() != one.discovery && Discovery() == DiscoveryDraft().discovery)
    }

    private func state(_ chance: inout SplitMix, _ discovery: Discovery) -> PlanetState {
        let value: PlanetState.Value =
            switch Int.random(in: 0..<4, using: &chance) {
            case 0: .nothing
            case 1:
                .alias(
                    PlanetAlias(
                        name: "KOI-87.01", canonical: "Kepler-22 b", canonicalKey: "kepler22b",
                        source: Bool.random(using: &chance) ? "é" : nil))
            default: .planet(discovery)
            }
        func some<Element>(_ most: Int, _ each: () -> Element) -> [Element] {
            (0..<Int.random(in: 0...most, using: &chance)).map { _ in each() }
        }
        return PlanetState(
            value, revision: UInt32.random(in: 0...300, using: &chance), wasPlanet: true,
            rowupdate: Bool.random(using: &chance) ? Int32.random(in: -5...20_000, using: &chance) : nil,
            submissions: some(2) { SubmissionID(bits: -7) }, sentMarks: some(2) { SentMark(origin: -3, offset: 8) })
    }

    @Test func rowsComeBackAndDamagedOnesDoNoHarm() throws {
        var chance = SplitMix(seed: 33)
        for round in 0..<200 {
            let key = ["kepler22b", "éb", "", String(repeating: "k", count: 200)][round % 4]
            let known = state(&chance, planet(&chance).0)
            let forecast = Bool.random(using: &chance) ? KeptForecast(kind: .radius, known: 3.5, error: 0.25) : nil
            let row = PackedRow(key: key, known, forecast, extra: [1, 2, 3])
            let isRight = { (extra: UnsafeRawBufferPointer) in extra.elementsEqual([1, 2, 3]) }
            #expect(row.key == key && row.has(key: key) && !row.has(key: key + "x"))
            #expect(row.state == known && row.forecast == forecast && row.withExtra(isRight))
            #expect(row.value == known.value && row.revision == known.revision && row.wasPlanet)
            #expect(row.isAlias == (known.alias != nil) && row.isPlanet == (known.discovery != nil))
            var saved = StateWriter()
            row.save(to: &saved)
            var reader = StateReader(saved.bytes)
            let again = try PackedRow(from: &reader, isRight)
            #expect(again.state == known && again.key == key && reader.isAtEnd)
            for _ in 0..<20 {
                var bytes = saved.bytes
                bytes[Int.random(in: bytes.indices, using: &chance)] = UInt8.random(in: 0...255, using: &chance)
                var reader = StateReader(bytes)
                // It may be sound by chance: then it can be read.
                guard let other = try? PackedRow(from: &reader, { _ in true }) else { continue }
                _ = (other.key, other.forecast, other.state == known)
                other.discovery?.forEachNumber { #expect($1.isFinite) }
                other.discovery?.forEachText { _, _ in }
            }
            #expect(throws: StateError.self) {
                var reader = StateReader(Array(saved.bytes.dropLast()))
                _ = try PackedRow(from: &reader, isRight)
            }
        }
        #expect(PackedRow(key: "é", PlanetState(), nil).has(key: "e\u{301}"), "keys are equal as texts are")
    }

    /// What a board of many planets takes (docs/BENCHMARKS.md): an object's head and its length are 20 bytes, and the
    /// allocator adds at most 24.
    @Test func aUsualPlanetIsSmall() {
        var draft = DiscoveryDraft()
        (draft[.pl_name], draft[.hostname]) = ("Bench-123456 b", "Bench-123456")
        (draft[.discoverymethod], draft[.disc_facility]) = ("Transit", "Kepler")
        let numbers: [(NumberColumn, Double)] = [
            (.disc_year, 2014), (.pl_rade, 12.345), (.pl_orbper, 365.123456), (.pl_bmasse, 801.25), (.st_teff, 5777),
            (.st_rad, 1.234), (.st_mass, 1.045), (.sy_dist, 812.345), (.ra, 285.67942), (.dec, -47.88415),
        ]
        for (column, value) in numbers { draft[column] = value }
        var rows = KeyedRows()
        _ = rows.apply(key: "bench123456b", .discovery(draft.discovery), SubmissionID(bits: 5))
        let size = rows["bench123456b"]?.size ?? 0
        #expect(size <= 125, "\(size) bytes")
    }
}
