// Times as RFC 3339 section 5.6 writes them: read with any zone, written in UTC.

package enum RFC3339 {
    /// "2026-11-24T01:02:03.000004Z" of microseconds since 1970-01-01 UTC.
    package static func text(micros: Int64) -> String { text(micros: micros, fractionDigits: 6) }

    /// "2026-11-24T01:02:03.456Z" of nanoseconds since 1970-01-01 UTC.
    package static func milliseconds(nanoseconds: UInt64) -> String {
        text(micros: Int64(nanoseconds / 1000), fractionDigits: 3)
    }

    private static func text(micros: Int64, fractionDigits: Int) -> String {
        let day = UTCDay(micros: micros)
        let ofDay = Int(micros - Int64(day.days) * UTCDay.micros)
        let seconds = ofDay / 1_000_000
        var fraction = ofDay % 1_000_000
        for _ in fractionDigits..<6 { fraction /= 10 }
        return String(unsafeUninitializedCapacity: 27) { buffer in
            guard let start = UnsafeMutableRawPointer(buffer.baseAddress) else { return 0 }
            CivilDate(days: day.days).write(to: start)
            var at = 10
            for (mark, number, width) in [
                (UInt8(ascii: "T"), seconds / 3600, 2), (UInt8(ascii: ":"), seconds / 60 % 60, 2),
                (UInt8(ascii: ":"), seconds % 60, 2), (UInt8(ascii: "."), fraction, fractionDigits),
            ] {
                buffer[at] = mark
                Digits.write(number, width: width, to: start + at + 1)
                at += 1 + width
            }
            buffer[at] = UInt8(ascii: "Z")
            return at + 1
        }
    }

    /// Microseconds since 1970-01-01 UTC; further digits are dropped. Nil for anything else, for days that don't exist
    /// and for leap seconds, which the log's clock never shows.
    package static func micros(_ text: String) -> Int64? {
        Array(text.utf8).withUnsafeBytes { bytes in
            // A form turns a plus into a space, so a space can't separate date and time here.
            guard bytes.count >= 20, bytes.count <= 40, isByte(bytes, 10, "Tt"), isByte(bytes, 13, ":"),
                isByte(bytes, 16, ":"), let date = CivilDate(UnsafeRawBufferPointer(rebasing: bytes[0..<10])),
                let hour = Digits.value(bytes, 11..<13), let minute = Digits.value(bytes, 14..<16),
                let second = Digits.value(bytes, 17..<19), hour < 24, minute < 60, second < 60
            else { return nil }
            var at = 19
            guard let fraction = fraction(bytes, &at), let zone = zone(bytes, &at), at == bytes.count else {
                return nil
            }
            let seconds = date.days * 86_400 + hour * 3600 + minute * 60 + second - zone * 60
            return Int64(seconds) * 1_000_000 + Int64(fraction)
        }
    }

    /// Microseconds after the point at `at`; 0 without a point, nil if no digit follows it.
    private static func fraction(_ bytes: UnsafeRawBufferPointer, _ at: inout Int) -> Int? {
        guard isByte(bytes, at, ".") else { return 0 }
        at += 1
        let first = at
        var micros = 0
        while at < bytes.count, Digits.isDigit(bytes[at]) {
            if at - first < 6 { micros = micros * 10 + Int(bytes[at] - 0x30) }
            at += 1
        }
        guard at > first else { return nil }
        for _ in (at - first)..<max(6, at - first) { micros *= 10 }
        return micros
    }

    /// Minutes east of UTC: "Z", or hours and minutes with a sign. In an address a plus may have become a space.
    private static func zone(_ bytes: UnsafeRawBufferPointer, _ at: inout Int) -> Int? {
        if isByte(bytes, at, "Zz") {
            at += 1
            return 0
        }
        guard isByte(bytes, at, "+- "), at + 6 == bytes.count, isByte(bytes, at + 3, ":"),
            let hours = Digits.value(bytes, at + 1..<at + 3), let minutes = Digits.value(bytes, at + 4..<at + 6),
            hours < 24, minutes < 60
        else { return nil }
        let sign = bytes[at] == UInt8(ascii: "-") ? -1 : 1
        at += 6
        return sign * (hours * 60 + minutes)
    }

    private static func isByte(_ bytes: UnsafeRawBufferPointer, _ at: Int, _ characters: StaticString) -> Bool {
        guard at < bytes.count else { return false }
        return characters.withUTF8Buffer { $0.contains(bytes[at]) }
    }
}
