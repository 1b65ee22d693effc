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

    package var count: Int { Int(storage.header) }

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

/// What will be packed.
package struct PackedWriter {
    package private(set) var bytes: [UInt8] = []

    package init(capacity: Int = 64) { bytes.reserveCapacity(capacity) }

    package mutating func byte(_ value: UInt8) { bytes.append(value) }

    package mutating func count(_ value: Int) {
        var rest = UInt64(bitPattern: Int64(value))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    package mutating func integer(_ value: Int64) { count(Int((value << 1) ^ (value >> 63))) }

    package mutating func word(_ value: UInt64) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func text(_ value: String) {
        var value = value
        value.withUTF8 { utf8 in
            count(utf8.count)
            bytes.append(contentsOf: utf8)
        }
    }

    package mutating func append(_ some: some Collection<UInt8>) { bytes.append(contentsOf: some) }

    package var packed: PackedBytes { bytes.withUnsafeBytes { PackedBytes($0) } }
}
