// Bytes as lower-case hexadecimal digits, and random names made of them.

package enum Hex {
    package static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Random bytes: names that nobody else chooses.
    package static func random(bytes count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return text((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }
}
