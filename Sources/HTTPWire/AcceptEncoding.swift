// Which content codings a client accepts (RFC 9110 section 12.5.3), and which one it gets.

/// What a body may be compressed with, by the names of the IANA's registry.
package enum ContentCoding: String, Sendable {
    /// RFC 1952.
    case gzip
    /// RFC 8878, with a window of at most 8 MiB (RFC 9659).
    case zstd

    /// Better ones first, where a client takes either.
    package static let all: [ContentCoding] = [.zstd, .gzip]
}

package struct AcceptEncoding: Sendable, Equatable {
    // Thousandths; nil: not listed.
    private var gzip: Int?
    private var zstd: Int?
    private var identity: Int?
    private var any: Int?

    /// Of a request without the field: it gets what it always got.
    package static let unsaid = AcceptEncoding(nil)

    /// A coding that is listed twice has its first weight.
    package init(_ value: String?) {
        for element in (value ?? "").split(separator: ",") {
            let parts = element.split(separator: ";").map { String(decoding: trimmed(Array($0.utf8)), as: UTF8.self) }
            guard let name = parts.first?.lowercased() else { continue }
            var weight = 1000
            for part in parts.dropFirst() where part.lowercased().hasPrefix("q=") {
                weight = AcceptEncoding.weight(part.dropFirst(2))
            }
            switch name {
            case "gzip", "x-gzip": gzip = gzip ?? weight
            case "zstd": zstd = zstd ?? weight
            case "identity": identity = identity ?? weight
            case "*": any = any ?? weight
            default: break
            }
        }
    }

    /// The coding of the greatest weight, of equal ones the first; nil: the body as it is. "*" means gzip: whoever can
    /// take zstd says so.
    package func best(of codings: [ContentCoding]) -> ContentCoding? {
        var best: (coding: ContentCoding, weight: Int)?
        for coding in codings {
            let weight = coding == .gzip ? gzip ?? any ?? 0 : zstd ?? 0
            if weight > best?.weight ?? 0 { best = (coding, weight) }
        }
        // Not listed, the body as it is comes last.
        guard let best, best.weight >= identity ?? 0 else { return nil }
        return best.coding
    }

    /// Whether the body may come as it is: always, unless it is excluded.
    package var takesIdentity: Bool { identity ?? any ?? 1 > 0 }

    /// RFC 9110 section 12.4.2: 0 to 1 with at most three decimals; anything else counts as 0.
    private static func weight(_ text: Substring) -> Int {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, first == 0x30 || first == 0x31, bytes.count <= 5 else { return 0 }
        if bytes.count == 1 { return first == 0x31 ? 1000 : 0 }
        guard bytes[1] == 0x2E, bytes[2...].allSatisfy({ $0 &- 0x30 < 10 }) else { return 0 }
        let thousandths = (bytes[2...] + [0x30, 0x30, 0x30]).prefix(3).reduce(0) { $0 * 10 + Int($1 - 0x30) }
        if first == 0x31 { return thousandths == 0 ? 1000 : 0 }
        return thousandths
    }
}
