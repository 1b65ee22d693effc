// How far apart frames are, by what the last one cost.

import Testing

@testable import PlanetStream

@Suite struct FrameSpacingTests {
    private static let millisecond: UInt64 = 1_000_000

    /// Cost and spacing in milliseconds: a twentieth of the time up to 50 ms between two, then half of it.
    @Test(arguments: [(0, 20), (1, 20), (2, 40), (3, 50), (25, 50), (26, 52), (400, 800)] as [(UInt64, UInt64)])
    func aDearDeltaComesLessOften(cost: UInt64, spacing: UInt64) {
        var frames = FrameSpacing()
        frames.note(.delta, .changes, cost: cost * Self.millisecond)
        #expect(frames.delta == spacing * Self.millisecond)
        // What it cost to merge all anew says nothing of the next.
        frames.note(.delta, .anew, cost: 9_000 * Self.millisecond)
        #expect(frames.delta == spacing * Self.millisecond)
    }

    /// A twentieth of the time up to 10 s between two, then a quarter; never more than one a second.
    @Test(
        arguments: [(0, 1_000), (50, 1_000), (100, 2_000), (500, 10_000), (2_500, 10_000), (3_000, 12_000)]
            as [(UInt64, UInt64)])
    func aDearSnapshotComesLessOften(cost: UInt64, spacing: UInt64) {
        var frames = FrameSpacing()
        frames.note(.snapshot, .changes, cost: cost * Self.millisecond)
        #expect(frames.snapshot == spacing * Self.millisecond)
    }
}
