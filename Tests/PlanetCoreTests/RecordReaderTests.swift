// What a record says by itself, and whether it lies where its planet's records belong.

import Testing

@testable import PlanetCore

@Suite struct RecordReaderTests {
    /// Of two partitions the second has every key that ends in "c".
    private func read(
        _ value: String?, key: String = "", in partition: Int32 = 0, source: String? = nil, size: Int = 100
    ) -> String {
        var reader = RecordReader(today: { 20_500 })
        func read(_ bytes: UnsafeRawBufferPointer?) -> RecordReader.Reading {
            reader.read(
                bytes, keyText: key, partition: partition, source: source, size: { size },
                home: { $0.hasSuffix("c") ? 1 : 0 })
        }
        switch value.map({ Array($0.utf8).withUnsafeBytes { read($0) } }) ?? read(nil) {
        case .valid(let record, let key, _): return "\(record.name ?? "-") under \(key)"
        case .misplaced(let key, let issue): return "\(key) sent on, \(issue.rule): \(issue.detail)"
        case .refused(let issues, let key):
            return "\(key ?? "-") refused, " + issues.map(\.rule.rawValue).joined(separator: ",")
        }
    }

    private let sentOn =
        "kepler22c sent on, wrong_partition: The record lies in another partition than its planet's: it lies in "
        + "partition 0 and belongs to partition 1, where it was sent on to."

    @Test func `The record's name says where it belongs, whatever its key`() {
        let planet = #"{"pl_name":"Kepler-22 c"}"#
        for key in ["", "kepler22c", "Kepler-22 c", "something else b"] {
            #expect(read(planet, key: key, in: 1) == "Kepler-22 c under kepler22c")
            #expect(read(planet, key: key, in: 0) == sentOn)
        }
        #expect(read(#"{"pl_name":"Kepler-22 b"}"#, in: 0) == "Kepler-22 b under kepler22b")
        #expect(read(#"{"pl_name":"KOI-7 c","alias_of":"Kepler-22 b"}"#, in: 1) == "KOI-7 c under koi7c")
        #expect(read(#"{"pl_name":"KOI-7 c","alias_of":"Kepler-22 b"}"#, in: 0).hasPrefix("koi7c sent on"))
    }

    @Test func `A withdrawal means the planet that its key names in any spelling`() {
        #expect(read(nil, key: "kepler22c", in: 1) == "- under kepler22c")
        #expect(read(nil, key: "KEPLER-22 C", in: 1) == "- under kepler22c")
        #expect(read(nil, key: "Kepler-22 c", in: 0) == sentOn)
        #expect(read(nil, key: "", in: 1) == "- refused, withdrawal_without_key")
        #expect(read(nil, key: "?", in: 1) == "- refused, no_identity")
    }

    @Test func `What versions before 0.2 wrote keeps its key`() {
        let pegasi = #"{"pl_name":"51 Pegasi b"}"#
        let brown = #"{"pl_name":"GJ 229 B"}"#
        #expect(read(pegasi, key: "51pegasib", source: "api") == "51 Pegasi b under 51pegasib")
        #expect(read(pegasi, key: "51pegb", source: "api") == "51 Pegasi b under 51pegb")
        // Another spelling that was sent to a planet of such a key.
        #expect(read(#"{"pl_name":"51 Peg b"}"#, key: "51pegasib", source: "api") == "51 Peg b under 51pegasib")
        #expect(read(brown, key: "gj229b", source: "api") == "GJ 229 B under gj229b")
        #expect(read(#"{"pl_name":"51 Pegasi b","alias_of":"X d"}"#, key: "51pegasib", source: "api").hasSuffix("ib"))
        #expect(read(nil, key: "51pegasib", source: "api") == "- under 51pegasib")
        #expect(read(nil, key: "gj229B", source: "api") == "- under gj229B")
        // Of other programs the name says it, and a key that means another planet says nothing.
        for source in [nil, "api"] {
            #expect(read(pegasi, key: "51 Pegasi b", source: source) == "51 Pegasi b under 51pegb")
            #expect(read(pegasi, key: "70virb", source: source) == "51 Pegasi b under 51pegb")
            #expect(read(nil, key: "51 Pegasi b", source: source) == "- under 51pegb")
        }
        #expect(read(brown, key: "gj229b") == "GJ 229 B under gj229B")
        #expect(read(nil, key: "51pegasib") == "- under 51pegb")
    }

    @Test func `What breaks a rule is refused wherever it lies`() {
        for partition: Int32 in [0, 1] {
            #expect(read("{", key: "x c", in: partition) == "x c refused, malformed_json")
            #expect(read(#"{"pl_name":"X c","pl_rade":-1}"#, in: partition) == "xc refused, out_of_range")
        }
    }

    @Test func `Nothing goes round`() {
        let planet = #"{"pl_name":"Kepler-22 c"}"#
        #expect(read(planet, in: 0, source: "sent-on/planet-discoveries/3/1/a") == "kepler22c refused, wrong_partition")
        #expect(read(planet, in: 1, source: "sent-on/planet-discoveries/3/1/a") == "Kepler-22 c under kepler22c")
        #expect(read(planet, in: 0, size: RecordReader.largestSentOn) == sentOn)
        #expect(read(planet, in: 0, size: RecordReader.largestSentOn + 1) == "kepler22c refused, wrong_partition")
    }

    @Test func `A source names a place, and nothing else does`() {
        let from = SentFrom(.init("planet-discoveries", 3), offset: 1234, log: "5f3a9c01")
        #expect(from.source == "sent-on/planet-discoveries/3/1234/5f3a9c01")
        #expect(SentFrom(from.source) == from)
        for other in [
            "", "api", "sent-on/", "sent-on/t/3/1234", "sent-on/t/3/-1/a", "sent-on/t/x/1/a", "sent-on/t/3/1/",
        ] {
            #expect(SentFrom(other) == nil, "\(other)")
        }
    }

    /// Else a withdrawal under a planet's own key would mean another planet.
    @Test func `A key is its own key`() throws {
        let names = [
            "KOI-0 5 b", "KOI-000.01", "K00087.01", "Gliese 581 c", "gl-1 2b", "TIC 0012-3 b", "EPIC 0", "kic-00 b",
            "Proxima Centauri b", "2MASS J0348-6022 b", "WASP-1 2b", "Ｋｅｐｌｅｒ－２２ ｂ", "ÅSTRÖM İ b", "ŉ ǰ ΐ ﬃ b",
            "gl gl 5",
        ]
        for name in names {
            let key = try #require(IdentityKey.of(name))
            #expect(IdentityKey.of(key) == key, "\(name)")
        }
    }
}
