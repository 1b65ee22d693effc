// Thrift's binary protocol, strict and unframed, as a Hive metastore speaks it (thrift-binary-protocol.md). Writes and
// reads ThriftValue. Not the socket (HiveSocket.swift), nor Parquet's compact protocol.

/// thrift-rpc.md, "Message exchange".
enum ThriftMessageType: UInt8 {
    case call = 1
    case reply = 2
    case exception = 3
}

struct ThriftWriter {
    private(set) var bytes: [UInt8] = []

    /// A whole message: header and the struct of arguments.
    static func message(_ type: ThriftMessageType, _ name: String, sequence: Int32, _ body: ThriftStruct) -> [UInt8] {
        var writer = ThriftWriter()
        // Version 1 in the upper half, with the sign bit that tells it from a length ("Message", strict encoding).
        writer.integer(0x8001_0000 | UInt32(type.rawValue))
        writer.string(name)
        writer.integer(sequence)
        writer.structure(body)
        return writer.bytes
    }

    mutating func integer(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func string(_ text: String) {
        integer(Int32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func structure(_ value: ThriftStruct) {
        for field in value.fields {
            bytes.append(field.value.type.rawValue)
            integer(field.id)
            self.value(field.value)
        }
        bytes.append(ThriftType.stop.rawValue)
    }

    mutating func value(_ value: ThriftValue) {
        switch value {
        case .bool(let flag): bytes.append(flag ? 1 : 0)
        case .byte(let number): integer(number)
        case .double(let number): integer(number.bitPattern)
        case .i16(let number): integer(number)
        case .i32(let number): integer(number)
        case .i64(let number): integer(number)
        case .string(let text): string(text)
        case .structure(let fields): structure(fields)
        case .map(let key, let element, let pairs):
            bytes.append(key.rawValue)
            bytes.append(element.rawValue)
            integer(Int32(pairs.count))
            for pair in pairs {
                self.value(pair.key)
                self.value(pair.value)
            }
        case .set(let type, let elements), .list(let type, let elements):
            bytes.append(type.rawValue)
            integer(Int32(elements.count))
            for element in elements { self.value(element) }
        }
    }
}

/// Reads bytes that arrive piece by piece. Bounded: a peer that is no metastore can't make it allocate without end.
struct ThriftReader {
    static let mostBytes = 256 << 20
    static let mostDepth = 24

    private var buffer: [UInt8]
    private var position = 0
    /// Bytes of the message so far.
    private var taken = 0
    /// Appends at least one byte, or throws.
    private let more: (inout [UInt8]) throws(HiveError) -> Void

    init(_ bytes: [UInt8] = [], more: @escaping (inout [UInt8]) throws(HiveError) -> Void) {
        buffer = bytes
        self.more = more
    }

    struct Message: Equatable {
        var type: ThriftMessageType
        var name: String
        var sequence: Int32
        var body: ThriftStruct
    }

    mutating func message() throws(HiveError) -> Message {
        taken = 0
        let head: UInt32 = try integer()
        guard head & 0xFFFF_0000 == 0x8001_0000, let type = ThriftMessageType(rawValue: UInt8(head & 0xFF)) else {
            throw .nonsense(
                "an answer that is not Thrift's binary protocol (is this a metastore's port, without TLS and SASL?)")
        }
        let name = try string()
        let sequence: Int32 = try integer()
        return Message(type: type, name: name, sequence: sequence, body: try structure(0))
    }

    private mutating func need(_ count: Int) throws(HiveError) {
        guard taken + count <= Self.mostBytes else {
            throw .nonsense("an answer of more than \(Self.mostBytes) bytes")
        }
        while buffer.count - position < count {
            if position > 0 {
                buffer.removeFirst(position)
                position = 0
            }
            try more(&buffer)
        }
        taken += count
    }

    private mutating func integer<Number: FixedWidthInteger>() throws(HiveError) -> Number {
        let width = MemoryLayout<Number>.size
        try need(width)
        var number: Number = 0
        for _ in 0..<width {
            number =
                width == 1
                ? Number(truncatingIfNeeded: buffer[position])
                : number << 8 | Number(truncatingIfNeeded: buffer[position])
            position += 1
        }
        return number
    }

    private mutating func string() throws(HiveError) -> String {
        let count = try length()
        try need(count)
        defer { position += count }
        return String(decoding: buffer[position..<position + count], as: UTF8.self)
    }

    private mutating func length() throws(HiveError) -> Int {
        let count: Int32 = try integer()
        guard count >= 0, Int(count) <= Self.mostBytes else { throw .nonsense("a length of \(count)") }
        return Int(count)
    }

    private mutating func type() throws(HiveError) -> ThriftType {
        let code: UInt8 = try integer()
        guard let type = ThriftType(rawValue: code) else { throw .nonsense("an unknown Thrift type, \(code)") }
        return type
    }

    private mutating func structure(_ depth: Int) throws(HiveError) -> ThriftStruct {
        var fields = ThriftStruct()
        while true {
            let type = try type()
            if type == .stop { return fields }
            let id: Int16 = try integer()
            fields.fields.append(ThriftStruct.Field(id: id, value: try value(type, depth + 1)))
        }
    }

    private mutating func value(_ type: ThriftType, _ depth: Int) throws(HiveError) -> ThriftValue {
        guard depth <= Self.mostDepth else { throw .nonsense("values nested more than \(Self.mostDepth) deep") }
        switch type {
        case .stop: throw .nonsense("a value without a type")
        case .bool:
            let byte: UInt8 = try integer()
            return .bool(byte != 0)
        case .byte: return .byte(try integer())
        case .double: return .double(Double(bitPattern: try integer()))
        case .i16: return .i16(try integer())
        case .i32: return .i32(try integer())
        case .i64: return .i64(try integer())
        case .string: return .string(try string())
        case .structure: return .structure(try structure(depth))
        case .map:
            // An empty map may lack types.
            let key = try self.type()
            let element = try self.type()
            var pairs: [ThriftPair] = []
            for _ in 0..<(try length()) {
                let name = try value(key, depth + 1)
                pairs.append(ThriftPair(key: name, value: try value(element, depth + 1)))
            }
            return .map(key: key, value: element, pairs)
        case .set, .list:
            let element = try self.type()
            var elements: [ThriftValue] = []
            for _ in 0..<(try length()) { elements.append(try value(element, depth + 1)) }
            return type == .set ? .set(element, elements) : .list(element, elements)
        }
    }
}
