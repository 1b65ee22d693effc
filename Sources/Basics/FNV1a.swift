// FNV-1a, 64 bits (draft-eastlake-fnv): quick, the same in every process. No defence against an adversary (SHA256 is).

package struct FNV1a: Sendable {
    package private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    package init() {}

    package mutating func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }

    package mutating func add(_ bytes: some Sequence<UInt8>) { for byte in bytes { add(byte) } }

    /// For long ones: other modules get no body of a `package` function to compile for their types, `@inlinable` or
    /// not, so that the generic one fetches each byte through tables.
    package mutating func add(_ bytes: UnsafeRawBufferPointer) { for byte in bytes { add(byte) } }
}
