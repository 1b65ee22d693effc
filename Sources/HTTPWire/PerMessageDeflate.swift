// The extension permessage-deflate as a client offers it and the server accepts it (RFC 7692 section 7.1). Neither end
// keeps context between messages: memory stays what it is, and one compressed message serves all who look on.

package struct PerMessageDeflate: Sendable, Equatable {
    /// The window that the server's messages may need: 9 to 15.
    package let serverWindowBits: Int
    /// The value of Sec-WebSocket-Extensions in the answer.
    package let answer: String

    /// The first offer that can be accepted; nil: messages are not compressed.
    package static func accepted(_ head: RequestHead) -> PerMessageDeflate? {
        for value in head.values("sec-websocket-extensions") {
            for offer in ExtensionOffer.list(Array(value.utf8)) where offer.name == "permessage-deflate" {
                if let accepted = PerMessageDeflate(offer) { return accepted }
            }
        }
        return nil
    }

    /// Nil for an offer to be declined (section 7.1): with a parameter that is unknown, given twice or malformed.
    private init?(_ offer: ExtensionOffer) {
        var seen: Set<String> = []
        var bits: Int?
        for (name, value) in offer.parameters {
            guard seen.insert(name).inserted else { return nil }
            switch name {
            case "server_no_context_takeover", "client_no_context_takeover": if value != nil { return nil }
            case "client_max_window_bits":
                if let value, PerMessageDeflate.windowBits(value) == nil { return nil }
            case "server_max_window_bits":
                guard let value, let given = PerMessageDeflate.windowBits(value) else { return nil }
                bits = given
            default: return nil
            }
        }
        // zlib has no raw window of 8 bits.
        guard bits ?? 15 >= 9 else { return nil }
        serverWindowBits = bits ?? 15
        answer =
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
            + (bits.map { "; server_max_window_bits=\($0)" } ?? "")
    }

    /// 8 to 15 in decimal, without leading zeros (section 7.1.2.1).
    private static func windowBits(_ text: String) -> Int? {
        guard let bits = Int(text), (8...15).contains(bits), "\(bits)" == text else { return nil }
        return bits
    }
}

/// One extension with its parameters (RFC 6455 section 9.1).
private struct ExtensionOffer {
    var name = ""
    var parameters: [(name: String, value: String?)] = []

    /// Those of a field's value, up to the first thing that is none.
    static func list(_ bytes: [UInt8]) -> [ExtensionOffer] {
        var offers: [ExtensionOffer] = []
        for part in split(bytes[...], at: 0x2C) {
            var pieces = split(part, at: 0x3B)[...]
            guard let name = pieces.popFirst().flatMap({ token(trimmed($0)) }) else { return offers }
            var offer = ExtensionOffer(name: name.lowercased())
            for piece in pieces {
                let sides = piece.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
                guard let name = sides.first.flatMap({ token(trimmed($0)) }) else { return offers }
                guard sides.count == 2 else {
                    offer.parameters.append((name.lowercased(), nil))
                    continue
                }
                var text = trimmed(sides[1])
                if text.count >= 2, text.first == 0x22, text.last == 0x22 { text = text.dropFirst().dropLast() }
                guard let value = token(text) else { return offers }
                offer.parameters.append((name.lowercased(), value))
            }
            offers.append(offer)
        }
        return offers
    }

    /// At separators outside quotes.
    private static func split(_ bytes: ArraySlice<UInt8>, at separator: UInt8) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var start = bytes.startIndex
        var isQuoted = false
        for i in bytes.indices {
            if bytes[i] == 0x22 { isQuoted.toggle() }
            if bytes[i] == separator, !isQuoted {
                parts.append(bytes[start..<i])
                start = i + 1
            }
        }
        return parts + [bytes[start...]]
    }

    private static func token(_ bytes: ArraySlice<UInt8>) -> String? {
        !bytes.isEmpty && bytes.allSatisfy(isTokenByte) ? String(decoding: bytes, as: UTF8.self) : nil
    }
}
