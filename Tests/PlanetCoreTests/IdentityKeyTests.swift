// Identity keys: names as catalogues write them.
import PlanetCore
import Testing

@Suite struct IdentityKeyTests {
    @Test(arguments: [
        ("Kepler-22 b", "kepler22b"), ("Kepler-22b", "kepler22b"), ("kepler 22 b", "kepler22b"),
        ("KEPLER_22_B", "kepler22b"), ("Kepler\u{2013}22\u{00A0}b", "kepler22b"), ("Ｋｅｐｌｅｒ-22 b", "kepler22b"),
        ("WASP-12 b", "wasp12b"), ("WASP-1 2b", "wasp1-2b"), ("BD+20 2457 b", "bd+20-2457b"),
        ("BD-20 2457 b", "bd20-2457b"), ("BD\u{2212}20 2457 b", "bd20-2457b"), ("K00087.01", "koi87.01"),
        ("KOI 87.01", "koi87.01"), ("KOI-87.01", "koi87.01"), ("KOI-1.01", "koi1.01"), ("KOI-101.01", "koi101.01"),
        ("TOI-0700.01", "toi700.01"), ("Gliese 581 c", "gj581c"), ("Gl 581 c", "gj581c"), ("GJ 581 c", "gj581c"),
        ("Gliese581c", "gj581c"), ("Glaze b", "glazeb"), ("β Pic b", "betpicb"), ("bet Pic b", "betpicb"),
        ("Β Pic b", "betpicb"), ("μ Ara c", "muarac"), ("\u{00B5} Ara c", "muarac"),
        ("Barnard's star b", "barnardsstarb"),
        ("Barnard’s star b", "barnardsstarb"), ("Épsilon b", "epsilonb"), ("E\u{301}psilon b", "epsilonb"),
        ("Kepler-47 (AB) d", "kepler47abd"), ("K2-3 b", "k2-3b"), ("2MASS J0249-0557 c", "2massj0249-0557c"),
        ("Kepler-16  (AB)  b", "kepler16abb"), ("1 (2) b", "1-2b"), ("PSR B1257+12 b", "psrb1257+12b"), ("ß 1", "ss1"),
    ]) func `Keys`(name: String, key: String) {
        #expect(IdentityKey.of(name) == key)
    }

    @Test(arguments: ["", " ", "-_-", "()'", "...", "+", "\u{301}"]) func `Nothing left`(name: String) {
        #expect(IdentityKey.of(name) == nil)
    }

    /// The ASCII path and libunistring agree: an added combining mark is dropped and takes the other path.
    @Test func `Both paths agree`() throws {
        for row in try DecodedTable.nasa.get().accepted {
            let name = try #require(row.discovery[.pl_name])
            #expect(IdentityKey.of(name + "\u{301}") == row.key)
            #expect(IdentityKey.of(row.key) == row.key)
        }
    }
}
