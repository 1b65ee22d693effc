// Which names this server answers under. A page of another site whose name was made to point here is of the same origin
// for a browser ("DNS rebinding"), but it cannot make the browser send another Host than its own name.

import Basics

package struct HostPolicy: Sendable {
    /// In lower case.
    private let names: [[UInt8]]

    /// Addresses, localhost and these names.
    package init(names: [String]) {
        self.names = (["localhost"] + names).map { Array($0.lowercased().utf8) }
    }

    /// `authority`: of a Host field or a target. Empty only where HTTP/1.0 leaves it out; browsers never do.
    func allows(_ authority: ArraySlice<UInt8>) -> Bool {
        if authority.isEmpty { return true }
        // In brackets stands an address: a name can't.
        if authority.first == UInt8(ascii: "[") { return true }
        var host = authority[..<(authority.firstIndex(of: UInt8(ascii: ":")) ?? authority.endIndex)]
        if host.last == UInt8(ascii: ".") { host = host.dropLast() }
        // Browsers take a name whose last part is a number for an IPv4 address, or refuse it.
        if !host.isEmpty, host.allSatisfy({ $0 == UInt8(ascii: ".") || Digits.isDigit($0) }) { return true }
        return names.contains { name in
            name.count == host.count && zip(name, host).allSatisfy { $0 == HostPolicy.lowercase($1) }
        }
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}
