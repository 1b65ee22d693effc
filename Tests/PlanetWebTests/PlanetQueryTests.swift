import HTTPWire
import PlanetCore
import TestSupport
import Testing

@testable import PlanetWeb

extension PlanetSearch {
    /// The page, of a list that is made for it.
    fileprivate func run(_ chunks: [[PlanetRow]]) -> [PlanetRow] {
        let rows = CatalogueRows(chunks: chunks, version: 0, changed: nil)
        return view(of: rows, after: nil).map { page(of: $0).map { rows[$0] } } ?? []
    }
}

@Suite struct PlanetQueryTests {
    private func rows() -> [[PlanetRow]] {
        let planets: [(String, Double?, Double?)] = [
            ("Kepler-22 b", 2.1, 2011), ("Kepler-16 b", 8.4, 2011), ("51 Peg b", nil, 1995),
            ("Trappist-1 e", 0.92, 2017),
        ]
        return [
            planets.map { name, radius, year in
                var draft = DiscoveryDraft()
                draft[.pl_name] = name
                draft[.pl_rade] = radius
                draft[.disc_year] = year
                var state = PlanetState()
                _ = state.apply(.discovery(draft.discovery))
                return PackedRow(key: IdentityKey.of(name) ?? "", state, nil)
            }
        ]
    }

    private func keys(_ query: String) -> [String] {
        let query = PlanetQueryParser.parse(QueryItem.parse(Array(query.utf8)))
        guard query.page.refusal == nil else { return ["fault"] }
        return PlanetSearch(query: query).run(rows()).map(\.key)
    }

    @Test(arguments: [
        ("", ["kepler22b", "kepler16b", "51pegb", "trappist1e"]),
        ("disc_year=2011", ["kepler22b", "kepler16b"]),
        ("disc_year=2011&disc_year=1995", ["kepler22b", "kepler16b", "51pegb"]),
        ("pl_rade.lt=2.1", ["trappist1e"]),
        ("pl_rade.lte=2.1&sort=pl_rade", ["trappist1e", "kepler22b"]),
        ("sort=-pl_rade", ["kepler16b", "kepler22b", "trappist1e", "51pegb"]),
        ("sort=pl_rade", ["trappist1e", "kepler22b", "kepler16b", "51pegb"]),
        ("sort=disc_year,-pl_name&limit=2&offset=1", ["kepler22b", "kepler16b"]),
        ("q=KEPLER", ["kepler22b", "kepler16b"]),
        // By identity: the name that is meant first.
        ("q=kepler16b", ["kepler16b"]), ("q=Kepler+22", ["kepler22b"]), ("q=TRAPPIST+1", ["trappist1e"]),
        ("q=51Peg", ["51pegb"]), ("q=51+Pegasi", ["51pegb"]), ("q=51+pegasi+b", ["51pegb"]), ("q=peg", ["51pegb"]),
        ("q=HD+22", []), ("q=" + String(repeating: "k", count: 5000), ["fault"]),
        ("pl_name.contains=rapp", ["trappist1e"]), ("q=&pl_name.contains=&disc_year=2017", ["trappist1e"]),
        ("pl_rade.null=true", ["51pegb"]),
        ("pl_rade.ne=2.1&pl_rade.null=false", ["kepler16b", "trappist1e"]),
        ("pl_rade=wide", ["fault"]), ("sort=size", ["fault"]), ("limit=1001", ["fault"]),
        ("pl_rade.about=2", ["fault"]),
    ])
    func queries(_ query: String, _ expected: [String]) {
        #expect(keys(query) == expected)
    }

    private func rules(_ query: String) -> [String] {
        PlanetQueryParser.parse(QueryItem.parse(Array(query.utf8))).page.faults.map { "\($0.field) \($0.rule)" }
    }

    /// Nothing is as long as that, so nothing needs to be searched for it.
    @Test func aTextIsNoLongerThanItsColumn() {
        func text(_ count: Int) -> String { String(repeating: "%C3%A9", count: count) }
        #expect(rules("q=\(text(64))&pl_name.contains=\(text(64))&comment.contains=\(text(1000))").isEmpty)
        #expect(
            rules("q=\(text(65))&pl_name.contains=\(text(65))&pl_name=\(text(65))&hostname.gt=\(text(65))")
                == ["q too_long", "pl_name.contains too_long", "pl_name too_long", "hostname.gt too_long"])
    }

    @Test func aQueryHasOnlySoManyParts() {
        #expect(rules((0..<100).map { "pl_rade.gt=\($0)" }.joined(separator: "&")).isEmpty)
        #expect(rules((0..<101).map { "pl_rade.gt=\($0)" }.joined(separator: "&")) == [" too_many_parameters"])
        #expect(rules("sort=" + Array(repeating: "pl_name", count: 8).joined(separator: ",")).isEmpty)
        #expect(
            rules("sort=" + Array(repeating: "pl_name", count: 800).joined(separator: ","))
                == ["sort too_many_parameters"])
    }

    /// Each query against a catalogue twice as large.
    @Test(arguments: [
        "q=" + String(repeating: "a", count: 64), "pl_name.contains=" + String(repeating: "a", count: 63) + "b",
        (0..<100).map { "pl_rade=\($0)" }.joined(separator: "&"), "sort=pl_rade,-disc_year",
    ]) func aCatalogueTwiceAsLargeTakesTwiceAsLong(_ text: String) {
        let query = PlanetQueryParser.parse(QueryItem.parse(Array(text.utf8)))
        var draft = DiscoveryDraft()
        draft[.pl_name] = String(repeating: "a", count: 60)
        draft[.pl_rade] = 1
        var state = PlanetState()
        _ = state.apply(.discovery(draft.discovery))
        let row = PackedRow(key: "a", state, nil)
        let chunk = Array(repeating: row, count: 256)
        let ratio = costRatio(2) { size in
            _ = PlanetSearch(query: query).run(Array(repeating: chunk, count: size))
        }
        #expect(ratio <= 2.5)
    }

    /// As the standard library's search has it, but for no text at all, which is everywhere.
    @Test func aTextIsFoundWhereItIs() {
        let texts = [
            "", "a", "aab", "AAB", "aabaab", "aaaab", "Kepler-22 b", "kepler", "22", "é", "e", "e\u{301}", "É b",
            "xe\u{301}x", "\u{1F30D}", "a\u{1F30D}b", "\u{212A}epler", "z\u{308}", "z", "İ", "b",
        ]
        for text in texts {
            for other in texts {
                let expected = text.isEmpty || other.lowercased().contains(text.lowercased())
                #expect(TextSearch(text).isIn(other) == expected, "\(text) in \(other)")
            }
        }
        var random = SplitMix(seed: 22)
        func word(_ length: Int) -> String {
            String((0..<length).map { _ in "abA".randomElement(using: &random) ?? "a" })
        }
        for _ in 0..<2000 {
            let (text, other) = (word(.random(in: 1...5, using: &random)), word(.random(in: 0...20, using: &random)))
            #expect(TextSearch(text).isIn(other) == other.lowercased().contains(text.lowercased()))
        }
    }

    /// The worst text for a search that begins again after each letter.
    @Test func aTextTwiceAsLongTakesTwiceAsLong() {
        let ratio = costRatio(50_000) { size in
            let search = TextSearch(String(repeating: "a", count: size / 2) + "b")
            #expect(!search.isIn(String(repeating: "a", count: size)))
        }
        #expect(ratio <= 2.5)
    }

    @Test func anAnswerTellsOnlySoManyFaults() {
        let query = PlanetQueryParser.parse(
            QueryItem.parse(Array(("sort=" + String(repeating: "-,", count: 4000)).utf8)))
        #expect(query.page.faults.count == 50)
        #expect((query.page.refusal?.body.count ?? .max) < 32 << 10)
        let fault = Problem.Fault(field: "f", rule: "r", detail: "d")
        let problem = Response.problem(400, errors: Array(repeating: fault, count: 5000))
        #expect(problem.body.count < 32 << 10)
    }

    @Test func aSearchEndsWithItsClient() {
        let work = Work()
        work.cancel()
        let rows = CatalogueRows(chunks: rows(), version: 0, changed: nil)
        #expect(PlanetSearch(query: PlanetQuery()).view(of: rows, after: nil, unless: work) == nil)
    }

    @Test func everyFaultIsNamed() {
        let query = PlanetQueryParser.parse(QueryItem.parse(Array("a=1&limit=x&fields=b,c".utf8)))
        #expect(query.page.faults.map(\.field) == ["a", "limit", "fields", "fields"])
        #expect(query.page.refusal?.status == 400)
    }
}
