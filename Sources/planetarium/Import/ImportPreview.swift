// What an import would do, as computed by the server (`?dry_run=true`): summed over the file's slices, reported, and
// with a question if there is doubt.

import Glibc
import JSONText

struct ImportPreview {
    private var accepted = 0
    private var rejected = 0
    private var changes: [String: Int] = [:]
    private var loses: [String: Int] = [:]
    private var valuesBefore = 0
    private var valuesLost = 0
    private var columns = ImportedColumns()
    /// The server's reasons to look first.
    private(set) var doubts: [String] = []

    /// False if the answer is not a preview.
    mutating func add(_ answer: HTTPAnswer) -> Bool {
        guard answer.status == 200 else { return false }
        var reader = JSONReader(limits: JSONLimits(fields: 1_000_000, depth: 16, bytes: 256 << 20))
        let members = ImportPreview.members(answer.body, &reader)
        guard members["dry_run"] != nil else { return false }
        accepted += ImportPreview.number(members["accepted"])
        rejected += ImportPreview.number(members["rejected"])
        valuesBefore += ImportPreview.number(members["values_before"])
        valuesLost += ImportPreview.number(members["values_lost"])
        for (name, count) in ImportPreview.members(members["changes"] ?? [], &reader) {
            changes[name, default: 0] += ImportPreview.number(count)
        }
        for (name, count) in ImportPreview.members(members["loses"] ?? [], &reader) {
            loses[name, default: 0] += ImportPreview.number(count)
        }
        if let given = members["columns"] { columns.add(given) }
        for doubt in ["unknown_columns", "values_lost"] where !doubts.contains(doubt) {
            if String(decoding: members["doubts"] ?? [], as: UTF8.self).contains(doubt) { doubts.append(doubt) }
        }
        return true
    }

    var lines: [String] {
        var lines = ["\(accepted) records would be stored, \(rejected) refused"]
        let kinds = [
            ("new", "new planets"), ("revision", "planets replaced"), ("reinstatement", "withdrawn planets back"),
            ("duplicate", "without a change"), ("late", "older than what is known"), ("refused", "refused by the log"),
        ]
        let said = kinds.compactMap { kind, words in changes[kind].map { "\($0) \(words)" } }
        if !said.isEmpty { lines.append(said.joined(separator: ", ")) }
        if valuesLost > 0 {
            let most = loses.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            let named = most.prefix(12).map { "\($0.value) planets lose \($0.key)" }.joined(separator: ", ")
            lines.append("\(valuesLost) of \(valuesBefore) values of these planets would be lost: \(named)")
        }
        return lines + columns.lines
    }

    /// With the names that the API's answer has.
    var json: String {
        let json = JSONWriter.object {
            $0.member("accepted", accepted)
            $0.member("rejected", rejected)
            $0.object("changes") { writer in
                for (name, count) in changes.sorted(by: { $0.key < $1.key }) { writer.member(name, count) }
            }
            $0.member("values_before", valuesBefore)
            $0.member("values_lost", valuesLost)
            $0.array("doubts", doubts)
        }
        return String(decoding: json, as: UTF8.self)
    }

    /// Whether somebody at the terminal says yes.
    static func isConfirmed() -> Bool {
        guard isatty(0) == 1 else { return false }
        print("Send it all the same? [y/N] ", terminator: "", to: &standardError)
        return ["y", "yes", "o", "oui"].contains(readLine()?.lowercased() ?? "")
    }

    private static func number(_ text: [UInt8]?) -> Int { Int(String(decoding: text ?? [], as: UTF8.self)) ?? 0 }

    private static func members(_ json: [UInt8], _ reader: inout JSONReader) -> [String: [UInt8]] {
        json.withUnsafeBytes { bytes in
            guard let fields = try? reader.readObject(bytes) else { return [:] }
            var members: [String: [UInt8]] = [:]
            for field in fields { members[String(decoding: field.key, as: UTF8.self)] = Array(field.text) }
            return members
        }
    }
}
