// A verification's report in words for people, and as JSON for programs.

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
        if report.files == 0, report.isFine {
            return (lines + report.notes.map { "note: \($0)" } + [last]).joined(separator: "\n")
        }
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
        if report.files == 0 { return "Nothing to verify: the lake has no files yet." }
        if report.gone.isEmpty { return "Everything agrees." }
        let gone = report.gone.reduce(0) { $0 + $1.offsets.count }
        return "All that is stored agrees; \(grouped(gone)) offsets are gone (see the notes)."
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
        let json = JSONWriter.object(capacity: 4096) {
            $0.member("lake", lake)
            $0.optional("as_of", asOf)
            $0.member("fine", report.isFine)
            $0.member("files", report.files)
            $0.member("bytes", Int(report.bytes))
            $0.member("pages", report.pages)
            $0.object("rows") {
                for (table, rows) in report.rows.sorted(by: { $0.key < $1.key }) { $0.member(table, rows) }
            }
            $0.member("rolls", report.rolls)
            $0.member("aggregates_compared", report.aggregates)
            $0.member("predictions_compared", report.predictions)
            $0.member("offsets_without_row", Int(report.offsetsWithoutRow))
            $0.optional("manifest_entries", report.manifestEntries)
            $0.key("positions")
            report.positions.write(to: &$0)
            $0.key("stored")
            report.stored.write(to: &$0)
            $0.array("chapters") { writer in
                for chapter in report.chapters {
                    writer.object { writer in
                        writer.optional("log", chapter.log)
                        writer.optional("began", chapter.began)
                        writer.object("partitions") { writer in
                            for (place, start) in chapter.starts.sorted(by: { $0.key < $1.key }) {
                                writer.object("\(place)") {
                                    $0.member("lake", Int(start.lake))
                                    $0.member("log", Int(start.log))
                                }
                            }
                        }
                    }
                }
            }
            $0.array("gone") { writer in
                for (place, offsets) in report.gone {
                    writer.object {
                        $0.member("place", "\(place)")
                        $0.member("first", Int(offsets.lowerBound))
                        $0.member("last", Int(offsets.upperBound))
                    }
                }
            }
            $0.member("planets", report.planets)
            $0.member("digest", report.digest)
            $0.member("seconds", (seconds * 1000).rounded() / 1000)
            $0.array("notes", report.notes)
            $0.member("finding_count", report.findingCount)
            $0.array("findings") { for finding in report.findings { write(finding, to: &$0) } }
        }
        return String(decoding: json, as: UTF8.self)
    }

    private func write(_ finding: VerifyFinding, to writer: inout JSONWriter) {
        writer.object {
            $0.member("kind", finding.kind.rawValue)
            $0.member("file", finding.file)
            $0.optional("row", finding.row)
            $0.optional("aggregate", finding.aggregate)
            $0.optional("group", finding.group)
            $0.member("text", finding.text)
            $0.member("later_rolls", finding.later)
        }
    }
}
