// Which planet or star a name means, with the sample table and the names of the Open Exoplanet Catalogue.

import PlanetCore
import Testing

@testable import PlanetWeb

@Suite struct NameResolutionTests {
    private let desk: NameDesk

    init() throws {
        var desk = NameDesk()
        let planets = [
            ("Kepler-22 b", "Kepler-22"), ("Kepler-220 b", "Kepler-220"), ("GJ 581 b", "GJ 581"),
            ("GJ 581 c", "GJ 581"),
            ("51 Peg b", "51 Peg"), ("HD 209458 b", "HD 209458"), ("TRAPPIST-1 e", "TRAPPIST-1"),
            ("Proxima Cen b", "Proxima Cen"), ("HIP 1 b", "Some Other Star"), ("K2-18 b", "K2-18"),
        ]
        for (name, host) in planets {
            try desk.send(Array(#"{"pl_name":"\#(name)","hostname":"\#(host)"}"#.utf8))
        }
        try desk.alias("EPIC 201912552 b", "K2-18 b")
        try desk.alias("Dimidium", "51 Peg b")
        desk.reading.take([SentRecord("GJ 581 c", nil)])
        self.desk = desk
    }

    private func found(_ name: String) -> String {
        let found = NameResolution(name, in: desk.reading.web)
        let keys = (found.planet.map { [$0] } ?? found.planets).map(\.key) + found.near.map(\.key)
        return ([found.why.rawValue] + keys).joined(separator: " ")
    }

    @Test(arguments: [
        ("Kepler-22 b", "exact kepler22b"), ("kepler22b", "spelling kepler22b"), ("KEPLER-22 B", "spelling kepler22b"),
        ("Gliese 581 c", "spelling gj581c"), ("GJ 581 c", "exact gj581c"), ("51 Pegasi b", "spelling 51pegb"),
        ("EPIC 201912552 b", "alias k2-18b"), ("dimidium", "alias 51pegb"),
        ("Gliese 581", "host gj581b"), ("TRAPPIST 1", "host trappist1e"), ("51 Pegasi", "host 51pegb"),
        ("HD209458", "host hd209458b"), ("Proxima Centauri", "host proximacenb"), ("epic 201912552", "host k2-18b"),
        ("some other star", "host hip1b"), ("Kepler-22", "host kepler22b"),
        // By distance, then by key; stars too.
        ("Kepler-22 c", "none kepler22 kepler220 kepler22b kepler220b"),
        ("Keplr-22 b", "none kepler22b kepler22 kepler220 kepler220b"),
        ("Tau Ceti e", "none"), ("?", "none"),
    ])
    func `Names`(_ name: String, _ expected: String) {
        #expect(found(name) == expected)
    }

    @Test(arguments: [
        ("kepler22", "kepler22b kepler220b"), ("Kepler-22b", "kepler22b"), ("TRAPPIST 1", "trappist1e"),
        ("51Peg", "51pegb"), ("HD209458", "hd209458b"), ("Gliese 581", "gj581b"), ("51 Pegasi", "51pegb"),
        ("Proxima Centauri", "proximacenb"), ("some other", "hip1b"), ("SomeOtherStar", "hip1b"),
        ("epic201912552b", "k2-18b"), ("dimid", "51pegb"),
    ])
    func `Search`(_ text: String, _ expected: String) {
        var query = PlanetQuery()
        query.search = NameSearch(text)
        let named = desk.reading.web.planets(withAliasOf: NameSearch(text))
        let search = PlanetSearch(query: query, named: named)
        let rows = desk.reading.web.rows(changedSince: nil)
        let page = search.view(of: rows, after: nil).map { view in search.page(of: view).map { rows[$0] } } ?? []
        #expect(page.map(\.key).joined(separator: " ") == expected)
    }
}
