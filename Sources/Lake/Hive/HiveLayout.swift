// What the lake should look like in the metastore: one database, one external table for each of the lake's tables with
// exactly its files' columns, partitioned by dt. Makes the metastore's structs (hive_metastore.thrift of Hive 2.3).

import Basics
import Parquet

/// A column as the metastore stores it: in lower case.
struct HiveColumn: Sendable, Equatable {
    var name: String
    var type: String

    init(_ name: String, _ type: String) {
        self.name = name.lowercased()
        self.type = type.lowercased()
    }
}

package struct HiveLayout: Sendable {
    package let database: String
    /// The lake's URI as Hive and Spark open it, without a trailing slash.
    package let base: String
    package let tables: [LakeTable]
    package let timestamps: Timestamps

    /// The type of a column of microseconds since 1970 in Hive.
    package enum Timestamps: String, Sendable, CaseIterable {
        case timestamp
        /// For Hive 3, which can't read Parquet's 64-bit time stamps as `timestamp`.
        case bigint
    }

    package init(database: String, base: String, tables: [LakeTable], timestamps: Timestamps = .timestamp) {
        self.database = database.lowercased()
        self.base = HiveLayout.plain(base)
        self.tables = tables
        self.timestamps = timestamps
    }

    /// dt is a string to Hive, so that a folder's name is its value.
    static let partitionKey = HiveColumn("dt", "string")
    static let inputFormat = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    static let outputFormat = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
    static let serde = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    static let owner = "planetarium"

    func columns(_ table: LakeTable) -> [HiveColumn] {
        table.schema.columns.map { HiveColumn($0.name, hiveType($0.type)) }
    }

    private func hiveType(_ type: Schema.ValueType) -> String {
        switch type {
        case .boolean: "boolean"
        case .int32: "int"
        case .int64: "bigint"
        case .double: "double"
        case .string: "string"
        case .bytes: "binary"
        case .date: "date"
        case .timestampMicros: timestamps.rawValue
        }
    }

    func location(_ table: String) -> String { "\(base)/\(table)" }
    func location(_ table: String, _ day: UTCDay) -> String { "\(base)/\(LakePath.folder(table: table, day: day))" }

    /// Normalises a location: Hadoop writes "file:/a" for "file:///a", and a trailing slash means nothing.
    static func plain(_ location: String) -> String {
        var text = location
        if text.hasPrefix("file:///") { text = "file:/" + text.dropFirst(8) }
        while text.count > 1, text.hasSuffix("/") { text.removeLast() }
        return text
    }

    // MARK: The metastore's structs

    /// Without a location, so that Hive makes a folder in its own warehouse: DROP DATABASE removes it.
    var databaseStruct: ThriftStruct {
        [
            1: .string(database), 2: .string("Planetarium's lake: external tables, written by Planetarium"),
            4: .texts([:]), 6: .string(Self.owner), 7: .i32(1),  // PrincipalType.USER
        ]
    }

    func tableStruct(_ table: LakeTable) -> ThriftStruct {
        [
            1: .string(table.name), 2: .string(database), 3: .string(Self.owner), 4: .i32(0), 5: .i32(0), 6: .i32(0),
            7: .structure(storage(columns(table), location(table.name))),
            8: .structures([Self.field(Self.partitionKey)]),
            // Old clients read the first marker of an external table, new ones the second.
            9: .texts(["EXTERNAL": "TRUE"]), 12: .string(Self.externalTable),
            14: .bool(false),
        ]
    }

    static let externalTable = "EXTERNAL_TABLE"

    func partitionStruct(_ table: LakeTable, _ day: UTCDay, columns: [HiveColumn]) -> ThriftStruct {
        [
            1: .strings(["\(day)"]), 2: .string(database), 3: .string(table.name), 4: .i32(0), 5: .i32(0),
            6: .structure(storage(columns, location(table.name, day))), 7: .texts([:]),
        ]
    }

    /// StorageDescriptor
    private func storage(_ columns: [HiveColumn], _ location: String) -> ThriftStruct {
        let serde: ThriftStruct = [2: .string(Self.serde), 3: .texts(["serialization.format": "1"])]
        return [
            1: .structures(columns.map(Self.field)), 2: .string(location), 3: .string(Self.inputFormat),
            4: .string(Self.outputFormat), 5: .bool(false), 6: .i32(-1), 7: .structure(serde), 8: .strings([]),
            9: .structures([]), 10: .texts([:]), 12: .bool(false),
        ]
    }

    /// FieldSchema
    static func field(_ column: HiveColumn) -> ThriftStruct { [1: .string(column.name), 2: .string(column.type)] }
}
