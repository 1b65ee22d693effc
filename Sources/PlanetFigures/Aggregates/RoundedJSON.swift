// Numbers for the page with as many digits as it can show; missing ones as null. The lake gets every digit.

import Glibc
import JSONText
import PlanetCore

/// To `digits` significant digits.
func rounded(_ value: Double, digits: Int) -> Double {
    guard value != 0, value.isFinite else { return value }
    let places = digits - 1 - Int(decadicLogarithm(value.magnitude).rounded(.down))
    // A power of ten up to 1e22 is exact: dividing by it gives the double nearest to the decimal number.
    let power = pow(10, Double(places.magnitude))
    return places >= 0 ? (value * power).rounded() / power : (value / power).rounded() * power
}

extension JSONWriter {
    mutating func rounded(_ name: String, _ value: Double?, digits: Int) {
        optional(name, value.map { PlanetFigures.rounded($0, digits: digits) })
    }

    /// [x, y, ...]
    mutating func point(_ values: Double..., digits: Int = 5) {
        array { for value in values { $0.real(PlanetFigures.rounded(value, digits: digits)) } }
    }
}
