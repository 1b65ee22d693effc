// The time of day for people to read: "2026-11-24T01:02:03.456Z". Nothing in the lake follows from it but the age of a day.

import Threads

package enum WallClock {
    package static var nanoseconds: UInt64 { Clock.wall }

    package static func day(_ nanoseconds: UInt64 = Clock.wall) -> UTCDay {
        UTCDay(micros: Int64(nanoseconds / 1000))
    }

    package static func text(_ nanoseconds: UInt64 = Clock.wall) -> String {
        let milliseconds = Int64(nanoseconds / 1_000_000) % 86_400_000
        let seconds = milliseconds / 1000
        return "\(day(nanoseconds))T\(LakePath.pad(seconds / 3600, 2)):\(LakePath.pad(seconds / 60 % 60, 2)):"
            + "\(LakePath.pad(seconds % 60, 2)).\(LakePath.pad(milliseconds % 1000, 3))Z"
    }
}
