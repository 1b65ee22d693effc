// Turns rows of `discoveries` and `rejected` back into what they were made from: a discovery with its key and rules, a
// reject with its rules. TableCursor.swift orders them.

import JSONText
import Parquet
import PlanetCore

/// Reads discoveries from a row group's columns. Use one per replay: it keeps texts shared by many rows once.
struct DiscoveryRows {
    private enum Kind {
        case real, integer, date, boolean
    }
    /// Columns without a value in this row group are left out.
    private var numbers: [(column: NumberColumn, kind: Kind, values: ColumnValues)] = []
    private var texts: [(column: TextColumn, values: ColumnValues)] = []
    private var draft = DiscoveryDraft()
    private var cache = TextCache()

    /// `columns`: those of the table's schema; `first`: the index of the first of `Columns.all`.
    mutating func take(_ columns: [ColumnValues], first: Int) {
        numbers.removeAll(keepingCapacity: true)
        texts.removeAll(keepingCapacity: true)
        for (index, column) in Columns.all.enumerated() {
            let values = columns[first + index]
            guard values.buffer.nullCount < values.count else { continue }
            switch column.id {
            case .text(let id): texts.append((id, values))
            case .number(let id):
                let kind: Kind =
                    switch column.type {
                    case .integer, .flag: .integer
                    case .date: .date
                    case .boolean: .boolean
                    case .real, .text: .real
                    }
                numbers.append((id, kind, values))
            }
        }
    }

    mutating func discovery(at row: Int) -> Discovery {
        draft.clear()
        for (column, kind, values) in numbers {
            switch kind {
            case .real: if let value = values.double(at: row) { draft[column] = value }
            case .integer: if let value = values.int64(at: row) { draft[column] = Double(value) }
            case .date: if let value = values.int32(at: row) { draft[column] = Double(value) }
            case .boolean: if let value = values.boolean(at: row) { draft[column] = value ? 1 : 0 }
            }
        }
        for (column, values) in texts {
            if let text = values.withBytes(at: row, { cache.string($0) }) { draft[column] = text }
        }
        return draft.discovery
    }

    /// The planet's name, or an alias record's.
    func name(at row: Int) -> String? {
        texts.first { $0.column == .pl_name }?.values.string(at: row)
    }
}

/// Reads arrays of texts such as `["unusual_value"]`; the same few recur.
struct RuleLists: ~Copyable {
    private static let places = 256
    private var known: [String: [String]] = [:]
    private var reader = JSONReader()

    /// Nil: not an array of texts.
    mutating func read(_ json: String) -> [String]? {
        if let rules = known[json] { return rules }
        var rules: [String]? = []
        var text = json
        text.withUTF8 { bytes in
            guard let elements = try? reader.readArray(UnsafeRawBufferPointer(bytes)) else {
                rules = nil
                return
            }
            for element in elements {
                guard element.kind == .string else {
                    rules = nil
                    return
                }
                rules?.append(element.string)
            }
        }
        if known.count == RuleLists.places { known.removeAll(keepingCapacity: true) }
        known[json] = rules
        return rules
    }
}
