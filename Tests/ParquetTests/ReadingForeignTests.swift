// Reads the foreign writers' files in the folder PLANETARIUM_PARQUET_IN, and writes what it read of NAME.parquet to
// NAME.read.json, which
// Foreign/test_foreign_writers.py compares with what it wrote. Without the folder there is nothing to do.

import Foundation
import Testing

@testable import Parquet

@Suite struct ReadingForeignTests {
    private static let folder = ProcessInfo.processInfo.environment["PLANETARIUM_PARQUET_IN"]

    @Test(.enabled(if: ReadingForeignTests.folder != nil)) func files() throws {
        let folder = URL(fileURLWithPath: try #require(Self.folder), isDirectory: true)
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "parquet" }
        #expect(!files.isEmpty)
        for url in files {
            let read: [String: Any]
            do {
                let file = try ParquetFile(bytes: [UInt8](Data(contentsOf: url)))
                read = try Self.read(file)
            } catch let error as ParquetError {
                read = ["error": error.description]
            }
            try JSONSerialization.data(withJSONObject: read)
                .write(to: url.deletingPathExtension().appendingPathExtension("read.json"))
        }
    }

    private static func read(_ file: ParquetFile) throws -> [String: Any] {
        var columns: [String: [Any]] = [:]
        for group in file.rowGroups.indices {
            let batch = try file.read(rowGroup: group)
            for (column, values) in zip(file.schema.columns, batch.values) {
                columns[column.name, default: []] += (0..<values.count).map { cell(values, $0) }
            }
        }
        let verification = try file.verify()
        return [
            "rows": file.rowCount, "verified": verification.rows, "groups": file.rowGroups.count, "columns": columns,
            "types": Dictionary(uniqueKeysWithValues: file.schema.columns.map { ($0.name, "\($0.type)") }),
            "unsupported": Dictionary(uniqueKeysWithValues: file.unsupportedColumns.map { ($0.name, $0.reason) }),
        ]
    }

    private static func cell(_ values: ColumnValues, _ row: Int) -> Any {
        if values.isNull(at: row) { return NSNull() }
        switch values.buffer.type {
        case .boolean: return values.boolean(at: row) as Any
        case .int32, .date: return values.int32(at: row) as Any
        case .int64, .timestampMicros: return values.int64(at: row) as Any
        case .double: return String(format: "%016lx", values.double(at: row)?.bitPattern ?? 0)
        case .string, .bytes: return (values.bytes(at: row) ?? []).map { String(format: "%02x", $0) }.joined()
        }
    }
}
