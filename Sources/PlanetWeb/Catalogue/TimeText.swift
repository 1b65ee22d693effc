// Log time stamps as RFC 3339 text in UTC, "2026-11-23T12:05:07.123456Z". Writing only.

import PlanetCore

enum TimeText {
    /// `micros`: microseconds since 1970-01-01 UTC, not negative.
    static func rfc3339(micros: Int64) -> String {
        let seconds = Int(micros / 1_000_000)
        let rest = seconds % 86_400
        var bytes = Array(CivilDate(days: seconds / 86_400).text.utf8)
        bytes.reserveCapacity(27)
        func digits(_ value: Int, _ width: Int, after mark: Unicode.Scalar) {
            bytes.append(UInt8(ascii: mark))
            var power = 1
            for _ in 1..<width { power *= 10 }
            while power > 0 {
                bytes.append(UInt8(ascii: "0") + UInt8(value / power % 10))
                power /= 10
            }
        }
        digits(rest / 3600, 2, after: "T")
        digits(rest / 60 % 60, 2, after: ":")
        digits(rest % 60, 2, after: ":")
        digits(Int(micros % 1_000_000), 6, after: ".")
        bytes.append(UInt8(ascii: "Z"))
        return String(decoding: bytes, as: UTF8.self)
    }
}
