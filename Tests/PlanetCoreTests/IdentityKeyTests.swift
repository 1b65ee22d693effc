// Identity keys: names as catalogues write them.
import Foundation
import Testing

@testable import PlanetCore

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
        // Zeros and constellations.
        ("HD 003651 b", "hd3651b"), ("HIP 00522 b", "hip522b"), ("GJ 0581 c", "gj581c"), ("WASP-007 b", "wasp7b"),
        ("51 Pegasi b", "51pegb"), ("51 Peg b", "51pegb"), ("51Pegasi b", "51pegb"), ("51pegasib", "51pegb"),
        ("051 Peg b", "51pegb"), ("rho1 Cnc e", "rho1cnce"), ("rho01 Cancri e", "rho1cnce"),
        ("Rho-1 Cancri e", "rho1cnce"), ("ρ¹ Cnc e", "rho1cnce"), ("alf Tau b", "alftaub"),
        ("Alpha Tauri b", "alftaub"),
        ("α Tau b", "alftaub"), ("YZ Ceti b", "yzcetb"), ("YZ Cet b", "yzcetb"), ("yzcetib", "yzcetb"),
        ("tau Ceti e", "taucete"), ("tau Cet i", "tauceti"), ("94 Cet i", "94ceti"), ("94 Ceti", "94cet"),
        ("omi UMa b", "omiumab"), ("Omicron Ursae Majoris b", "omiumab"), ("o Ursae Majoris b", "oumab"),
        ("V391 Peg b", "v391pegb"), ("V0391 Peg b", "v391pegb"), ("V0391 Pegasi b", "v391pegb"),
        ("pi. Men c", "pimenc"), ("π Mensae c", "pimenc"), ("mu Arae e", "muarae"), ("mu Ara e", "muarae"),
        ("Proxima Centauri b", "proximacenb"), ("Epsilon Eridani b", "epserib"), ("eps Ind A b", "epsindab"),
        ("gamma-1 Leonis b", "gam1leob"), ("42 Draconis b", "42drab"), ("11 Leonis Minoris b", "11lmib"),
        ("β Pictoris c", "betpicc"), ("Theta Coronae Borealis b", "tetcrbb"), ("HN Librae b", "hnlibb"),
        // Companions: capitals that say something.
        ("PSR B1257+12 B", "psrb1257+12B"), ("GJ 229 B", "gj229B"), ("Gliese 229 B", "gj229B"), ("Gl229B", "gj229B"),
        ("HD 100546 B", "hd100546B"), ("HR 2562 B", "hr2562B"), ("Kepler-16 B", "kepler16B"), ("kap And B", "kapandB"),
        ("2M1207 B", "2m1207B"), ("β Pic B", "betpicB"), ("55 Cancri B", "55cncB"), ("HD 003651 B", "hd3651B"),
        ("WASP-12 B", "wasp12B"), ("HD 1 (B)", "hd1B"), ("ＧＪ 229 Ｂ", "gj229B"), ("PSR 1257+12 A", "psr1257+12A"),
        // And capitals that say nothing.
        ("KEPLER-22 B", "kepler22b"), ("KEPLER22B", "kepler22b"), ("PROXIMA CENTAURI B", "proximacenb"),
        ("51 PEG B", "51pegb"), ("BARNARD'S STAR B", "barnardsstarb"), ("COROT-7 B", "corot7b"),
        ("TAU CETI E", "taucete"), ("DIMIDIUM", "dimidium"), ("Β PIC B", "betpicb"), ("Kepler-16 AB", "kepler16ab"),
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

    /// What is stored stays where it is: one planet of the archive has another key than before, V0391 Peg b.
    @Test func `Keys are those of earlier versions`() throws {
        let rows = try DecodedTable.nasa.get().accepted
        let moved = rows.filter { $0.key != IdentityKey.earlier($0.discovery[.pl_name] ?? "") }
        #expect(moved.map(\.key) == ["v391pegb"])
        #expect(Set(rows.map(\.key)).count == 6061)
        for (name, key) in [
            ("51 Pegasi b", "51pegasib"), ("GJ 229 B", "gj229b"), ("HD 003651 b", "hd003651b"),
            ("Gliese 581 c", "gj581c"), ("β Pic b", "betpicb"),
        ] {
            #expect(IdentityKey.earlier(name) == key)
        }
    }

    /// Every star of every constellation: one key for all its spellings, which no other star has.
    @Test func `Stars by constellation`() throws {
        var stars: [String: String] = [:]
        for (short, long) in Constellations.rows {
            for (greek, letter) in Constellations.greek {
                for planet in ["b", "e", "i", "B"] {
                    let key = try #require(IdentityKey.of("\(greek) \(short.capitalized) \(planet)"))
                    #expect(key == "\(letter)\(short)\(planet)")
                    #expect(IdentityKey.of(key) == key)
                    #expect(IdentityKey.of("\(greek) \(long) \(planet)") == key)
                    #expect(IdentityKey.of("\(greek)01 \(long) \(planet)") == "\(letter)1\(short)\(planet)")
                    let star = "\(letter) \(short) \(planet)"
                    #expect(stars.updateValue(star, forKey: key) ?? star == star)
                }
            }
            for number in ["7", "51", "070"] {
                let key = try #require(IdentityKey.of("\(number) \(long) c"))
                #expect(IdentityKey.of(key) == key && IdentityKey.of("\(number) \(short) c") == key)
            }
            for variable in ["V0391", "YZ", "v391", "R"] {
                let key = try #require(IdentityKey.of("\(variable) \(long) d"))
                #expect(IdentityKey.of(key) == key && IdentityKey.of("\(variable) \(short) d") == key)
            }
        }
        #expect(Set(Constellations.rows.map(\.short)).count == 88)
    }
}
