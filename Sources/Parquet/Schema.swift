// The names and types of a file's columns. Flat: every column is required or optional, none repeated or nested.
// Not the thrift form of it (FileMetadata.swift).

/// How a value lies in a page (parquet.thrift, Type).
enum PhysicalType: Int32, Sendable {
    case boolean = 0
    case int32 = 1
    case int64 = 2
    case double = 5
    case byteArray = 6

    /// Bytes of one PLAIN value; nil where values differ in length or are bits.
    var width: Int? {
        switch self {
        case .int32: 4
        case .int64, .double: 8
        case .boolean, .byteArray: nil
        }
    }
}

package struct Schema: Sendable, Equatable {
    /// Physical and logical type in one: what the values mean.
    package enum ValueType: Sendable, Equatable {
        case boolean
        case int32
        case int64
        case double
        /// UTF-8 text (STRING).
        case string
        /// Bytes without a meaning of their own.
        case bytes
        /// Days since 1970-01-01 (DATE), as Int32.
        case date
        /// Microseconds since 1970-01-01 UTC (TIMESTAMP, MICROS, adjusted to UTC), as Int64.
        case timestampMicros

        var physical: PhysicalType {
            switch self {
            case .boolean: .boolean
            case .int32, .date: .int32
            case .int64, .timestampMicros: .int64
            case .double: .double
            case .string, .bytes: .byteArray
            }
        }
    }

    package struct Column: Sendable, Equatable {
        package let name: String
        package let type: ValueType
        package let isOptional: Bool
        package init(_ name: String, _ type: ValueType, optional: Bool = false) {
            self.name = name
            self.type = type
            isOptional = optional
        }
    }

    /// The root's name in the file; readers show it, nothing else.
    package let name: String
    package let columns: [Column]

    package init(_ name: String, _ columns: [Column]) {
        precondition(!columns.isEmpty, "BUG: a schema without columns")
        precondition(Set(columns.map(\.name)).count == columns.count, "BUG: two columns of one name in \(name)")
        self.name = name
        self.columns = columns
    }

    package func index(of column: String) -> Int? { columns.firstIndex { $0.name == column } }
}
