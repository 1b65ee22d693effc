// Which names this server answers under. For a browser, another site's page whose name was made to point here has the
// same origin ("DNS rebinding"), but it cannot make the browser send a Host other than its own name.

import Basics

package struct HostPolicy: Sendable {
    /// In lower case.
    private let names: [[UInt8]]

    /// Addresses, localhost and these names.
    package init(names: [String]) {
        self.names = (["localhost"] + names).map { Array($0.lowercased().utf8) }
    }

    /// `authority`: from a Host field or a target. Empty only if HTTP/1.0 omits it; browsers never do.
    func allows(_ authority: ArraySlice<UInt8>) -> Bool {
        if authority.isEmpty { return true }
        // Brackets enclose an address, never a name.
        if authority.first == UInt8(ascii: "[") { return true }
        var host = authority[..<(authority.firstIndex(of: UInt8(ascii: ":")) ?? authority.endIndex)]
        if host.last == UInt8(ascii: ".") { host = host.dropLast() }
        // Browsers treat a name whose last part is a number as an IPv4 address, or refuse it.
        if !host.isEmpty, host.allSatisfy({ $0 == UInt8(ascii: ".") || Digits.isDigit($0) }) { return true }
        return names.contains { name in
            name.count == host.count && zip(name, host).allSatisfy { $0 == HostPolicy.lowercase($1) }
        }
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}
