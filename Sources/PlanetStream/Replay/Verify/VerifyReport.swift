// What a verification checked and found. The executable words it for people.

import Basics
import Lake

package struct VerifyFinding: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// A file can't be read, or a page's checksum, a count or a bound is wrong.
        case file
        /// Offsets missing, or stored twice.
        case offsets
        /// A row is not where, or not what, it must be.
        case row
        /// A stored aggregate does not follow from the rows.
        case aggregate
        /// A stored prediction does not follow from its record.
        case prediction
        /// The files differ from those that the manifest lists.
        case manifest
    }
    package var kind: Kind
    /// Relative to the lake.
    package var file: String
    /// From 0, in the file.
    package var row: Int?
    package var aggregate: String?
    package var group: String?
    package var text: String
    /// In how many later rolls the same aggregate and group are wrong, too.
    package var later = 0

    package init(
        _ kind: Kind, file: String, row: Int? = nil, aggregate: String? = nil, group: String? = nil, _ text: String
    ) {
        self.kind = kind
        self.file = file
        self.row = row
        self.aggregate = aggregate
        self.group = group
        self.text = text
    }
}

package struct VerifyReport: Sendable {
    /// Any more are counted, not kept.
    package static let keptFindings = 1000

    package var files = 0
    package var bytes: Int64 = 0
    package var pages = 0
    /// By table.
    package var rows: [String: Int] = [:]
    /// Rolls whose aggregates were recomputed.
    package var rolls = 0
    package var aggregates = 0
    package var predictions = 0
    /// Offsets without a row, if the log may leave some out.
    package var offsetsWithoutRow: Int64 = 0
    /// What the log had removed before it was stored, in the lake's offsets.
    package var gone: [(place: TopicPartition, offsets: ClosedRange<Int64>)] = []
    /// From the first; empty if the lake has one only.
    package var chapters: [LakeChapter] = []
    package var manifestEntries: Int?
    package var manifestFiles: Int?
    /// What was replayed: the board's positions.
    package var positions = Positions()
    package var stored = Positions()
    package var planets = 0
    package var digest = ""
    package var notes: [String] = []
    package private(set) var findings: [VerifyFinding] = []
    package private(set) var findingCount = 0
    private var byGroup: [String: Int] = [:]

    package init() {}

    mutating func add(_ finding: VerifyFinding) {
        if let aggregate = finding.aggregate, let group = finding.group {
            // What is wrong in one roll is wrong in those after it.
            let name = "\(aggregate)\u{0}\(group)"
            if let index = byGroup[name] {
                findings[index].later += 1
                return
            }
            if findings.count < VerifyReport.keptFindings { byGroup[name] = findings.count }
        }
        findingCount += 1
        if findings.count < VerifyReport.keptFindings { findings.append(finding) }
    }

    package var isFine: Bool { findingCount == 0 }
}
