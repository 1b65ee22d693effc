// A check sum at the end of a line of JSON, to reveal a changed byte: {…,"sum":"0123456789abcdef"}. Older lines have
// none.

import Basics

enum LineSeal {
    private static let member = Array(",\"sum\":\"".utf8)
    private static let close = Array("\"}".utf8)
    private static let digits = 16

    /// `object`: {…} with at least one member. The sum is the first 16 hexadecimal digits of the SHA-256 of everything
    /// before it.
    static func sealed(_ object: [UInt8]) -> [UInt8] {
        let text = object.dropLast()
        return text + member + sum(text) + close
    }

    /// Nil if there is no seal.
    static func isIntact(_ line: some BidirectionalCollection<UInt8>) -> Bool? {
        guard line.count > member.count + digits + close.count, line.suffix(close.count).elementsEqual(close) else {
            return nil
        }
        let rest = line.dropLast(close.count)
        let text = rest.dropLast(digits)
        guard text.suffix(member.count).elementsEqual(member) else { return nil }
        return rest.suffix(digits).elementsEqual(sum(text.dropLast(member.count)))
    }

    private static func sum(_ text: some Sequence<UInt8>) -> ArraySlice<UInt8> {
        Array(SHA256.hex(text).utf8).prefix(digits)
    }
}
