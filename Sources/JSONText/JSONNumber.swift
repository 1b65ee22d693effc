// Numbers as text: written in the shortest form that reads back to the same double, read from a whole text.
// Not here: units, ranges.
import CSimdJSON

package enum JSONNumber {
    package enum Parsed: Equatable, Sendable {
        case number(Double)
        case notANumber
        /// A number, but no double holds it.
        case tooBig
    }

    /// The whole text as one decimal number; a leading plus is allowed, white space, hexadecimal, inf and nan are not.
    package static func parse(_ text: UnsafeRawBufferPointer) -> Parsed {
        var value = 0.0
        return switch csj_parse_double(text.bytes, text.count, &value) {
        case 0: .number(value)
        case 2: .tooBig
        default: .notANumber
        }
    }

    /// Appends the shortest form; `null` for what JSON has no number for (RFC 8259 section 6: no infinity, no NaN).
    package static func append(_ value: Double, to bytes: inout [UInt8]) {
        guard value.isFinite else {
            assertionFailure("BUG: a number that is not finite")
            bytes.append(contentsOf: "null".utf8)
            return
        }
        withUnsafeTemporaryAllocation(byteCount: maxLength, alignment: 1) { place in
            guard let start = place.baseAddress else { return }
            bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: write(value, to: start)))
        }
    }

    /// The most bytes a number needs.
    package static let maxLength = 24

    /// Writes the shortest form of a finite number into `maxLength` bytes; returns how many it took.
    package static func write(_ value: Double, to place: UnsafeMutableRawPointer) -> Int {
        csj_write_double(value, place.assumingMemoryBound(to: CChar.self))
    }

    package static func append(_ value: Int, to bytes: inout [UInt8]) {
        var rest = value.magnitude
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var at = 20
            repeat {
                at -= 1
                digits[at] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            } while rest != 0
            if value < 0 {
                at -= 1
                digits[at] = UInt8(ascii: "-")
            }
            bytes.append(contentsOf: digits[at...])
        }
    }
}
