import HTTPWire
import JSONText
import TestSupport
import Testing

@testable import PlanetWeb

/// Frames cut to what a viewer has chosen, and changed values as patches.
@Suite struct LiveFormsTests {
    /// aggregate → group → JSON.
    private typealias Groups = [String: [String: String]]

    private static func frame(
        _ kind: SharedFrame.Kind, _ seq: UInt64, _ groups: Groups, epoch: String = "e"
    ) -> SharedFrame {
        let json = JSONWriter.object { writer in
            writer.member("seq", Int(seq))
            writer.member("type", "\(kind)")
            writer.member("note", "\"aggregates\":{ is no member here")
            writer.object("aggregates") { writer in
                for (name, values) in groups.sorted(by: { $0.key < $1.key }) {
                    writer.object(name) { writer in
                        for (group, value) in values.sorted(by: { $0.key < $1.key }) {
                            writer.raw(group, Array(value.utf8))
                        }
                    }
                }
            }
            writer.member("last", true)
        }
        return SharedFrame(kind: kind, seq: seq, epoch: epoch, resume: "\(epoch)-\(seq)", payload: json)
    }

    private static func fields(_ text: [UInt8]) -> [String: String] {
        var reader = JSONReader(limits: JSONLimits(fields: 4096))
        var result: [String: String] = [:]
        text.withUnsafeBytes { bytes in
            guard let fields = try? reader.readObject(bytes) else { return }
            for field in fields {
                result[field.keyString] = field.kind == .string ? "\"\(field.string)\"" : field.string
            }
        }
        return result
    }

    private static func elements(_ text: String) -> [String] {
        var reader = JSONReader(limits: JSONLimits(fields: 4096))
        return Array(text.utf8).withUnsafeBytes { bytes in
            ((try? reader.readArray(bytes)).map { $0.map(\.string) }) ?? []
        }
    }

    /// The protocol's rules (docs/LIVE.md), by its words and not by the server's code.
    private static func apply(_ text: [UInt8], to board: inout Groups) {
        let frame = fields(text)
        if frame["type"] == "\"snapshot\"" { board = [:] }
        for (name, groups) in fields(Array((frame["aggregates"] ?? "{}").utf8)) {
            for (group, value) in fields(Array(groups.utf8)) {
                board[name, default: [:]][group] = value == "null" ? nil : value
            }
        }
        for (name, groups) in fields(Array((frame["patches"] ?? "{}").utf8)) {
            for (group, patch) in fields(Array(groups.utf8)) {
                guard let old = board[name]?[group] else {
                    Issue.record("a patch of what isn't there")
                    continue
                }
                board[name]?[group] = patched(old, patch)
            }
        }
    }

    private static func patched(_ old: String, _ patch: String) -> String {
        if patch.hasPrefix("{") {
            let changed = fields(Array(patch.utf8))
            return object(fields(Array(old.utf8)).merging(changed) { $1 })
        }
        let before = elements(old)
        let pieces = elements(patch).flatMap { piece -> [String] in
            guard piece.hasPrefix("[") else { return [piece] }
            let run = elements(piece).compactMap { Int($0) }
            return Array(before[run[0]..<run[0] + run[1]])
        }
        return "[" + pieces.joined(separator: ",") + "]"
    }

    private static func object(_ fields: [String: String]) -> String {
        "{"
            + fields.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
            + "}"
    }

    /// A number, an object with fields that change, a list of objects, another list.
    private static func value(_ random: inout SplitMix, _ old: String?) -> String {
        func number() -> String { "\(Int.random(in: 0...1_000_000, using: &random))" }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return number()
        case 1:
            var fields =
                old.flatMap { $0.hasPrefix("{") ? LiveFormsTests.fields(Array($0.utf8)) : nil } ?? [:]
            for name in ["mean", "sd", "q05", "name", "kind", "none"]
            where fields[name] == nil || number().count < 6 {
                fields[name] =
                    name == "none" ? "null" : name == "name" ? "\"of \(number())\"" : "1234567" + number()
            }
            if number().hasSuffix("7") { fields["kind"] = nil }
            return object(fields)
        case 2:
            var list = old.flatMap { $0.hasPrefix("[{") ? elements($0) : nil } ?? []
            list.insert(object(["key": "\"planet \(number())\"", "n": number()]), at: 0)
            if list.count > 3 { list.remove(at: Int.random(in: 1..<list.count, using: &random)) }
            return "[" + list.prefix(20).joined(separator: ",") + "]"
        default:
            return
                "[[\(number()),\(number())],[3,\(number())],[\(number()),5],[1,2],[3,4],[5,6],[7,8],[9,10],[11,12]]"
        }
    }

    @Test(arguments: [1, 2, 3]) func whoeverAppliesPatchesHasTheBoard(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        var patches = LivePatches()
        var board: Groups = ["stats": [:], "newest": [:], "empty": [:], "totals": ["planets": "1"]]
        let chosen = LiveForm(names: ["newest", "stats", "newest"], patches: true)
        var viewers: [LiveForm: Groups] = [:]
        let forms = [
            LiveForm.whole, LiveForm(patches: true), chosen, LiveForm(names: ["totals"]),
            LiveForm(names: []),
        ]
        var (patched, whole) = (0, 0)
        for seq in 0..<200 as Range<UInt64> {
            var changes: Groups = [:]
            for _ in 0...Int.random(in: 0...3, using: &random) where seq > 0 {
                let name = ["stats", "newest", "totals"][Int.random(in: 0..<3, using: &random)]
                let group = "g\(Int.random(in: 0..<4, using: &random))"
                let isGone = Int.random(in: 0..<10, using: &random) == 0
                let new = isGone ? nil : LiveFormsTests.value(&random, board[name]?[group])
                if board[name]?[group] == new { continue }
                board[name]?[group] = new
                changes[name, default: [:]][group] = new ?? "null"
            }
            // A snapshot now and then, as the stream sends them.
            let isSnapshot = seq == 0 || seq % 50 == 0
            let frame = patches.parted(
                LiveFormsTests.frame(isSnapshot ? .snapshot : .delta, seq, isSnapshot ? board : changes))
            for form in forms {
                let text = frame.formed(form).payload.array
                LiveFormsTests.apply(text, to: &viewers[form, default: [:]])
                let expected = board.filter { form.has($0.key) && !$0.value.isEmpty }
                #expect(viewers[form]?.filter { !$0.value.isEmpty } == expected, "\(form) after \(seq)")
                #expect(LiveFormsTests.fields(text)["last"] == "true")
                if form == .whole { whole += text.count }
                if form.patches, form.names == nil { patched += text.count }
            }
            #expect(frame.formed(.whole).payload.array == frame.payload.array, "untouched")
        }
        #expect(patched < whole)
        #expect(
            LiveFormsTests.fields(LiveFormsTests.frame(.snapshot, 0, board).payload.array)["selected"]
                == nil)
        let snapshot = patches.parted(LiveFormsTests.frame(.snapshot, 500, board)).formed(chosen)
            .payload.array
        #expect(LiveFormsTests.fields(snapshot)["selected"] == "[\"newest\",\"stats\"]")
    }

    @Test func aDeltaThatFollowsNothingKnownHasNoPatches() {
        let long = "{\"a\":\"" + String(repeating: "x", count: 100) + "\",\"b\":"
        func parted(_ frames: [SharedFrame]) -> SharedFrame? {
            var patches = LivePatches()
            return frames.map { patches.parted($0) }.last
        }
        let begin = LiveFormsTests.frame(.snapshot, 1, ["stats": ["g": long + "1}"]])
        let next = LiveFormsTests.frame(.delta, 2, ["stats": ["g": long + "2}"]])
        #expect(parted([begin, next])?.parts?.hasPatches == true)
        #expect(parted([next])?.parts?.hasPatches == false)
        let gap = LiveFormsTests.frame(.delta, 3, ["stats": ["g": long + "3}"]])
        #expect(parted([begin, gap])?.parts?.hasPatches == false)
        #expect(parted([begin, gap, next])?.parts?.hasPatches == false)
        let other = LiveFormsTests.frame(.delta, 2, ["stats": ["g": long + "2}"]], epoch: "f")
        #expect(parted([begin, other])?.parts?.hasPatches == false)
        let strange = SharedFrame(
            kind: .delta, seq: 2, epoch: "e", resume: "e-2", payload: Array("[1]".utf8))
        #expect(parted([begin, strange])?.parts == nil)
        #expect(
            parted([begin, strange])?.formed(LiveForm(names: ["a"])).payload.array == Array("[1]".utf8))
    }

    @Test func aFormIsMadeOnceForAllItsViewers() {
        var patches = LivePatches()
        let frame = patches.parted(
            LiveFormsTests.frame(.snapshot, 1, ["a": ["g": "1"], "b": ["g": "2"]]))
        let first = frame.formed(LiveForm(names: ["a"]))
        #expect(
            first === frame.formed(LiveForm(names: ["a", "a"]))
                && first !== frame.formed(LiveForm(names: ["b"])))
        frame.forgetForms()
        #expect(first !== frame.formed(LiveForm(names: ["a"])))
    }

    @Test func differentChoicesAreBounded() {
        let forms = LiveForms()
        for index in 0..<LiveForms.most {
            let form = LiveForm(names: ["n\(index)"])
            #expect(forms.join(form, isCompressed: index % 2 == 0) == form)
        }
        #expect(forms.join(LiveForm(names: ["n3"]), isCompressed: false) == LiveForm(names: ["n3"]))
        let more = forms.join(LiveForm(names: ["more"], patches: true), isCompressed: true)
        #expect(more == LiveForm(patches: true), "everything, as there is no room for another choice")
        #expect(
            forms.used.count == LiveForms.most + 1
                && forms.used.count { $0.isCompressed } == LiveForms.most / 2 + 1)
        forms.leave(more, isCompressed: true)
        forms.leave(LiveForm(names: ["n5"]), isCompressed: false)
        #expect(forms.join(LiveForm(names: ["more"]), isCompressed: false) == LiveForm(names: ["more"]))
    }

    @Test func whatAViewerSaysIsReadOrRefused() throws {
        let names = ["newest", "stats", "totals"]
        func query(_ text: String, _ names: [String]?) -> LiveForm? {
            try? LiveWish.read(QueryItem.parse(Array(text.utf8)[...]), names: names).get()
        }
        #expect(query("", names) == .whole && query("resume=x", names) == .whole)
        #expect(
            query("aggregates=totals,newest,totals&patches=true", names)
                == LiveForm(names: ["newest", "totals"], patches: true))
        #expect(query("aggregates=", names) == LiveForm(names: []))
        #expect(query("aggregates=more", nil) == LiveForm(names: ["more"]), "the board isn't there yet")
        for bad in ["aggregates=more", "aggregates=totals,%00", "patches=1", "patches="] {
            #expect(query(bad, names) == nil, "\(bad)")
        }
        func message(_ text: String) -> Result<LiveForm, LiveWish.Faults>? {
            LiveWish.read(Array(text.utf8), after: LiveForm(names: ["stats"]), names: names)
        }
        #expect(message(#"{"aggregates":["totals"]}"#) == .success(LiveForm(names: ["totals"])))
        #expect(message(#"{"aggregates":null,"patches":true}"#) == .success(LiveForm(patches: true)))
        #expect(message(#"{"patches":true}"#) == .success(LiveForm(names: ["stats"], patches: true)))
        #expect(message(#"{"aggregates":[]}"#) == .success(LiveForm(names: [])))
        for nothing in ["", "hello", "[1]", "{}", #"{"seq":1}"#] {
            #expect(message(nothing) == nil, "\(nothing)")
        }
        for bad in [
            #"{"aggregates":"totals"}"#, #"{"aggregates":[1]}"#, #"{"aggregates":{}}"#, #"{"patches":1}"#,
        ] {
            guard case .failure = message(bad) else {
                Issue.record("\(bad)")
                continue
            }
        }
        guard case .failure(let faults) = message(#"{"aggregates":["more"]}"#) else {
            Issue.record("taken")
            return
        }
        #expect(faults.faults.map(\.rule) == ["unknown_aggregate"] && faults.faults[0].value == "more")
        #expect(faults.faults[0].detail == "The board has newest, stats, totals.")
    }
}
