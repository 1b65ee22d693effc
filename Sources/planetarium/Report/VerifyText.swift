// A verification's report in words for people, and as JSON for programs. Not what is checked.

import JSONText
import PlanetStream

struct VerifyText {
    private let report: VerifyReport
    private let lake: String
    private let asOf: String?
    private let seconds: Double

    init(_ report: VerifyReport, lake: String, asOf: String?, seconds: Double) {
        self.report = report
        self.lake = lake
        self.asOf = asOf
        self.seconds = seconds
    }

    private var rows: Int { report.rows.values.reduce(0, +) }

    // MARK: For people

    var lines: String {
        var lines = ["\(lake)" + (asOf.map { ", as of \($0)" } ?? "")]
        func line(_ name: String, _ text: String) {
            lines.append("  " + name + String(repeating: " ", count: max(1, 14 - name.count)) + text)
        }
        line(
            "files",
            "\(grouped(report.files)) (\(size(report.bytes))), \(grouped(report.pages)) pages: checksums, counts, bounds"
        )
        line(
            "rows",
            ["discoveries", "rejected", "predictions", "aggregates"].compactMap { table in
                report.rows[table].map { "\(grouped($0)) in \(table)" }
            }.joined(separator: ", "))
        line("predictions", "\(grouped(report.predictions)) rows computed again and compared")
        line(
            "aggregates",
            "\(grouped(report.aggregates)) values of \(grouped(report.rolls)) rolls computed again and compared")
        if let entries = report.manifestEntries {
            line(
                "manifest",
                "\(grouped(entries)) entries, \(grouped(report.manifestFiles ?? 0)) files with the hashes it names")
        }
        for (number, chapter) in report.chapters.enumerated() {
            let starts = chapter.starts.sorted { $0.key < $1.key }
            line(
                "chapter \(number + 1)",
                "\(chapter.log ?? "unknown log")" + (chapter.began.map { ", since \($0)" } ?? "")
                    + (starts.isEmpty
                        ? "" : ": " + starts.map { "\($0.key) from \($0.value.lake)" }.joined(separator: ", ")))
        }
        line("positions", report.positions.isEmpty ? "none" : report.positions.text)
        if report.positions != report.stored { line("stored", report.stored.text) }
        line("planets", grouped(report.planets))
        line("digest", report.digest)
        line("time", "\(rounded(seconds)) s, \(grouped(Int(Double(rows) / max(seconds, 0.001)))) rows/s")
        for note in report.notes { lines.append("note: \(note)") }
        for finding in report.findings { lines.append(VerifyText.line(finding)) }
        if report.findingCount > report.findings.count {
            lines.append("… and \(grouped(report.findingCount - report.findings.count)) more")
        }
        lines.append(last)
        return lines.joined(separator: "\n")
    }

    private var last: String {
        guard report.isFine else {
            return "\(grouped(report.findingCount)) finding\(report.findingCount == 1 ? "" : "s")."
        }
        if report.gone.isEmpty { return "Everything agrees." }
        let gone = report.gone.reduce(0) { $0 + $1.offsets.count }
        return "What there is agrees; \(grouped(gone)) offsets are gone (see the notes)."
    }

    /// "FINDING aggregate: FILE row 7: totals/planets: stored 5, recomputed 6 (and in 3 later rolls)"
    private static func line(_ finding: VerifyFinding) -> String {
        var text = "FINDING \(finding.kind.rawValue): \(finding.file.isEmpty ? "lake" : finding.file)"
        if let row = finding.row { text += " row \(row)" }
        text += ": "
        if let aggregate = finding.aggregate { text += "\(aggregate)/\(finding.group ?? ""): " }
        text += finding.text
        if finding.later > 0 { text += " (and in \(finding.later) later roll\(finding.later == 1 ? "" : "s"))" }
        return text
    }

    private func grouped(_ number: Int) -> String {
        var digits = Array(String(number.magnitude))
        var at = digits.count - 3
        while at > 0 {
            digits.insert(",", at: at)
            at -= 3
        }
        return (number < 0 ? "-" : "") + String(digits)
    }

    private func size(_ bytes: Int64) -> String {
        if bytes < 10 << 10 { return "\(bytes) bytes" }
        if bytes < 10 << 20 { return "\(bytes >> 10) KiB" }
        return "\(grouped(Int(bytes >> 20))) MiB"
    }

    private func rounded(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

    // MARK: For programs

    var json: String {
        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        writer.member("lake", lake)
        writer.key("as_of")
        if let asOf { writer.string(asOf) } else { writer.null() }
        writer.member("fine", report.isFine)
        writer.member("files", report.files)
        writer.member("bytes", Int(report.bytes))
        writer.member("pages", report.pages)
        writer.key("rows")
        writer.beginObject()
        for (table, rows) in report.rows.sorted(by: { $0.key < $1.key }) { writer.member(table, rows) }
        writer.endObject()
        writer.member("rolls", report.rolls)
        writer.member("aggregates_compared", report.aggregates)
        writer.member("predictions_compared", report.predictions)
        writer.member("offsets_without_row", Int(report.offsetsWithoutRow))
        writer.key("manifest_entries")
        if let entries = report.manifestEntries { writer.integer(entries) } else { writer.null() }
        writer.key("positions")
        report.positions.write(to: &writer)
        writer.key("stored")
        report.stored.write(to: &writer)
        writer.array("chapters") { writer in
            for chapter in report.chapters {
                writer.object { writer in
                    writer.optional("log", chapter.log)
                    writer.optional("began", chapter.began)
                    writer.object("partitions") { writer in
                        for (place, start) in chapter.starts.sorted(by: { $0.key < $1.key }) {
                            writer.object("\(place)") { writer in
                                writer.member("lake", Int(start.lake))
                                writer.member("log", Int(start.log))
                            }
                        }
                    }
                }
            }
        }
        writer.array("gone") { writer in
            for (place, offsets) in report.gone {
                writer.object { writer in
                    writer.member("place", "\(place)")
                    writer.member("first", Int(offsets.lowerBound))
                    writer.member("last", Int(offsets.upperBound))
                }
            }
        }
        writer.member("planets", report.planets)
        writer.member("digest", report.digest)
        writer.member("seconds", (seconds * 1000).rounded() / 1000)
        writer.key("notes")
        writer.beginArray()
        for note in report.notes { writer.string(note) }
        writer.endArray()
        writer.member("finding_count", report.findingCount)
        writer.key("findings")
        writer.beginArray()
        for finding in report.findings { write(finding, to: &writer) }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func write(_ finding: VerifyFinding, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("kind", finding.kind.rawValue)
        writer.member("file", finding.file)
        writer.key("row")
        if let row = finding.row { writer.integer(row) } else { writer.null() }
        for (name, value) in [("aggregate", finding.aggregate), ("group", finding.group)] {
            writer.key(name)
            if let value { writer.string(value) } else { writer.null() }
        }
        writer.member("text", finding.text)
        writer.member("later_rolls", finding.later)
        writer.endObject()
    }
}
