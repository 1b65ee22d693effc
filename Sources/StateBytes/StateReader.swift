// Reads saved state back. Any bytes give a value or an error: never a crash, never a large allocation.

package enum StateError: Error, Equatable {
    /// The bytes end too early, or hold an impossible value.
    case damaged
}

package struct StateReader {
    @usableFromInline let bytes: [UInt8]
    @usableFromInline var next = 0

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package var isAtEnd: Bool { next == bytes.count }

    @inlinable
    package mutating func byte() throws(StateError) -> UInt8 {
        guard next < bytes.count else { throw .damaged }
        next += 1
        return bytes[next - 1]
    }

    @inlinable
    package mutating func integer() throws(StateError) -> Int {
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

    /// How many things follow. Each takes at least a byte, so a damaged count can't ask for much memory.
    @inlinable
    package mutating func count() throws(StateError) -> Int {
        let count = try integer()
        guard count >= 0, count <= bytes.count - next else { throw .damaged }
        return count
    }

    @inlinable
    package mutating func word() throws(StateError) -> UInt64 {
        guard bytes.count - next >= 8 else { throw .damaged }
        next += 8
        return bytes.withUnsafeBytes {
            UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: next - 8, as: UInt64.self))
        }
    }

    @inlinable
    package mutating func real() throws(StateError) -> Double { Double(bitPattern: try word()) }

    package mutating func blob() throws(StateError) -> [UInt8] {
        let length = try count()
        next += length
        return Array(bytes[(next - length)..<next])
    }

    package mutating func text() throws(StateError) -> String {
        guard let text = try text({ String(validating: $0, as: UTF8.self) }) else { throw .damaged }
        return text
    }

    /// A text's bytes, for callers that make the text themselves.
    @inlinable
    package mutating func text<Text>(_ make: (UnsafeRawBufferPointer) -> Text) throws(StateError) -> Text {
        let length = try count()
        next += length
        return bytes.withUnsafeBytes { make(UnsafeRawBufferPointer(rebasing: $0[(next - length)..<next])) }
    }

    @inlinable
    package mutating func flag() throws(StateError) -> Bool { try byte() != 0 }
}
