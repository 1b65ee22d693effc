// Writes Thrift's compact protocol (thrift-compact-protocol.md), as far as Parquet's headers and footer need it.
// Not a Thrift library: no maps, no sets, no doubles. Reading is ThriftCompactReader's.

struct ThriftCompact {
    /// The types' numbers inside structs and lists.
    enum WireType: UInt8 {
        case booleanTrue = 1
        case booleanFalse = 2
        case byte = 3
        case int16 = 4
        case int32 = 5
        case int64 = 6
        /// Only skipped, as are sets, maps and UUIDs.
        case double = 7
        case binary = 8
        case list = 9
        case set = 10
        case map = 11
        case structure = 12
        case uuid = 13
    }

    private(set) var bytes: [UInt8] = []
    private var lastField: Int16 = 0

    /// A field's header: the distance to the field before it in the high half, or 0 and the number itself.
    private mutating func field(_ id: Int16, _ type: WireType) {
        let delta = id - lastField
        if (1...15).contains(delta) {
            bytes.append(UInt8(delta) << 4 | type.rawValue)
        } else {
            bytes.append(type.rawValue)
            zigzag(Int64(id))
        }
        lastField = id
    }

    private mutating func zigzag(_ value: Int64) {
        bytes.append(varint: UInt64(bitPattern: value << 1 ^ value >> 63))
    }

    mutating func boolean(_ id: Int16, _ value: Bool) { field(id, value ? .booleanTrue : .booleanFalse) }

    mutating func byte(_ id: Int16, _ value: Int8) {
        field(id, .byte)
        bytes.append(UInt8(bitPattern: value))
    }

    mutating func int16(_ id: Int16, _ value: Int16) {
        field(id, .int16)
        zigzag(Int64(value))
    }

    mutating func int32(_ id: Int16, _ value: Int32) {
        field(id, .int32)
        zigzag(Int64(value))
    }

    mutating func int64(_ id: Int16, _ value: Int64) {
        field(id, .int64)
        zigzag(value)
    }

    mutating func binary(_ id: Int16, _ value: [UInt8]) {
        field(id, .binary)
        rawBinary(value)
    }

    mutating func string(_ id: Int16, _ value: String) { binary(id, Array(value.utf8)) }

    private mutating func rawBinary(_ value: [UInt8]) {
        bytes.append(varint: UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    mutating func structure(_ id: Int16, _ body: (inout ThriftCompact) -> Void) {
        field(id, .structure)
        rawStructure(body)
    }

    /// The fields and the stop byte; also the outermost struct.
    mutating func rawStructure(_ body: (inout ThriftCompact) -> Void) {
        let outer = lastField
        lastField = 0
        body(&self)
        bytes.append(0)
        lastField = outer
    }

    private mutating func list(_ id: Int16, _ type: WireType, count: Int) {
        field(id, .list)
        if count < 15 {
            bytes.append(UInt8(count) << 4 | type.rawValue)
        } else {
            bytes.append(0xF0 | type.rawValue)
            bytes.append(varint: UInt64(count))
        }
    }

    mutating func structures<Element>(
        _ id: Int16, _ elements: [Element], _ body: (inout ThriftCompact, Element) -> Void
    ) {
        list(id, .structure, count: elements.count)
        for element in elements { rawStructure { body(&$0, element) } }
    }

    mutating func int32s(_ id: Int16, _ values: [Int32]) {
        list(id, .int32, count: values.count)
        for value in values { zigzag(Int64(value)) }
    }

    mutating func strings(_ id: Int16, _ values: [String]) {
        list(id, .binary, count: values.count)
        for value in values { rawBinary(Array(value.utf8)) }
    }
}
