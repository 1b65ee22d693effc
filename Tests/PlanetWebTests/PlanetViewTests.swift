import EventLog
import HTTPWire
import PlanetCore
import TestSupport
import Testing

@testable import PlanetWeb

/// Lists that are kept in order, against all rows sorted anew, over random changes.
@Suite struct PlanetViewTests {
    private static let queries = [
        "", "sort=-disc_year,pl_name", "sort=pl_rade", "sort=-pl_rade&is_planet=true", "sort=updated", "sort=-updated",
        "sort=-revision,-disc_year,pl_rade", "sort=discoverymethod,-pl_name", "disc_year.gte=2010&sort=-pl_name",
        "q=planet+1", "q=planet1&sort=pl_rade", "pl_rade.null=true", "sort=esi2,-habitable", "habitable.null=false",
        "q=other",
    ]

    private static func query(_ text: String) -> PlanetQuery {
        PlanetQueryParser.parse(QueryItem.parse(Array(text.utf8)))
    }

    /// Of all rows, by the plain rule: nulls last, then the key.
    private static func sorted(_ catalogue: Catalogue, _ query: PlanetQuery) -> [String] {
        let named = query.search.map { catalogue.planets(withAliasOf: $0) } ?? []
        let search = PlanetSearch(query: query, named: named)
        let rows = catalogue.rows().joined().filter { search.values(of: $0, at: 0) != nil }
        if query.order.isEmpty {
            guard let text = query.search else { return rows.map(\.key) }
            return (0...3).flatMap { rank in rows.filter { text.rank($0.key) == rank }.map(\.key) }
        }
        return rows.sorted { precedes($0, $1, query) }.map(\.key)
    }

    private static func precedes(_ a: PlanetRow, _ b: PlanetRow, _ query: PlanetQuery) -> Bool {
        for (key, falling) in query.order {
            let order =
                switch key {
                case .number(let column): compare(a.discovery?[column], b.discovery?[column], falling)
                case .text(let column): compare(bytes(a, column), bytes(b, column), falling)
                case .updated: compare(a.updated, b.updated, falling)
                case .revision: compare(a.state.revision, b.state.revision, falling)
                case .predicted(let column): compare(predicted(a, column), predicted(b, column), falling)
                }
            if order != 0 { return order < 0 }
        }
        return a.key < b.key
    }

    /// A text of one scalar a byte, which is below 256: those are compared as the bytes are.
    private static func bytes(_ row: PlanetRow, _ column: TextColumn) -> String? {
        row.discovery?[column].map { text in
            String(String.UnicodeScalarView(text.lowercased().utf8.map { UnicodeScalar($0) }))
        }
    }

    private static func predicted(_ row: PlanetRow, _ column: PredictionColumn) -> Double? {
        guard let discovery = row.discovery else { return nil }
        switch ExportValue(column, of: Predictor.prediction(of: discovery)) {
        case .number(let value): return value
        case .integer(let value): return Double(value)
        default: return nil
        }
    }

    private static func compare<T: Comparable>(_ a: T?, _ b: T?, _ falling: Bool) -> Int {
        switch (a, b) {
        case (nil, nil): 0
        case (nil, _): 1
        case (_, nil): -1
        case (let a?, let b?): a == b ? 0 : (a < b) != falling ? -1 : 1
        }
    }

    /// A new planet, another value, the same again, a withdrawal, an alias.
    private static func change(_ catalogue: Catalogue, _ offset: Int, _ random: inout SplitMix) {
        let number = Int.random(in: 0..<120, using: &random)
        let names = ["Planet \(number)", "planet \(number)", "Éa \(number)", "e\u{301}a \(number)", "Other \(number)"]
        let name = names[number % names.count]
        var draft = DiscoveryDraft()
        draft[.pl_name] = name
        draft[.pl_rade] = [nil, 0.5, 1, 2.25, 11, 1e-300][Int.random(in: 0..<6, using: &random)]
        draft[.disc_year] = [nil, 1995, 2010, 2016][Int.random(in: 0..<4, using: &random)]
        draft[.discoverymethod] = ["Transit", "Radial Velocity", nil][number % 3]
        draft[.pl_orbper] = [nil, 3, 365][number % 3]
        draft[.st_teff] = [nil, 5700][number % 2]
        draft[.st_lum] = [nil, 0][number % 2]
        draft[.disposition] = number % 7 == 0 ? "Candidate" : nil
        var record = PlanetRecord.discovery(draft.discovery)
        if Int.random(in: 0..<9, using: &random) == 0 { record = .tombstone }
        if number >= 115 {
            record = .alias(
                PlanetAlias(name: name, canonical: "Planet 5", canonicalKey: "planet5", source: nil))
        }
        let position = LogPosition(partition: 0, offset: Int64(offset), timestamp: Int64(offset / 3))
        _ = catalogue.apply(
            key: "planet\(number)", record, at: HistoryItem(position: position, change: .duplicate, revision: 0))
    }

    @Test(arguments: [1, 2, 3]) func aKeptListIsTheSortedOne(_ seed: UInt64) {
        var random = SplitMix(seed: seed)
        let (catalogue, views) = (Catalogue(), PlanetViews(name: "test"))
        var offset = 0
        for step in 0..<120 {
            // Of few changes most of a list is kept, after many it is made anew.
            for _ in 0..<(step % 10 == 0 ? 100 : Int.random(in: 0...6, using: &random)) {
                PlanetViewTests.change(catalogue, offset, &random)
                offset += 1
            }
            let text = PlanetViewTests.queries[Int.random(in: 0..<PlanetViewTests.queries.count, using: &random)]
            let expected = PlanetViewTests.sorted(catalogue, PlanetViewTests.query(text))
            var paged: [String] = []
            repeat {
                let query = PlanetViewTests.query(text + "&limit=7&offset=\(paged.count)")
                guard let found = views.find(query, in: catalogue, unless: Work()), found.total == expected.count,
                    !found.page.isEmpty || expected.isEmpty
                else {
                    Issue.record("\(text)")
                    return
                }
                paged += found.page.map(\.key)
            } while paged.count < expected.count
            #expect(paged == expected, "\(text) at step \(step)")
        }
    }

    @Test func onlyWhatChangesIsComparedAgain() {
        let (catalogue, views) = (Catalogue(), PlanetViews(name: "test"))
        var random = SplitMix(seed: 4)
        for offset in 0..<300 { PlanetViewTests.change(catalogue, offset, &random) }
        let query = PlanetViewTests.query("sort=pl_rade")
        _ = views.find(query, in: catalogue, unless: Work())
        let version = catalogue.version
        #expect(views.known(query.list)?.version == version)
        PlanetViewTests.change(catalogue, 300, &random)
        #expect(catalogue.rows(changedSince: version).changed?.count ?? 2 <= 1)
        // Cancelled work can't make a list of all rows, and needs not where one is kept.
        let cancelled = Work()
        cancelled.cancel()
        #expect(views.find(query, in: catalogue, unless: cancelled) != nil)
        #expect(views.find(PlanetViewTests.query("sort=disc_year"), in: catalogue, unless: cancelled) == nil)
        // The page and the columns are no other list.
        #expect(PlanetViewTests.query("limit=2&sort=pl_rade&offset=3&fields=pl_name&format=csv").list == query.list)
    }

    @Test func listsAndJournalAreBounded() {
        let (catalogue, views) = (Catalogue(), PlanetViews(name: "test"))
        let first = PlanetViewTests.query("sort=pl_rade")
        _ = views.find(first, in: catalogue, unless: Work())
        for index in 0..<PlanetViews.most {
            _ = views.find(PlanetViewTests.query("pl_rade.gt=\(index)"), in: catalogue, unless: Work())
        }
        #expect(views.known(first.list) == nil && views.known("pl_rade.gt=5\0") != nil)

        var journal = ChangeJournal()
        journal.note(1)
        let version = journal.observed()
        #expect(journal.changed(since: version)?.isEmpty == true, "what came before anybody asked is not kept")
        for place in 0..<ChangeJournal.most { journal.note(Int32(place)) }
        #expect(journal.changed(since: version)?.count == ChangeJournal.most)
        journal.note(7)
        #expect(journal.changed(since: version) == nil)
        #expect(journal.changed(since: version + ChangeJournal.most).map(Array.init) == [7])
        journal.forget()
        #expect(journal.changed(since: version + ChangeJournal.most) == nil)
    }

    @Test func aCatalogueThatIsRestoredIsAnotherOne() {
        let (catalogue, views) = (Catalogue(), PlanetViews(name: "test"))
        var random = SplitMix(seed: 5)
        for offset in 0..<50 { PlanetViewTests.change(catalogue, offset, &random) }
        let saved = catalogue.saved()
        for offset in 50..<90 { PlanetViewTests.change(catalogue, offset, &random) }
        let query = PlanetViewTests.query("sort=pl_rade&limit=1000")
        _ = views.find(query, in: catalogue, unless: Work())
        catalogue.restore(saved)
        let found = views.find(query, in: catalogue, unless: Work())
        #expect(found?.page.map(\.key) == PlanetViewTests.sorted(catalogue, query))
    }
}
