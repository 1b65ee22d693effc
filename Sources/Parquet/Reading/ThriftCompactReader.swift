// Reads Thrift's compact protocol (thrift-compact-protocol.md) out of bytes that may be anything: every length is
// checked against what is there, and nesting is limited. Fields nobody asks for are skipped.

struct ThriftCompactReader {
    typealias WireType = ThriftCompact.WireType

    /// Parquet's own structs go five deep.
    private static let deepest = 24

    private let bytes: ArraySlice<UInt8>
    /// Index of the next byte in `bytes`.
    private(set) var position: Int
    private let place: ParquetError.Place
    /// Where `bytes` begin in the file.
    private let base: Int64
    private var depth = 0

    /// `base` is the offset in the file of the first byte.
    init(_ bytes: ArraySlice<UInt8>, base: Int64, _ place: ParquetError.Place) {
        self.bytes = bytes
        position = bytes.startIndex
        self.base = base
        self.place = place
    }

    /// How many bytes have been read.
    var consumed: Int { position - bytes.startIndex }
    private var left: Int { bytes.endIndex - position }

    func damaged(_ reason: String) -> ParquetError {
        var place = place
        place.offset = base + Int64(consumed)
        return .damaged(place, reason)
    }

    // MARK: Bare values

    private mutating func byte() throws(ParquetError) -> UInt8 {
        guard position < bytes.endIndex else { throw damaged("the metadata ends inside a value") }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func varint() throws(ParquetError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            // The tenth byte has one bit left of the 64.
            guard shift < 63 || (shift == 63 && next <= 1) else { throw damaged("a number longer than 64 bits") }
            value |= UInt64(next & 0x7F) << shift
            if next & 0x80 == 0 { return value }
            shift += 7
        }
    }

    private mutating func zigzag() throws(ParquetError) -> Int64 {
        let value = try varint()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// A length or count, at most as many as there are bytes left.
    private mutating func size() throws(ParquetError) -> Int {
        let size = try varint()
        guard size <= UInt64(left) else { throw damaged("a length of \(size) where \(left) bytes are left") }
        return Int(size)
    }

    // MARK: Values of a field or a list, whose type was read before

    mutating func int64(_ type: WireType) throws(ParquetError) -> Int64 {
        guard type == .int64 || type == .int32 || type == .int16 else {
            throw damaged("a \(type) where a number is expected")
        }
        return try zigzag()
    }

    mutating func int32(_ type: WireType) throws(ParquetError) -> Int32 {
        let value = try int64(type)
        guard let value = Int32(exactly: value) else { throw damaged("\(value) is out of a 32-bit field's range") }
        return value
    }

    mutating func int8(_ type: WireType) throws(ParquetError) -> Int8 {
        guard type == .byte else { throw damaged("a \(type) where a byte is expected") }
        return Int8(bitPattern: try byte())
    }

    /// Of a field: the type is the value.
    func boolean(_ type: WireType) throws(ParquetError) -> Bool {
        switch type {
        case .booleanTrue: return true
        case .booleanFalse: return false
        default: throw damaged("a \(type) where a boolean is expected")
        }
    }

    mutating func binary(_ type: WireType) throws(ParquetError) -> [UInt8] {
        guard type == .binary else { throw damaged("a \(type) where bytes are expected") }
        let size = try size()
        defer { position += size }
        return Array(bytes[position..<position + size])
    }

    mutating func string(_ type: WireType) throws(ParquetError) -> String {
        guard let text = String(validating: try binary(type), as: UTF8.self) else { throw damaged("text isn't UTF-8") }
        return text
    }

    // MARK: Structs and lists

    /// Calls `body` for each field with its number and type; it must read the value or `skip` it.
    mutating func structure(
        _ type: WireType = .structure,
        _ body: (inout ThriftCompactReader, _ field: Int, _ type: WireType) throws(ParquetError) -> Void
    ) throws(ParquetError) {
        guard type == .structure else { throw damaged("a \(type) where a struct is expected") }
        try enter()
        var field: Int64 = 0
        while true {
            let header = try byte()
            if header == 0 { break }
            guard let type = WireType(rawValue: header & 0x0F) else { throw damaged("no type \(header & 0x0F)") }
            field = header >> 4 == 0 ? try zigzag() : field + Int64(header >> 4)
            guard (0...Int64(Int16.max)).contains(field) else { throw damaged("no field \(field)") }
            try body(&self, Int(field), type)
        }
        depth -= 1
    }

    /// The elements of a list, as `read` makes them.
    mutating func list<Element>(
        _ type: WireType, of read: (inout ThriftCompactReader, WireType) throws(ParquetError) -> Element
    ) throws(ParquetError) -> [Element] {
        var elements: [Element] = []
        try list(type) { (thrift, type) throws(ParquetError) in elements.append(try read(&thrift, type)) }
        return elements
    }

    /// Calls `body` for each element with the elements' type.
    mutating func list(
        _ type: WireType, _ body: (inout ThriftCompactReader, _ type: WireType) throws(ParquetError) -> Void
    ) throws(ParquetError) {
        guard type == .list || type == .set else { throw damaged("a \(type) where a list is expected") }
        let header = try byte()
        guard let element = WireType(rawValue: header & 0x0F) else { throw damaged("no type \(header & 0x0F)") }
        // Every element takes a byte at least, so a count beyond what is left is wrong, and never believed.
        let count = header >> 4 == 15 ? try size() : Int(header >> 4)
        guard count <= left else { throw damaged("a list of \(count) where \(left) bytes are left") }
        try enter()
        for _ in 0..<count { try body(&self, element) }
        depth -= 1
    }

    private mutating func enter() throws(ParquetError) {
        depth += 1
        guard depth <= Self.deepest else { throw damaged("nested deeper than \(Self.deepest)") }
    }

    mutating func skip(_ type: WireType) throws(ParquetError) {
        switch type {
        case .booleanTrue, .booleanFalse: break
        case .byte: position += try fixed(1)
        case .int16, .int32, .int64: _ = try varint()
        case .double: position += try fixed(8)
        case .uuid: position += try fixed(16)
        case .binary: position += try size()
        case .structure:
            try structure { (inner, _, type) throws(ParquetError) in try inner.skip(type) }
        case .list, .set:
            try list(type) { (inner, type) throws(ParquetError) in try inner.skipElement(type) }
        case .map:
            let count = try size()
            guard count > 0 else { return }
            let types = try byte()
            guard let key = WireType(rawValue: types >> 4), let value = WireType(rawValue: types & 0x0F) else {
                throw damaged("a map without types")
            }
            try enter()
            for _ in 0..<count {
                try skipElement(key)
                try skipElement(value)
            }
            depth -= 1
        }
    }

    /// A boolean outside a struct is a byte.
    private mutating func skipElement(_ type: WireType) throws(ParquetError) {
        try skip(type == .booleanTrue || type == .booleanFalse ? .byte : type)
    }

    private func fixed(_ count: Int) throws(ParquetError) -> Int {
        guard count <= left else { throw damaged("the metadata ends inside a value") }
        return count
    }
}
