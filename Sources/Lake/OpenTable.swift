// One table's file while a roll is open: rows in memory, encoded bytes waiting, and the aside file. Bounded: one row
// group of rows and one of bytes. Every step may fail and be repeated from where it stopped.

import Basics
import Parquet

/// A table of the lake: its folder's name and the shape of its files.
package struct LakeTable: Sendable {
    package var name: String
    package var schema: Schema
    package var options: WriterOptions
    package init(_ name: String, _ schema: Schema, _ options: WriterOptions = WriterOptions()) {
        self.name = name
        self.schema = schema
        self.options = options
    }
}

final class OpenTable {
    let table: LakeTable
    private let store: any FileStore
    private let asidePath: String
    private let file: any AsideFile
    private var writer: ParquetWriter
    private var rows: RowBatch
    /// Encoded, but not yet accepted by the store.
    private var waiting: [UInt8] = []
    private var waitingStart = 0
    /// Of the bytes that the store has accepted.
    private let digest = SHA256()
    /// Known once the file is synced.
    private(set) var sha256 = ""
    private(set) var rowCount = 0
    private var isSynced = false
    private var isRenamed = false
    private(set) var isNameDurable = false

    init(_ table: LakeTable, asidePath: String, in store: any FileStore) throws(LakeError) {
        self.table = table
        self.store = store
        self.asidePath = asidePath
        file = try store.create(asidePath)
        writer = ParquetWriter(table.schema, table.options)
        rows = RowBatch(table.schema)
    }

    /// Whether others see the file.
    var isVisible: Bool { isRenamed }

    /// The size of the file so far, with what waits in memory.
    var bytes: Int64 { writer.length + Int64(rows.estimatedBytes) }

    /// Takes the rows without writing. Encodes a row group once it is full.
    func add(_ batch: RowBatch) throws(ParquetError) {
        guard !batch.isEmpty else { return }
        rowCount += batch.rowCount
        if rows.isEmpty && table.options.isFull(batch) {
            try encode(batch)
        } else {
            rows.append(contentsOf: batch)
            if table.options.isFull(rows) {
                try encode(rows)
                rows.removeAll()
            }
        }
    }

    private func encode(_ batch: RowBatch) throws(ParquetError) {
        try writer.write(batch)
        take()
    }

    private func take() {
        waiting.removeFirst(waitingStart)
        waitingStart = 0
        if waiting.isEmpty { waiting = writer.take() } else { waiting.append(contentsOf: writer.take()) }
    }

    /// Gives the store the waiting bytes.
    func drain() throws(LakeError) {
        guard waitingStart < waiting.count else { return }
        let before = file.length
        var failure: LakeError?
        waiting.withUnsafeBytes { bytes in
            do throws(LakeError) {
                try file.append(UnsafeRawBufferPointer(rebasing: bytes[waitingStart...]))
            } catch {
                failure = error
            }
        }
        let taken = Int(file.length - before)
        waiting.withUnsafeBytes {
            digest.add(UnsafeRawBufferPointer(rebasing: $0[waitingStart..<waitingStart + taken]))
        }
        waitingStart += taken
        if let failure { throw failure }
        waiting = []
        waitingStart = 0
    }

    /// Encodes the last rows and the footer.
    func finish() throws(ParquetError) {
        guard !writer.isFinished else { return }
        try writer.write(rows)
        rows.removeAll()
        writer.finish()
        take()
    }

    /// Returns once the whole file is on disk.
    func sync() throws(LakeError) {
        guard !isSynced else { return }
        try drain()
        try file.sync()
        file.close()
        sha256 = digest.hex()
        isSynced = true
    }

    func rename(to path: LakePath, replacing: Bool) throws(LakeError) {
        if !isRenamed {
            try store.rename(asidePath, to: path.path, replacing: replacing)
            isRenamed = true
        }
        try store.syncFolder(path.folder)
        isNameDurable = true
    }

    /// Leaves the file where it is.
    func close() { file.close() }

    /// Removes what was written, under either name.
    func discard(_ path: LakePath) throws(LakeError) {
        file.close()
        do { try store.delete(isRenamed ? path.path : asidePath) } catch .notFound {}
    }
}
