// One range of bytes as a Range field asks for it (RFC 9110 section 14.1.2).

package enum ByteRange: Sendable, Equatable {
    case satisfiable(Range<Int>)
    /// It begins behind the end, or is of no bytes.
    case unsatisfiable

    /// Nil where the field is to be ignored (section 14.2): another unit, not a range, several ranges.
    package init?(_ value: String, of length: Int) {
        let bytes = Array(value.utf8)
        guard bytes.count >= 6, equalIgnoringCase(bytes[..<6], "bytes=".utf8) else { return nil }
        let text = trimmed(bytes[6...])
        guard let dash = text.firstIndex(of: 0x2D) else { return nil }
        let (first, last) = (text[..<dash], text[(dash + 1)...])
        if first.isEmpty {
            guard let count = ByteRange.number(last) else { return nil }
            self = count == 0 || length == 0 ? .unsatisfiable : .satisfiable(max(0, length - count)..<length)
            return
        }
        guard let start = ByteRange.number(first) else { return nil }
        var end = length
        if !last.isEmpty {
            guard let given = ByteRange.number(last), given >= start else { return nil }
            end = given < length ? given + 1 : length
        }
        self = start < length ? .satisfiable(start..<end) : .unsatisfiable
    }

    /// Of any number of digits; what is too large for any file is the largest number.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard !digits.isEmpty, digits.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
        var value = 0
        for digit in digits {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int(digit - 0x30))
            if overflow || carry { return .max }
            value = sum
        }
        return value
    }
}
