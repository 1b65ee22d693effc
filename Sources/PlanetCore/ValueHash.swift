// The 128-bit hash of a record's canonical JSON, kept instead of the record to tell a duplicate from a revision.
// Not here: what equal records mean (PlanetHistory.swift). Not for signing: the key is public.

/// SipHash-2-4 with 128 bits of output (Aumasson and Bernstein 2012, and the reference code's 128-bit variant), under a fixed key, so
/// that a checkpoint's hashes hold in the next process. Two given records share a hash with probability 2^-128; among the
/// revisions of one planet, the only ones compared, chance plays no part. Who worked hard at a collision could only
/// make his own revision of a planet be taken for a duplicate. A record of 400 bytes costs about 0.2 us and 16 bytes to keep.
package struct ValueHash: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package static let none = ValueHash(high: 0, low: 0)

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package init(of bytes: [UInt8]) { self = bytes.withUnsafeBytes { ValueHash(of: $0) } }

    package init(of bytes: UnsafeRawBufferPointer) {
        self.init(of: bytes, key: (0x706c_616e_6574_6172, 0x6975_6d2d_7661_6c75))
    }

    /// `low` is the first 8 bytes of the digest, `high` the last 8, both little-endian.
    init(of bytes: UnsafeRawBufferPointer, key: (UInt64, UInt64)) {
        var v0 = key.0 ^ 0x736f_6d65_7073_6575
        var v1 = key.1 ^ 0x646f_7261_6e64_6f6d ^ 0xee
        var v2 = key.0 ^ 0x6c79_6765_6e65_7261
        var v3 = key.1 ^ 0x7465_6462_7974_6573

        @inline(__always) func rotate(_ x: UInt64, _ by: UInt64) -> UInt64 { x &<< by | x &>> (64 &- by) }
        @inline(__always) func round() {
            v0 = v0 &+ v1
            v1 = rotate(v1, 13) ^ v0
            v0 = rotate(v0, 32)
            v2 = v2 &+ v3
            v3 = rotate(v3, 16) ^ v2
            v0 = v0 &+ v3
            v3 = rotate(v3, 21) ^ v0
            v2 = v2 &+ v1
            v1 = rotate(v1, 17) ^ v2
            v2 = rotate(v2, 32)
        }
        @inline(__always) func absorb(_ word: UInt64) {
            v3 ^= word
            round()
            round()
            v0 ^= word
        }

        let whole = bytes.count & ~7
        var at = 0
        while at < whole {
            absorb(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
            at += 8
        }
        var last = UInt64(truncatingIfNeeded: bytes.count) &<< 56
        var shift: UInt64 = 0
        while at < bytes.count {
            last |= UInt64(bytes[at]) &<< shift
            shift += 8
            at += 1
        }
        absorb(last)

        v2 ^= 0xee
        for _ in 0..<4 { round() }
        low = v0 ^ v1 ^ v2 ^ v3
        v1 ^= 0xdd
        for _ in 0..<4 { round() }
        high = v0 ^ v1 ^ v2 ^ v3
    }
}
