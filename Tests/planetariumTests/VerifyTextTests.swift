// The report of a verification in words and as JSON.

import Foundation
import Testing

@testable import PlanetStream
@testable import planetarium

@Suite struct VerifyTextTests {
    private func report(findings: Int = 0) -> VerifyReport {
        var report = VerifyReport()
        report.files = 1234
        report.bytes = 11 << 20
        report.rows = ["discoveries": 1_000_000, "rejected": 5]
        report.digest = "abc"
        report.notes = ["a note"]
        for number in 0..<findings {
            report.add(VerifyFinding(.row, file: "f.parquet", row: number, "is \"wrong\""))
        }
        return report
    }

    private func text(_ report: VerifyReport, seconds: Double = 2) -> VerifyText {
        VerifyText(report, lake: "a/lake", asOf: "7", seconds: seconds)
    }

    @Test func inWords() {
        let lines = text(report()).lines.split(separator: "\n").map(String.init)
        #expect(lines.first == "a/lake, as of 7" && lines.last == "Everything agrees.")
        #expect(lines.contains("  files         1,234 (11 MiB), 0 pages: checksums, counts, bounds"))
        #expect(lines.contains("  rows          1,000,000 in discoveries, 5 in rejected"))
        #expect(lines.contains("  time          2.0 s, 500,002 rows/s") && lines.contains("note: a note"))
    }

    @Test func findingsAreCountedBeyondThoseThatAreKept() {
        let one = text(report(findings: 1)).lines
        #expect(one.contains("FINDING row: f.parquet row 0: is \"wrong\"") && one.hasSuffix("1 finding."))
        let many = text(report(findings: VerifyReport.keptFindings + 2)).lines
        #expect(many.contains("… and 2 more") && many.hasSuffix("1,002 findings."))
    }

    @Test func anAggregateThatIsWrongLaterTooIsOneFinding() {
        var report = report()
        for row in 1...3 {
            report.add(
                VerifyFinding(.aggregate, file: "f", row: row, aggregate: "totals", group: "planets", "5, not 6"))
        }
        #expect(
            text(report).lines.contains(
                "FINDING aggregate: f row 1: totals/planets: 5, not 6 (and in 2 later rolls)"))
    }

    @Test func asJSON() throws {
        let bytes = Data(text(report(findings: 1), seconds: 0).json.utf8)
        let json = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        #expect(json["fine"] as? Bool == false && json["files"] as? Int == 1234 && json["as_of"] as? String == "7")
        let findings = try #require(json["findings"] as? [[String: Any]])
        #expect(findings.first?["text"] as? String == "is \"wrong\"" && findings.first?["aggregate"] is NSNull)
        #expect(json["finding_count"] as? Int == 1 && json["manifest_entries"] is NSNull)
    }
}
