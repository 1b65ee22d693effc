// Decimal digits of a fixed width, read and written, and division rounded down.

package enum Digits {
    @inlinable
    package static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// `number` padded with zeros to `width` digits; a longer one is written in full.
    package static func padded(_ number: some BinaryInteger, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// Writes the last `width` digits of a `number` that is not negative.
    package static func write(_ number: Int, width: Int, to place: UnsafeMutableRawPointer) {
        var rest = number
        for at in (0..<width).reversed() {
            place.storeBytes(
                of: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10), toByteOffset: at, as: UInt8.self)
            rest /= 10
        }
    }

    /// The number in `range` of `text`, at most 18 bytes; nil if one of them is not a digit.
    package static func value(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int? {
        var value = 0
        for index in range {
            guard isDigit(text[index]) else { return nil }
            value = value * 10 + Int(text[index] - 0x30)
        }
        return value
    }
}

extension FixedWidthInteger {
    /// The quotient rounded down, not towards zero: for times before 1970 too. `divisor` is positive.
    @inlinable
    package func floorDivided(by divisor: Self) -> Self {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
