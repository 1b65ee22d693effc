// Bytes as lower-case hexadecimal digits, and random names made of them.

package enum Hex {
    package static func text(_ bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: bytes.count * 2) { place in
            for (index, byte) in bytes.enumerated() {
                place[2 * index] = digit(byte >> 4)
                place[2 * index + 1] = digit(byte & 15)
            }
            return bytes.count * 2
        }
    }

    /// Nil for anything but pairs of hexadecimal digits.
    package static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let digits = text.utf8.map { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count.isMultiple(of: 2), !digits.contains(nil) else { return nil }
        let halves = digits.compactMap { $0 }
        return stride(from: 0, to: halves.count, by: 2).map { UInt8(halves[$0] << 4 | halves[$0 + 1]) }
    }

    private static func digit(_ half: UInt8) -> UInt8 {
        half < 10 ? UInt8(ascii: "0") + half : UInt8(ascii: "a") + half - 10
    }

    /// Random bytes, for names that nobody else will choose.
    package static func random(bytes count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return text((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }
}
