// The header of a WebSocket frame as a server sends it (RFC 6455 section 5.2): never masked; RSV1 where the message is
// compressed (RFC 7692 section 6).

package enum WebSocketOpcode: UInt8, Sendable {
    case continuation = 0
    case text = 1
    case binary = 2
    case close = 8
    case ping = 9
    case pong = 10

    var isControl: Bool { rawValue & 8 != 0 }
}

package enum WebSocketFrame {
    package static func appendHeader(
        _ opcode: WebSocketOpcode, payloadLength: Int, isCompressed: Bool = false, to out: inout [UInt8]
    ) {
        out.append(0x80 | (isCompressed ? 0x40 : 0) | opcode.rawValue)
        switch payloadLength {
        case ..<126: out.append(UInt8(payloadLength))
        case ..<65536: out += [126, UInt8(payloadLength >> 8), UInt8(payloadLength & 0xFF)]
        default:
            out.append(127)
            for shift in stride(from: 56, through: 0, by: -8) { out.append(UInt8(payloadLength >> shift & 0xFF)) }
        }
    }

    package static func append(_ opcode: WebSocketOpcode, _ payload: [UInt8], to out: inout [UInt8]) {
        appendHeader(opcode, payloadLength: payload.count, to: &out)
        out += payload
    }

    /// A close frame (RFC 6455 section 5.5.1); the reason is cut to what a control frame holds.
    package static func appendClose(_ code: UInt16?, _ reason: String = "", to out: inout [UInt8]) {
        guard let code else { return append(.close, [UInt8](), to: &out) }
        var text = Substring(reason)
        while text.utf8.count > 123 { text.removeLast() }
        append(.close, [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(text.utf8), to: &out)
    }
}
