// Saved state as bytes: integers, texts and doubles in sequence, without names or framing.
// Not a file format: file, version and checksum are the checkpoint's.

package struct StateWriter {
    @usableFromInline package internal(set) var bytes: [UInt8] = []
    /// True: dictionaries are saved sorted, so that equal states give equal bytes. False is quicker.
    package let isOrdered: Bool

    package init(isOrdered: Bool = false) { self.isOrdered = isOrdered }

    /// Zigzag and base-128 groups, least first.
    @inlinable
    package mutating func integer(_ value: Int) {
        var rest = UInt64(bitPattern: Int64(value << 1) ^ Int64(value >> 63))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Eight bytes, the least first.
    @inlinable
    package mutating func word(_ value: UInt64) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    @inlinable
    package mutating func real(_ value: Double) { word(value.bitPattern) }

    @inlinable
    package mutating func text(_ value: String) {
        integer(value.utf8.count)
        bytes.append(contentsOf: value.utf8)
    }

    /// A text's bytes.
    @inlinable
    package mutating func text(_ utf8: UnsafeRawBufferPointer) {
        integer(utf8.count)
        bytes.append(contentsOf: utf8)
    }

    @inlinable
    package mutating func blob(_ value: [UInt8]) {
        integer(value.count)
        bytes.append(contentsOf: value)
    }

    @inlinable
    package mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }

    /// Bytes that another writer has made.
    package mutating func append(_ saved: [UInt8]) { bytes.append(contentsOf: saved) }

    /// Drops what was written and keeps the memory.
    package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}
