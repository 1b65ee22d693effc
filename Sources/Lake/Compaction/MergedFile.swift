// Merges one table's files into one, an input at a time: reads each whole, checks its hash, and adds its rows in order.
// Older schemas grow into the newest. CompactionSwitch.swift moves the result from its staged place.

import Basics
import Parquet

final class MergedFile {
    let path: LakePath
    private let inputs: [ManifestFile]
    private let staged: String
    private let store: any FileStore
    private var schema: Schema?
    private var options = WriterOptions()
    /// The number of footers read.
    private var known = 0
    private var open: OpenTable?
    /// The number of inputs whose rows are in.
    private var merged = 0
    private(set) var result: ManifestFile?

    init(_ path: LakePath, _ inputs: [ManifestFile], staged: String, in store: any FileStore) {
        self.path = path
        self.inputs = inputs
        self.staged = staged
        self.store = store
    }

    /// Reads one input's footer, adds one input's rows, or finishes. True once `result` is there.
    func step() throws(LakeError) -> Bool {
        if result != nil { return true }
        if known < inputs.count {
            let input = inputs[known]
            let source = BytesElsewhere(length: input.bytes) { [store] in
                try store.read(input.path.path, offset: $0, count: $1)
            }
            let file: ParquetFile
            do throws(ParquetError) { file = try ParquetFile(source) } catch {
                throw Self.unreadable(input, "\(error)")
            }
            try grow(file, input)
            known += 1
            return false
        }
        guard let schema else { preconditionFailure("BUG: nothing to merge") }
        let open: OpenTable
        if let opened = self.open {
            open = opened
        } else {
            open = try OpenTable(LakeTable(path.table, schema, options), asidePath: staged, in: store)
            self.open = open
        }
        try open.drain()
        if merged < inputs.count {
            try add(inputs[merged], schema, open)
            merged += 1
            return false
        }
        do throws(ParquetError) { try open.finish() } catch {
            throw .inconsistent("cannot encode rows of \(path.path): \(error)")
        }
        try open.sync()
        result = ManifestFile(path, rows: open.rowCount, bytes: open.bytes, sha256: open.sha256)
        return true
    }

    func abandon() { open?.close() }

    private func add(_ input: ManifestFile, _ schema: Schema, _ open: OpenTable) throws(LakeError) {
        let bytes = try store.read(input.path.path, offset: 0, count: Int(input.bytes) + 1)
        // A changed file must not get a fresh hash.
        guard bytes.count == input.bytes, SHA256.hex(bytes) == input.sha256 else {
            throw .inconsistent(
                "\(input.path.path) is not as it was written (its SHA-256 differs): it is not compacted")
        }
        // Read it all before adding any: an error leaves the merged file unchanged.
        var batches: [RowBatch] = []
        do throws(ParquetError) {
            let file = try ParquetFile(bytes: bytes)
            for group in file.rowGroups.indices { batches.append(try file.read(rowGroup: group, as: schema)) }
        } catch { throw Self.unreadable(input, "\(error)") }
        let rows = batches.reduce(0) { $0 + $1.rowCount }
        guard rows == input.rows else {
            throw Self.unreadable(input, "\(rows) rows, \(input.rows.map { "\($0)" } ?? "null") are recorded")
        }
        for batch in batches {
            do throws(ParquetError) { try open.add(batch) } catch {
                throw .inconsistent("cannot encode rows of \(path.path): \(error)")
            }
        }
    }

    /// The columns of all inputs: the newest's in order, then those of older ones alone. A column that some lack
    /// becomes optional.
    private func grow(_ file: ParquetFile, _ input: ManifestFile) throws(LakeError) {
        guard file.unsupportedColumns.isEmpty else { throw Self.unreadable(input, "columns of unknown types") }
        options.metadata = file.metadata
        guard let before = schema, before != file.schema else {
            schema = file.schema
            return
        }
        var columns: [Schema.Column] = []
        for column in file.schema.columns {
            guard let index = before.index(of: column.name) else {
                columns.append(.init(column.name, column.type, optional: true))
                continue
            }
            let older = before.columns[index]
            let type: Schema.ValueType
            switch (older.type, column.type) {
            case (let a, let b) where a == b: type = a
            case (.int32, .int64), (.int64, .int32): type = .int64
            default: throw Self.unreadable(input, "column \(column.name) has another type than in files before")
            }
            columns.append(.init(column.name, type, optional: older.isOptional || column.isOptional))
        }
        for column in before.columns where file.schema.index(of: column.name) == nil {
            columns.append(.init(column.name, column.type, optional: true))
        }
        schema = Schema(file.schema.name, columns)
    }

    private static func unreadable(_ input: ManifestFile, _ reason: String) -> LakeError {
        .inconsistent("\(input.path.path) cannot be compacted: \(reason)")
    }
}
