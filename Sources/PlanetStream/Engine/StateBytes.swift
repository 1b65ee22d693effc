// Saved state as bytes: integers, texts and doubles one after the other, without names or framing.
// Not a file format: where the bytes go, under which version and checksum, is the checkpoint's affair.

enum StateError: Error, Equatable {
    /// The bytes end too early, or say something that can't be.
    case damaged
}

struct StateWriter {
    private(set) var bytes: [UInt8] = []

    /// Zigzag and base-128 groups, least first.
    mutating func integer(_ value: Int) {
        var rest = UInt64(bitPattern: Int64(value << 1) ^ Int64(value >> 63))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func real(_ value: Double) {
        var bits = value.bitPattern
        for _ in 0..<8 {
            bytes.append(UInt8(truncatingIfNeeded: bits))
            bits >>= 8
        }
    }

    mutating func text(_ value: String) {
        integer(value.utf8.count)
        bytes.append(contentsOf: value.utf8)
    }

    mutating func blob(_ value: [UInt8]) {
        integer(value.count)
        bytes.append(contentsOf: value)
    }

    mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }

    mutating func wide(negative: Bool, _ value: WideInteger) {
        flag(negative)
        integer(value.lowest)
        integer(value.words.count)
        for word in value.words { integer(Int(word)) }
    }
}

struct StateReader {
    private let bytes: [UInt8]
    private var next = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { next == bytes.count }

    mutating func byte() throws(StateError) -> UInt8 {
        guard next < bytes.count else { throw .damaged }
        next += 1
        return bytes[next - 1]
    }

    mutating func integer() throws(StateError) -> Int {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try byte()
            guard shift < 64 else { throw .damaged }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { break }
            shift += 7
        }
        return Int(bitPattern: UInt(value >> 1)) ^ -Int(value & 1)
    }

    /// How many things follow; each takes a byte at least, so a damaged count can't ask for much memory.
    mutating func count() throws(StateError) -> Int {
        let count = try integer()
        guard count >= 0, count <= bytes.count - next else { throw .damaged }
        return count
    }

    mutating func real() throws(StateError) -> Double {
        var bits: UInt64 = 0
        for index in 0..<8 { bits |= UInt64(try byte()) << UInt64(8 * index) }
        return Double(bitPattern: bits)
    }

    mutating func blob() throws(StateError) -> [UInt8] {
        let length = try count()
        next += length
        return Array(bytes[(next - length)..<next])
    }

    mutating func text() throws(StateError) -> String {
        guard let text = String(validating: try blob(), as: UTF8.self) else { throw .damaged }
        return text
    }

    mutating func flag() throws(StateError) -> Bool { try byte() != 0 }

    mutating func wide() throws(StateError) -> (negative: Bool, value: WideInteger) {
        let negative = try flag()
        let lowest = try integer()
        var words: [UInt32] = []
        for _ in 0..<(try count()) {
            guard let word = UInt32(exactly: try integer()) else { throw .damaged }
            words.append(word)
        }
        return (negative, WideInteger(words: words, lowest: lowest))
    }
}
