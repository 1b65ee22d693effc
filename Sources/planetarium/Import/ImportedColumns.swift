// Which columns of the file were used, kept aside or left out: reported once, at the end of an import.

import JSONText

struct ImportedColumns {
    /// How many of each kind are shown.
    private static let most = 40

    private struct Column {
        var line: String
        var values: Int
    }
    private var kinds: [String: [String: Column]] = [:]
    private var order: [String: [String]] = [:]

    private static let titles = [
        ("used", "columns used"), ("kept_aside", "kept aside, under extra"), ("ignored", "left out"),
    ]

    /// Adds the member `columns` of an answer.
    mutating func add(_ json: [UInt8]) {
        var reader = JSONReader(limits: JSONLimits(fields: 4096, depth: 16, bytes: 64 << 20))
        for (kind, _) in ImportedColumns.titles {
            let list = json.withUnsafeBytes { bytes -> [UInt8] in
                guard let fields = try? reader.readObject(bytes) else { return [] }
                for field in fields where String(decoding: field.key, as: UTF8.self) == kind {
                    return Array(field.text)
                }
                return []
            }
            list.withUnsafeBytes { bytes in
                guard let elements = try? reader.splitArray(bytes, maxElements: 100_000) else { return }
                for element in elements { add(kind, UnsafeRawBufferPointer(rebasing: bytes[element]), &reader) }
            }
        }
    }

    private mutating func add(_ kind: String, _ object: UnsafeRawBufferPointer, _ reader: inout JSONReader) {
        guard let fields = try? reader.readObject(object) else { return }
        var texts: [String: String] = [:]
        for field in fields {
            texts[String(decoding: field.key, as: UTF8.self)] = String(decoding: field.text, as: UTF8.self)
        }
        guard let name = texts["name"] else { return }
        var line = name
        if let column = texts["column"], column != name { line += " as \(column)" }
        if texts["unit_assumed"] != nil, let unit = texts["unit"] { line += " (unit assumed: \(unit))" }
        if kinds[kind]?[name] == nil {
            kinds[kind, default: [:]][name] = Column(line: line, values: 0)
            order[kind, default: []].append(name)
        }
        kinds[kind]?[name]?.values += texts["values"].flatMap { Int($0) } ?? 0
    }

    /// A line for each kind of column that the file has.
    var lines: [String] {
        ImportedColumns.titles.compactMap { kind, title in
            let columns = (order[kind] ?? []).compactMap { kinds[kind]?[$0] }
            guard !columns.isEmpty else { return nil }
            let shown = columns.prefix(ImportedColumns.most).map { column in
                kind == "used" ? column.line : "\(column.line): \(column.values) values"
            }
            let more = columns.count > shown.count ? ", and \(columns.count - shown.count) more" : ""
            return "\(title): \(shown.joined(separator: ", "))\(more)"
        }
    }
}
