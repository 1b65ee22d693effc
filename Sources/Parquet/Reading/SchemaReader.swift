// The schema in a footer: elements in depth-first order (parquet.thrift, SchemaElement), and the columns made of them.
// A column we can't read is named with the reason, and doesn't keep the others from being read.

struct SchemaElement {
    /// parquet.thrift, Type. Nil: a group.
    var type: Int32?
    /// 0 required, 1 optional, 2 repeated.
    var repetition: Int32?
    var name = ""
    var children: Int32 = 0
    var converted: Int32?
    var logical: LogicalType?

    init(_ thrift: inout ThriftCompactReader, _ type: ThriftCompact.WireType) throws(ParquetError) {
        var isNamed = false
        try thrift.structure(type) { (thrift, field, wire) throws(ParquetError) in
            switch field {
            case 1: self.type = try thrift.int32(wire)
            case 3: repetition = try thrift.int32(wire)
            case 4:
                name = try thrift.string(wire)
                isNamed = true
            case 5: children = try thrift.int32(wire)
            case 6: converted = try thrift.int32(wire)
            case 10: logical = try LogicalType(&thrift, wire)
            default: try thrift.skip(wire)
            }
        }
        guard isNamed else { throw thrift.damaged("an element of the schema without a name") }
    }
}

/// parquet.thrift, LogicalType: as far as we tell them apart.
enum LogicalType: Equatable {
    case string
    case date
    case timestamp(isUTC: Bool, unit: Int)
    case integer(bits: Int8, isSigned: Bool)
    case other(Int)

    init(_ thrift: inout ThriftCompactReader, _ type: ThriftCompact.WireType) throws(ParquetError) {
        var logical = LogicalType.other(0)
        try thrift.structure(type) { (thrift, field, type) throws(ParquetError) in
            switch field {
            // STRING, ENUM and JSON are all text.
            case 1, 4, 12:
                logical = .string
                try thrift.skip(type)
            case 6:
                logical = .date
                try thrift.skip(type)
            case 8:
                var isUTC = false
                var unit = 0
                try thrift.structure(type) { (thrift, field, type) throws(ParquetError) in
                    switch field {
                    case 1: isUTC = try thrift.boolean(type)
                    case 2:
                        try thrift.structure(type) { (thrift, field, type) throws(ParquetError) in
                            unit = field
                            try thrift.skip(type)
                        }
                    default: try thrift.skip(type)
                    }
                }
                logical = .timestamp(isUTC: isUTC, unit: unit)
            case 10:
                var bits: Int8 = 0
                var isSigned = false
                try thrift.structure(type) { (thrift, field, type) throws(ParquetError) in
                    switch field {
                    case 1: bits = try thrift.int8(type)
                    case 2: isSigned = try thrift.boolean(type)
                    default: try thrift.skip(type)
                    }
                }
                logical = .integer(bits: bits, isSigned: isSigned)
            default:
                logical = .other(field)
                try thrift.skip(type)
            }
        }
        self = logical
    }
}

/// A readable column of the file, and which of a row group's chunks is its.
struct LeafColumn {
    var column: Schema.Column
    var chunk: Int
}

struct SchemaReader {
    private(set) var name = ""
    private(set) var columns: [LeafColumn] = []
    private(set) var unsupported: [ParquetFile.UnsupportedColumn] = []
    /// Chunks of a row group, nested columns' too.
    private(set) var leaves = 0

    init(_ elements: [SchemaElement], _ place: ParquetError.Place) throws(ParquetError) {
        guard let root = elements.first, root.type == nil else {
            throw .damaged(place, "the schema has no root")
        }
        name = root.name
        var at = 1
        var names: Set<String> = []
        for _ in 0..<max(0, root.children) {
            guard at < elements.count else { throw .damaged(place, "the schema ends early") }
            let element = elements[at]
            let firstLeaf = leaves
            try walk(elements, &at, depth: 1, place)
            guard names.insert(element.name).inserted else {
                throw .unsupported(place, "two columns named \(element.name)")
            }
            guard element.repetition != nil else {
                throw .damaged(place, "\(element.name) is neither required nor optional")
            }
            switch Self.column(element) {
            case .success(let column): columns.append(.init(column: column, chunk: firstLeaf))
            case .failure(let reason): unsupported.append(.init(name: element.name, reason: reason.text))
            }
        }
        guard at == elements.count else { throw .damaged(place, "elements of the schema that belong to no column") }
    }

    /// Skips an element and those below it, and counts the leaves.
    private mutating func walk(
        _ elements: [SchemaElement], _ at: inout Int, depth: Int, _ place: ParquetError.Place
    ) throws(ParquetError) {
        guard at < elements.count else { throw .damaged(place, "the schema ends early") }
        guard depth < 64 else { throw .unsupported(place, "a schema nested deeper than 64") }
        let element = elements[at]
        at += 1
        guard element.type == nil else {
            guard element.children == 0 else { throw .damaged(place, "a leaf of the schema has children") }
            leaves += 1
            return
        }
        for _ in 0..<max(0, element.children) { try walk(elements, &at, depth: depth + 1, place) }
    }

    private struct Reason: Error { var text: String }

    private static func column(_ element: SchemaElement) -> Result<Schema.Column, Reason> {
        guard let type = element.type else { return .failure(Reason(text: "nested")) }
        guard let repetition = element.repetition, repetition != 2 else { return .failure(Reason(text: "repeated")) }
        guard repetition == 0 || repetition == 1 else { return .failure(Reason(text: "repetition \(repetition)")) }
        return valueType(type, element.converted, element.logical).map {
            .init(element.name, $0, optional: repetition == 1)
        }
    }

    /// LogicalTypes.md. Where both annotations are there they must agree.
    private static func valueType(
        _ type: Int32, _ converted: Int32?, _ logical: LogicalType?
    ) -> Result<Schema.ValueType, Reason> {
        let physical = ["BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"]
        func unsupported() -> Result<Schema.ValueType, Reason> {
            var text = physical.indices.contains(Int(type)) ? physical[Int(type)] : "type \(type)"
            if let logical {
                text += " as \(logical)"
            } else if let converted {
                text += " as converted type \(converted)"
            }
            return .failure(Reason(text: text))
        }
        switch (PhysicalType(rawValue: type), logical, converted) {
        case (.boolean, nil, nil): return .success(.boolean)
        case (.double, nil, nil): return .success(.double)
        // Unsigned ones below 32 bits fit, too. Converted: 11, 12 unsigned of 8, 16 bits; 15 to 17 signed of 8 to 32.
        case (.int32, nil, nil), (.int32, nil, 11), (.int32, nil, 12), (.int32, nil, 15), (.int32, nil, 16),
            (.int32, nil, 17):
            return .success(.int32)
        case (.int32, .integer(let bits, let isSigned), _) where bits < 32 || isSigned: return .success(.int32)
        case (.int32, .date, nil), (.int32, .date, 6), (.int32, nil, 6): return .success(.date)
        case (.int64, nil, nil), (.int64, nil, 18), (.int64, .integer(64, true), _): return .success(.int64)
        case (.int64, .timestamp(true, 2), nil), (.int64, .timestamp(true, 2), 10), (.int64, nil, 10):
            return .success(.timestampMicros)
        case (.byteArray, nil, nil): return .success(.bytes)
        // UTF8, ENUM, JSON.
        case (.byteArray, .string, nil), (.byteArray, .string, 0), (.byteArray, .string, 4), (.byteArray, .string, 19),
            (.byteArray, nil, 0), (.byteArray, nil, 4), (.byteArray, nil, 19):
            return .success(.string)
        default: return unsupported()
        }
    }
}
