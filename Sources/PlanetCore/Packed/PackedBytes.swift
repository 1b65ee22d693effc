// Bytes on the heap that never change, shared by all copies. An array would take twelve bytes more for each planet, and
// as much again as it holds where it has grown.

package struct PackedBytes: @unchecked Sendable, Equatable {
    private let storage: ManagedBuffer<UInt32, UInt8>

    package static let empty = PackedBytes(0) { _ in }

    /// `fill` sets every one of them.
    init(_ count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void) {
        precondition(count <= Int(UInt32.max), "BUG: a packed value of \(count) bytes")
        storage = ManagedBuffer<UInt32, UInt8>.create(minimumCapacity: count) { _ in UInt32(count) }
        storage.withUnsafeMutablePointerToElements { fill(UnsafeMutableRawBufferPointer(start: $0, count: count)) }
    }

    package init(_ bytes: UnsafeRawBufferPointer) {
        self.init(bytes.count) { $0.copyMemory(from: bytes) }
    }

    /// The one behind the other.
    init(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) {
        self.init(first.count + second.count) { bytes in
            bytes.copyMemory(from: first)
            UnsafeMutableRawBufferPointer(rebasing: bytes[first.count...]).copyMemory(from: second)
        }
    }

    package var count: Int { Int(storage.withUnsafeMutablePointerToHeader { $0.pointee }) }

    package static func == (a: PackedBytes, b: PackedBytes) -> Bool {
        a.withBytes { mine in b.withBytes { mine.isEqual(to: $0) } }
    }

    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        storage.withUnsafeMutablePointers { count, bytes in
            body(UnsafeRawBufferPointer(start: bytes, count: Int(count.pointee)))
        }
    }
}

/// Reads packed bytes in their order. Beyond their end it reads zeros and says so: damaged ones do no harm.
package struct PackedCursor {
    private let bytes: UnsafeRawBufferPointer
    package private(set) var at: Int
    package private(set) var isPastEnd = false

    package init(_ bytes: UnsafeRawBufferPointer, at: Int = 0) {
        self.bytes = bytes
        self.at = at
    }

    package var isAtEnd: Bool { at == bytes.count }

    /// Where `count` bytes begin that are passed over; nil beyond the end.
    package mutating func skip(_ count: Int) -> Int? {
        guard count >= 0, count <= bytes.count - at else {
            isPastEnd = true
            return nil
        }
        at += count
        return at - count
    }

    package mutating func byte() -> UInt8 { skip(1).map { bytes[$0] } ?? 0 }

    /// Base-128 groups, the least first.
    package mutating func count() -> Int {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 64 {
            let byte = byte()
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { break }
            shift += 7
        }
        return Int(truncatingIfNeeded: value)
    }

    /// The same of a number that may be below 0: zigzag.
    package mutating func integer() -> Int64 {
        let value = UInt64(bitPattern: Int64(count()))
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    package mutating func word() -> UInt64 {
        skip(8).map { UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)) } ?? 0
    }

    package mutating func text() -> String {
        let length = count()
        guard let start = skip(length) else { return "" }
        return String(decoding: bytes[start..<start + length], as: UTF8.self)
    }
}

/// Writes what will be packed into memory that was made for the most that it can be.
package struct PackedWriter {
    private let bytes: UnsafeMutableRawBufferPointer
    package private(set) var at: Int

    /// No more are written by `byte`, `word`, and `count` or `integer`.
    package static let mostOfByte = 1
    package static let mostOfWord = 8
    package static let mostOfCount = 10

    package init(_ bytes: UnsafeMutableRawBufferPointer, at: Int = 0) {
        self.bytes = bytes
        self.at = at
    }

    private mutating func take(_ count: Int) -> Int {
        precondition(count <= bytes.count - at, "BUG: more than the most")
        at += count
        return at - count
    }

    package mutating func byte(_ value: UInt8) { bytes[take(1)] = value }

    package mutating func count(_ value: Int) {
        var rest = UInt64(bitPattern: Int64(value))
        while rest >= 0x80 {
            byte(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        byte(UInt8(rest))
    }

    package mutating func integer(_ value: Int64) { count(Int((value << 1) ^ (value >> 63))) }

    package mutating func word(_ value: UInt64) {
        bytes.storeBytes(of: value.littleEndian, toByteOffset: take(8), as: UInt64.self)
    }

    package mutating func text(_ value: String) {
        count(value.utf8.count)
        append(value)
    }

    /// Without its length.
    package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    package mutating func append(_ some: UnsafeRawBufferPointer) {
        let start = take(some.count)
        UnsafeMutableRawBufferPointer(rebasing: bytes[start..<at]).copyMemory(from: some)
    }

    /// Without what comes behind it.
    package mutating func append(_ number: UInt64, width: Int) {
        precondition(8 <= bytes.count - at, "BUG: more than the most")
        bytes.storeBytes(of: number.littleEndian, toByteOffset: at, as: UInt64.self)
        at += width
    }
}
