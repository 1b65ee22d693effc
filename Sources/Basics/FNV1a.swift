// FNV-1a, 64 bits (draft-eastlake-fnv): quick, the same in every process. No defence against an adversary (SHA256 is).

package struct FNV1a: Sendable {
    @usableFromInline package internal(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    @inlinable
    package init() {}

    @inlinable
    package mutating func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }

    @inlinable
    package mutating func add(_ bytes: some Sequence<UInt8>) { for byte in bytes { add(byte) } }
}
