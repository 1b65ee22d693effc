// One replay of a lake for its verification: compares rolls as their positions are reached; the first pass also checks
// every row. AggregateCheck.swift and PredictionCheck.swift compare.

import Basics
import Lake
import Parquet
import PlanetCore

final class ReplayPass {
    private let tally = Tally()
    private let witness: RowCheck
    private let replay: LakeReplay
    private let progress: () -> Void

    init(
        _ store: any FileStore, _ files: LakeFiles, _ topics: TopicNames, _ target: Positions, isFirst: Bool,
        isWithoutGaps: Bool, gone: [TopicPartition: [ClosedRange<Int64>]],
        _ progress: @escaping (LakeVerification.Progress) -> Void
    ) {
        let witness = RowCheck(store, files, isFirst: isFirst, isWithoutGaps: isWithoutGaps, gone: gone)
        self.witness = witness
        let tally = tally
        do throws(ReplayError) {
            replay = try LakeReplay(store, topics, files: files, witness: witness) { _ in tally }
        } catch {
            // The files are already listed, and the witness notes faults instead of throwing.
            preconditionFailure("BUG: a replay for verification cannot begin: \(error)")
        }
        let replay = replay
        let total = target.all.reduce(0) { sum, item in
            sum
                + [LakeTables.discoveries.name, LakeTables.rejected.name].reduce(0) { bytes, table in
                    bytes + files.files(table, item.place).reduce(0) { $0 + $1.bytes }
                }
        }
        self.progress = {
            progress(
                LakeVerification.Progress(
                    done: replay.bytesDone, total: total, what: isFirst ? "rows" : "rows again"))
        }
    }

    /// Returns the rolls that lie behind what was already replayed.
    func compare(_ rolls: [StoredRoll], _ check: AggregateCheck, _ report: inout VerifyReport) -> [StoredRoll] {
        var left: [StoredRoll] = []
        var notCompared = 0
        for roll in rolls {
            guard let positions = roll.positions else { continue }
            guard positions.reach(replay.positions) else {
                left.append(roll)
                continue
            }
            advance(to: positions, &report)
            progress()
            if witness.isIncomplete(positions) {
                notCompared += 1
                continue
            }
            do throws(ParquetError) {
                let newest = replay.newest(roll.file.path.place)
                report.aggregates += try check.compare(roll, tally, newest: newest, into: &report)
                report.rolls += 1
            } catch {
                // The page check reports it.
                notCompared += 1
            }
        }
        if notCompared > 0 {
            report.notes.append("\(notCompared) rolls were not recomputed, because rows before them can't be read")
        }
        return left
    }

    /// Replays to the end; returns the tally of everything.
    func finish(_ target: Positions, _ report: inout VerifyReport) -> Tally {
        advance(to: target, &report)
        do throws(ReplayError) {
            try witness.finish(target, &report)
        } catch {
            report.add(VerifyFinding(.file, file: "", "\(error)"))
        }
        return tally
    }

    private func advance(to positions: Positions, _ report: inout VerifyReport) {
        do throws(ReplayError) {
            try replay.advance(to: positions)
        } catch {
            report.add(VerifyFinding(.file, file: "", "\(error)"))
        }
        for finding in witness.take() { report.add(finding) }
    }
}

/// Notes what is wrong with rows.
final class RowCheck: ReplayWitness {
    private let store: any FileStore
    private let files: LakeFiles
    private let isFirst: Bool
    private var findings: [VerifyFinding] = []
    private var predictions: [TopicPartition: PredictionCheck] = [:]
    /// The first offset of each place from which on rows are missing.
    private var losses: [TopicPartition: Int64]
    private var offsetsWithoutRow: Int64 = 0
    /// Whether every offset of the log is a record.
    private let isWithoutGaps: Bool
    /// What the log removed before it was stored.
    private let gone: [TopicPartition: [ClosedRange<Int64>]]

    init(
        _ store: any FileStore, _ files: LakeFiles, isFirst: Bool, isWithoutGaps: Bool,
        gone: [TopicPartition: [ClosedRange<Int64>]]
    ) {
        self.isWithoutGaps = isWithoutGaps
        self.gone = gone
        self.store = store
        self.files = files
        self.isFirst = isFirst
        losses = files.gaps
    }

    func take() -> [VerifyFinding] {
        let all = findings
        findings = []
        return all
    }

    /// Whether rows that these positions need are missing.
    func isIncomplete(_ positions: Positions) -> Bool { losses.contains { positions[$0.key] > $0.value } }

    func found(_ fault: LakeFault) {
        // Overlaps and gaps of files were already reported.
        guard isFirst, !files.faults.contains(fault) else { return }
        findings.append(VerifyFinding(.row, file: fault.file, row: fault.row, fault.text))
    }

    func lost(_ place: TopicPartition, from offset: Int64) {
        losses[place] = min(losses[place] ?? .max, offset)
    }

    func saw(_ record: StoredRecord, _ cursor: borrowing TableCursor) throws(ReplayError) {
        guard isFirst else { return }
        func note(_ text: String) {
            findings.append(VerifyFinding(.row, file: cursor.file.path.path, row: cursor.rowInFile, text))
        }
        let row = cursor.row
        func isText(_ column: Int, _ text: String) -> Bool {
            cursor.columns[column].withBytes(at: row) { $0.elementsEqual(text.utf8) } ?? false
        }
        if !isText(ReplayColumns.change, record.change.rawValue) {
            note(
                "change is \(cursor.columns[ReplayColumns.change].shown(at: row)), recomputed \(record.change.rawValue)"
            )
        }
        if cursor.columns[ReplayColumns.revision].int32(at: row) != Int32(clamping: record.revision) {
            note("revision is \(cursor.columns[ReplayColumns.revision].shown(at: row)), recomputed \(record.revision)")
        }
        if !isText(ReplayColumns.verdict, record.verdict.rawValue) {
            note(
                "verdict is \(cursor.columns[ReplayColumns.verdict].shown(at: row)), recomputed \(record.verdict.rawValue)"
            )
        }
        try predictionCheck(cursor.place).saw(record)
    }

    private func predictionCheck(_ place: TopicPartition) -> PredictionCheck {
        if let known = predictions[place] { return known }
        let check = PredictionCheck(
            store, files.files(PredictionTable.table.name, place), place, RowFaults { [weak self] in self?.found($0) }
        ) { [weak self] in self?.findings.append($0) }
        predictions[place] = check
        return check
    }

    func sawReject(_ rules: [String], at timestamp: Int64, _ cursor: borrowing TableCursor) {}

    func sawNone(_ offsets: ClosedRange<Int64>, before cursor: borrowing TableCursor) {
        guard isFirst else { return }
        offsetsWithoutRow += offsets.upperBound - offsets.lowerBound + 1
        guard isWithoutGaps, losses[cursor.place].map({ $0 > offsets.lowerBound }) ?? true else { return }
        if gone[cursor.place]?.contains(where: { $0.clamped(to: offsets) == offsets }) == true { return }
        findings.append(
            VerifyFinding(
                .offsets, file: cursor.file.path.path, row: cursor.rowInFile,
                "offsets \(offsets.lowerBound) to \(offsets.upperBound) before it have no row"))
    }

    func finish(_ positions: Positions, _ report: inout VerifyReport) throws(ReplayError) {
        for (place, check) in predictions.sorted(by: { $0.key < $1.key }) {
            try check.finish(below: positions[place])
            report.predictions += check.compared
            if check.otherVersions > 0 {
                report.notes.append(
                    "\(check.otherVersions) predictions are of another version of the predictor: they are not recomputed"
                )
            }
        }
        report.offsetsWithoutRow += offsetsWithoutRow
        for finding in take() { report.add(finding) }
    }

    /// The page check reports unreadable files of predictions, and nothing else depends on them.
    private final class RowFaults: FaultListener {
        private let tell: (LakeFault) -> Void
        init(_ tell: @escaping (LakeFault) -> Void) { self.tell = tell }
        func found(_ fault: LakeFault) { if fault.row != nil { tell(fault) } }
        func lost(_ place: TopicPartition, from offset: Int64) {}
    }
}
