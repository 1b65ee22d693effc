// An IP address as 128 bits, IPv4 as ::ffff:a.b.c.d, so that both families compare, hash and match networks alike.

import Glibc

package struct IPAddress: Sendable, Hashable {
    let high: UInt64
    let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// "192.0.2.1" or "2001:db8::1", without brackets, port and zone; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let text = String(text)
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(high: 0, low: IPAddress.mappedPrefix | UInt64(UInt32(bigEndian: four.s_addr)))
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        let (high, low) = withUnsafeBytes(of: &six) {
            ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
        self.init(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low))
    }

    private static let mappedPrefix: UInt64 = 0xFFFF << 32

    package var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// 127.0.0.0/8 or ::1.
    package var isLoopback: Bool { isIPv4 ? low >> 24 & 0xFF == 127 : high == 0 && low == 1 }

    /// What one household or machine controls: an IPv4 address, the first 64 bits of an IPv6 one.
    package var site: IPAddress { isIPv4 ? self : IPAddress(high: high, low: 0) }
}

extension IPAddress: CustomStringConvertible {
    package var description: String {
        if isIPv4 { return (0..<4).reversed().map { "\(low >> (8 * UInt64($0)) & 0xFF)" }.joined(separator: ".") }
        var bytes = (high.bigEndian, low.bigEndian)
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        _ = withUnsafeBytes(of: &bytes) { inet_ntop(AF_INET6, $0.baseAddress, &text, socklen_t(text.count)) }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// A network as "10.0.0.0/8" or "fd00::/8"; an address alone is a network of one.
package struct IPNetwork: Sendable, Hashable, CustomStringConvertible {
    let address: IPAddress
    /// Of 128.
    let bits: Int
    package let description: String

    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { return nil }
        let most = address.isIPv4 ? 32 : 128
        guard let bits = parts.count == 2 ? UInt8(parts[1]).map({ Int($0) }) : most, bits <= most else { return nil }
        self.address = address
        self.bits = 128 - most + bits
        description = String(text)
    }

    package func contains(_ other: IPAddress) -> Bool {
        func mask(_ count: Int) -> UInt64 { count <= 0 ? 0 : count >= 64 ? .max : ~(UInt64.max >> UInt64(count)) }
        return (address.high ^ other.high) & mask(bits) == 0 && (address.low ^ other.low) & mask(bits - 64) == 0
    }
}
