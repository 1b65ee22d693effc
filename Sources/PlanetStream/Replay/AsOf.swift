// An earlier state of the catalogue, as people and programs name it: so many records of partition 0, exact positions, or a moment.
// Not which positions that is in a given lake (AsOfSearch.swift).

import PlanetCore

package enum AsOf: Sendable, Equatable {
    /// The first N records of partition 0 of the discoveries, by offset; of other partitions what had come when the last of them came.
    case offset(Int64)
    /// Exactly these.
    case positions(Positions)
    /// Microseconds since 1970-01-01 UTC: what had come to each partition before its first later record.
    case time(Int64)

    /// "4711", "planet-discoveries/0:4711,planet-rejected/0:3" or "2026-11-24T01:02:03Z".
    package init?(_ text: String) {
        if let offset = Positions.offset(text) {
            self = .offset(offset)
        } else if let time = RFC3339.micros(text) {
            self = .time(time)
        } else if let positions = Positions(text: text) {
            self = .positions(positions)
        } else {
            return nil
        }
    }
}

/// Times as RFC 3339 section 5.6 writes them.
package enum RFC3339 {
    /// Microseconds since 1970-01-01 UTC; further digits are dropped. Nil for anything else, for days that don't exist, and for a leap second
    /// (which the log's clock never shows).
    package static func micros(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 40 else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for byte in bytes[range] {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            return value
        }
        func isByte(_ at: Int, _ characters: String) -> Bool { at < bytes.count && characters.utf8.contains(bytes[at]) }
        // A space is what a plus becomes in a form, so it is none of the separators here.
        guard isByte(4, "-"), isByte(7, "-"), isByte(10, "Tt"), isByte(13, ":"), isByte(16, ":"),
            let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard date.isReal else { return nil }
        var at = 19
        var fraction = 0
        if isByte(at, ".") {
            at += 1
            let first = at
            while at < bytes.count, (0x30...0x39).contains(bytes[at]) {
                if at - first < 6 { fraction = fraction * 10 + Int(bytes[at] - 0x30) }
                at += 1
            }
            guard at > first else { return nil }
            for _ in (at - first)..<max(6, at - first) { fraction *= 10 }
        }
        var zone = 0
        if isByte(at, "Zz") {
            at += 1
        } else {
            // In an address a plus may have become a space.
            guard isByte(at, "+- "), at + 6 == bytes.count, isByte(at + 3, ":"), let hours = number(at + 1..<at + 3),
                let minutes = number(at + 4..<at + 6), hours < 24, minutes < 60
            else { return nil }
            zone = (hours * 60 + minutes) * (bytes[at] == UInt8(ascii: "-") ? -1 : 1)
            at += 6
        }
        guard at == bytes.count else { return nil }
        let seconds = date.days * 86_400 + hour * 3600 + minute * 60 + second - zone * 60
        return Int64(seconds) * 1_000_000 + Int64(fraction)
    }

    /// "2026-11-24T01:02:03.000004Z".
    package static func text(micros: Int64) -> String {
        let days = UTCTime.day(ofMicros: micros)
        let rest = micros - days * UTCTime.microsecondsPerDay
        let seconds = rest / 1_000_000
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return UTCTime.date(days: days) + "T" + padded(seconds / 3600, 2) + ":" + padded(seconds / 60 % 60, 2) + ":"
            + padded(seconds % 60, 2) + "." + padded(rest % 1_000_000, 6) + "Z"
    }
}
