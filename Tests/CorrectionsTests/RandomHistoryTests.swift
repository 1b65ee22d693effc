// Any history: the board equals that of a fresh computation over the final state, and the web's catalogue is the
// stream's.
// The final state itself is held against a model that is written down once more here, in the plainest way.

import Basics
import EventLog
import PlanetCore
import TestSupport
import Testing

@testable import PlanetStream
@testable import PlanetWeb

struct RandomHistoryTests {
    /// A planet's value, or the planet it is an alias of.
    private enum Standing: Equatable {
        case planet(String)
        case alias(String)
    }

    private struct Model {
        var now: [String: Standing] = [:]
        var updated: [String: Int?] = [:]
        var counts: [String: Int] = [:]

        mutating func count(_ what: String) { counts[what, default: 0] += 1 }

        mutating func discovery(_ key: String, _ json: String, _ update: Int?) {
            if case .alias = now[key] { return count("known_alias") }
            if now[key] == .planet(json) { return count("duplicate") }
            if let before = updated[key] ?? nil, let update, update < before { return count("late") }
            count(now[key] != nil ? "revision" : updated.keys.contains(key) ? "reinstatement" : "new")
            now[key] = .planet(json)
            updated[key] = .some(update)
        }

        mutating func alias(_ key: String, _ canonical: String) {
            switch now[key] {
            case .planet: count("alias_joins_planets")
            case .alias(let known): count(known == canonical ? "duplicate" : "alias_conflict")
            case nil:
                now[key] = .alias(canonical)
                count("alias")
            }
        }

        mutating func tombstone(_ key: String) {
            switch now.removeValue(forKey: key) {
            case .planet: count("withdrawal")
            case .alias: count("alias_removal")
            case nil: count("duplicate")
            }
        }
    }

    static func sent(_ seed: UInt64) -> [SentRecord] { history(seed).sent }

    private static let methods = ["Transit", "Radial Velocity", "Imaging"]
    private static let facilities = ["Kepler", "La Silla Observatory", "Paranal Observatory"]

    /// The same history every time: what is sent, and what the model makes of it.
    private static func history(_ seed: UInt64) -> (sent: [SentRecord], model: Model) {
        var random = SplitMix(seed: seed)
        var model = Model()
        var sent: [SentRecord] = []
        var last: (key: String, json: String, update: Int?)?
        let names = (0..<24 + random.below(40)).map { "World-\($0) \(["b", "c", "d"][$0 % 3])" }
        for _ in 0..<600 + random.below(900) {
            let name = names[random.below(names.count)]
            let key = IdentityKey.of(name) ?? ""
            // Another spelling is the same planet; the spelling is part of the value.
            let written = random.below(6) == 0 ? name.lowercased() : name
            switch random.below(20) {
            case 0..<10:
                let update = random.below(3) == 0 ? nil : 20_000 + random.below(12)
                var json = #"{"pl_name":"\#(written)","hostname":"World-\#(random.below(4))","#
                json += #""discoverymethod":"\#(methods[random.below(3)])","disc_year":\#(2000 + random.below(3)),"#
                json += #""disc_facility":"\#(facilities[random.below(3)])","pl_rade":\#(1 + random.below(3))"#
                if random.below(2) == 0 { json += #","pl_bmasse":\#(1 + random.below(20)),"pl_orbper":1.5"# }
                if random.below(4) == 0 { json += #","st_teff":5700,"st_rad":1,"st_mass":1"# }
                if let update { json += #","rowupdate":"\#(CivilDate(days: update).text)""# }
                json += "}"
                model.discovery(key, json, update)
                sent.append(SentRecord(written, json))
                last = (key, json, update)
            case 10, 11:
                // What has just been said, once more.
                if let last {
                    model.discovery(last.key, last.json, last.update)
                    sent.append(SentRecord(key: last.key, value: Array(last.json.utf8)))
                }
            case 12..<15:
                model.tombstone(key)
                sent.append(SentRecord(name, nil))
            case 15..<18:
                let other = names[random.below(names.count)]
                let source = random.below(2) == 0 ? "" : #","alias_source":"OEC""#
                sent.append(SentRecord(name, #"{"pl_name":"\#(written)","alias_of":"\#(other)"\#(source)}"#))
                if other == name {
                    model.count("alias_to_itself")
                } else {
                    model.alias(key, IdentityKey.of(other) ?? "")
                }
            default:
                let (value, rule) = [
                    ("{", "malformed_json"), (#"{"pl_name":"\#(name)","pl_rade":-1}"#, "out_of_range"),
                    (#"{"pl_name":"\#(name)","alias_of":"X b","pl_rade":1}"#, "alias_with_values"),
                    (#"{"pl_rade":1}"#, "missing_required"),
                ][random.below(4)]
                model.count(rule)
                sent.append(SentRecord(name, value))
            }
        }
        return (sent, model)
    }

    @Test(arguments: 1...24)
    func theBoardIsThatOfTheFinalState(_ seed: Int) {
        let (sent, model) = RandomHistoryTests.history(UInt64(seed))
        var random = SplitMix(seed: UInt64(seed) &* 7919)
        let reading = Reading(partitions: 1 + random.below(5))
        var rest = sent[...]
        while !rest.isEmpty {
            let batch = Array(rest.prefix(1 + random.below(80)))
            rest = rest.dropFirst(batch.count)
            reading.take(batch)
        }

        for (what, count) in model.counts { #expect(reading.count(what) == count, "\(what), seed \(seed)") }
        #expect(reading.made.values.reduce(0, +) == sent.count)
        var expected: [String: Standing] = [:]
        var decoder = DiscoveryDecoder(today: { Reading.today })
        for (key, standing) in model.now {
            guard case .planet(let json) = standing, case .accept(let valid) = decoder.decode(Array(json.utf8)) else {
                expected[key] = standing
                continue
            }
            expected[key] = .planet(String(decoding: DiscoveryJSON.bytes(valid.discovery), as: UTF8.self))
        }
        let now = reading.streams.compactMapValues { value -> Standing? in
            switch value {
            case .nothing: nil
            case .planet(let discovery): .planet(String(decoding: DiscoveryJSON.bytes(discovery), as: UTF8.self))
            case .alias(let alias): .alias(alias.canonicalKey)
            }
        }
        let different = Set(now.keys).union(expected.keys).filter { now[$0] != expected[$0] }
        #expect(different.isEmpty, "seed \(seed)")
        let isSame = reading.webs == reading.streams
        #expect(isSame, "seed \(seed)")

        let fresh = reading.fresh()
        #expect(reading.digest() == fresh.digest(), "seed \(seed)")
        let totals = reading.totals()
        for name in ["planets", "hosts", "facilities", "controversial", "aliases"] {
            #expect(totals[name] == fresh.totals()[name], "\(name), seed \(seed)")
        }
        #expect(totals["planets"] == model.now.values.count { if case .planet = $0 { true } else { false } })
        #expect(totals["aliases"] == model.now.values.count { if case .alias = $0 { true } else { false } })
        #expect(totals["late"] == model.counts["late"] ?? 0)
        #expect(totals["records"] == sent.count)
        #expect(reading.web.count == totals["planets"])

        // The test can fail: a planet more is another board.
        reading.take([SentRecord("One More b", #"{"pl_name":"One More b"}"#)])
        #expect(reading.digest() != fresh.digest())
    }

    /// All orders of the same dated rows end in the newest, whatever comes when.
    @Test func datedRowsEndAlikeInEveryOrder() {
        let rows = (0..<5).map { day in
            SentRecord(
                "Late b", #"{"pl_name":"Late b","pl_rade":\#(day + 1),"rowupdate":"2026-01-0\#(day + 1)"}"#)
        }
        var random = SplitMix(seed: 5)
        for _ in 0..<50 {
            let reading = Reading()
            reading.take(rows.shuffled(using: &random))
            guard case .planet(let discovery) = reading.streams["lateb"] else {
                Issue.record("no planet")
                return
            }
            #expect(discovery[.pl_rade] == 5)
            #expect(reading.webs == reading.streams)
        }
    }

    /// A request that is in the log twice undoes nothing that came between, for web and stream alike.
    @Test func aCopyOfARequestIsADuplicate() {
        let reading = Reading()
        func sent(_ radius: Int, _ key: String, copy: String? = nil) -> SentRecord {
            var record = SentRecord("Copied b", #"{"pl_name":"Copied b","pl_rade":\#(radius)}"#)
            record.headers = [RecordHeader(SubmissionID.keyHeader, key)]
            if let copy { record.headers.append(RecordHeader(SubmissionID.copyHeader, copy)) }
            return record
        }
        reading.take([sent(1, "a"), sent(2, "b"), sent(1, "a"), sent(1, "a", copy: "1"), sent(2, "b")])
        #expect(reading.count("new") == 1 && reading.count("revision") == 2 && reading.count("duplicate") == 2)
        #expect(reading.webs == reading.streams)
    }
}
