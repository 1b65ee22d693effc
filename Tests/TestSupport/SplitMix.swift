// Chance that can be had again: the same seed gives the same numbers on every machine.

import Glibc

/// Sebastiano Vigna's SplitMix64. Not for secrets.
package struct SplitMix: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// 0 ..< bound.
    package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

/// For a test that tries another part of its cases in each run: the seed is new each time, belongs into the failure's
/// message, and can be given again in PLANETARIUM_TEST_SEED.
package enum Seed {
    package static let ofThisRun: UInt64 =
        getenv("PLANETARIUM_TEST_SEED").flatMap { UInt64(String(cString: $0)) } ?? .random(in: 0 ... .max)
}
