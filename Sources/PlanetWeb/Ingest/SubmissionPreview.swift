// What a body would do to the catalogue, computed without storing anything: the answer to `?dry_run=true`.

import JSONText
import PlanetCore

struct SubmissionPreview {
    /// Why somebody should look before the records are sent.
    enum Doubt: String {
        /// More columns with values are unknown than used.
        case unknown_columns
        /// Planets would lose a good part of their values.
        case values_lost
    }

    /// Share of the values of replaced planets; fewer lost values raise no doubt.
    private static let shareLost = 0.1
    private static let fewLost = 20

    private let catalogue: Catalogue
    /// Planets changed by the body so far, as they would become.
    private var states: [String: PlanetState] = [:]
    private var changes: [Change: Int] = [:]
    private var refused = 0
    private var lost: [ColumnID: Int] = [:]
    private var valuesBefore = 0
    private var valuesLost = 0

    /// Not data, but this program's notes.
    private static let notes: Set<ColumnID> = [
        .text(.extra), .text(.units_given), .text(.pl_name_given), .number(.rowupdate),
    ]
    private static let columns = Columns.all.map(\.id).filter { !notes.contains($0) }

    init(_ catalogue: Catalogue) { self.catalogue = catalogue }

    mutating func add(_ valid: Validated) {
        var state = states[valid.key] ?? catalogue.row(valid.key)?.state ?? PlanetState()
        let before = state.discovery
        switch state.apply(.discovery(valid.discovery), nil, nil) {
        case .refused: refused += 1
        case .change(let change):
            changes[change, default: 0] += 1
            if let before, let after = state.discovery, change == .revision { compare(before, after) }
            states[valid.key] = state
        }
    }

    private mutating func compare(_ before: Discovery, _ after: Discovery) {
        for column in Self.columns where before.has(column) {
            valuesBefore += 1
            guard !after.has(column) else { continue }
            valuesLost += 1
            lost[column, default: 0] += 1
        }
    }

    private func doubts(_ columns: BodyColumns) -> [Doubt] {
        var doubts: [Doubt] = []
        let unknown = columns.keptAside.count { $0.values > 0 }
        // In a known table the other columns are known, too.
        if columns.dialect == nil, unknown > columns.used.count { doubts.append(.unknown_columns) }
        if valuesLost >= Self.fewLost, Double(valuesLost) > Self.shareLost * Double(valuesBefore) {
            doubts.append(.values_lost)
        }
        return doubts
    }

    func write(to writer: inout JSONWriter, _ columns: BodyColumns) {
        writer.object("changes") {
            for change in Change.allCases { if let count = changes[change] { $0.member(change.rawValue, count) } }
            if refused > 0 { $0.member("refused", refused) }
        }
        writer.member("values_before", valuesBefore)
        writer.member("values_lost", valuesLost)
        writer.object("loses") {
            for column in Self.columns { if let count = lost[column] { $0.member(column.name, count) } }
        }
        writer.array("doubts", doubts(columns).map(\.rawValue))
    }
}

extension Discovery {
    fileprivate func has(_ id: ColumnID) -> Bool {
        switch id {
        case .number(let column): self[column] != nil
        case .text(let column): self[column] != nil
        }
    }
}
