// Frames to messages, server side (RFC 6455 section 5): masks, fragments, control frames in between, UTF-8 checked as
// it arrives, also of compressed messages (RFC 7692). Not the answers: pongs and the closing handshake are the
// session's.

package enum WebSocketEvent: Sendable, Equatable {
    case text([UInt8])
    case binary([UInt8])
    case ping([UInt8])
    case pong([UInt8])
    /// Nil without a status code.
    case close(UInt16?, reason: [UInt8])
}

/// Fails the connection with this close code (RFC 6455 section 7.1.7).
package struct WebSocketError: Error, Sendable, Equatable {
    package let code: UInt16
    package let reason: String
}

package struct WebSocketDecoder {
    private struct Frame {
        var opcode: WebSocketOpcode
        var isFinal: Bool
        var left: Int
        /// The mask key in wire order, turned so that its first byte is for the next payload byte.
        var mask: UInt32
    }
    private let messageLimit: Int
    /// Nil where compressed messages are not agreed on; made with the first one.
    private let inflates: Bool
    private var inflater: MessageInflater?
    private var isCompressed = false
    private var compressed: [UInt8] = []
    private var frame: Frame?
    private var message: [UInt8] = []
    private var messageOpcode: WebSocketOpcode?
    private var control: [UInt8] = []
    private var utf8 = UTF8Validator()

    /// `inflates`: permessage-deflate is agreed on.
    package init(messageLimit: Int, inflates: Bool = false) {
        self.messageLimit = messageLimit
        self.inflates = inflates
    }

    /// The next event in `input` from `position` on, which moves past what was used. Nil when more is needed: give the
    /// rest (part of a frame header, at most 13 bytes) again.
    package mutating func next(
        _ input: UnsafeRawBufferPointer, _ position: inout Int
    ) throws(WebSocketError) -> WebSocketEvent? {
        while true {
            if frame == nil {
                guard let length = try readHeader(UnsafeRawBufferPointer(rebasing: input[position...])) else {
                    return nil
                }
                position += length
            }
            guard var current = frame else { preconditionFailure("BUG: no frame after its header") }
            let count = min(current.left, input.count - position)
            if count > 0 {
                try take(UnsafeRawBufferPointer(rebasing: input[position..<(position + count)]), &current)
                position += count
            }
            guard current.left == 0 else {
                frame = current
                return nil
            }
            frame = nil
            if let event = try finish(current) { return event }
        }
    }

    /// The length of the header, or nil while it is incomplete; throws at the first wrong byte.
    private mutating func readHeader(_ input: UnsafeRawBufferPointer) throws(WebSocketError) -> Int? {
        guard let first = input.first else { return nil }
        // RFC 6455 section 5.2: RSV bits without an extension, and reserved opcodes, MUST fail the connection.
        // RFC 7692 section 6: RSV1 is for the first frame of a compressed message.
        let begins = first & 0x0F == WebSocketOpcode.text.rawValue || first & 0x0F == WebSocketOpcode.binary.rawValue
        guard first & (inflates && begins ? 0x30 : 0x70) == 0 else {
            throw WebSocketError(code: 1002, reason: "reserved bit set")
        }
        guard let opcode = WebSocketOpcode(rawValue: first & 0x0F) else {
            throw WebSocketError(code: 1002, reason: "reserved opcode")
        }
        let isFinal = first & 0x80 != 0
        if opcode.isControl, !isFinal { throw WebSocketError(code: 1002, reason: "fragmented control frame") }
        if opcode == .continuation, messageOpcode == nil {
            throw WebSocketError(code: 1002, reason: "continuation without a message")
        }
        if opcode == .text || opcode == .binary, messageOpcode != nil {
            throw WebSocketError(code: 1002, reason: "new message within a message")
        }
        guard input.count >= 2 else { return nil }
        // RFC 6455 section 5.1: an unmasked frame from a client MUST close the connection.
        guard input[1] & 0x80 != 0 else { throw WebSocketError(code: 1002, reason: "frame is not masked") }
        let short = Int(input[1] & 0x7F)
        if opcode.isControl, short > 125 { throw WebSocketError(code: 1002, reason: "control frame too long") }
        let extended = short == 126 ? 2 : short == 127 ? 8 : 0
        guard input.count >= 2 + extended else { return nil }
        var length = UInt64(short)
        if extended > 0 {
            length = 0
            for i in 0..<extended { length = length << 8 | UInt64(input[2 + i]) }
            // RFC 6455 section 5.2: the shortest form MUST be used, and the most significant bit MUST be 0.
            guard length >= (extended == 2 ? 126 : 65536), length >> 63 == 0 else {
                throw WebSocketError(code: 1002, reason: "malformed payload length")
            }
        }
        if !opcode.isControl, length > UInt64(messageLimit - (isCompressed && !begins ? 0 : message.count)) {
            throw WebSocketError(code: 1009, reason: "message too big")
        }
        guard input.count >= 6 + extended else { return nil }
        let mask = input.loadUnaligned(fromByteOffset: 2 + extended, as: UInt32.self)
        if opcode == .text || opcode == .binary {
            messageOpcode = opcode
            utf8 = UTF8Validator()
            isCompressed = first & 0x40 != 0
            if isCompressed { begin() }
        }
        frame = Frame(opcode: opcode, isFinal: isFinal, left: Int(length), mask: UInt32(littleEndian: mask))
        return 6 + extended
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer, _ frame: inout Frame) throws(WebSocketError) {
        if frame.opcode.isControl {
            WebSocketMask.append(bytes, mask: frame.mask, to: &control)
        } else {
            let start = message.count
            if isCompressed, let inflater {
                compressed.removeAll(keepingCapacity: true)
                WebSocketMask.append(bytes, mask: frame.mask, to: &compressed)
                try inflater.inflate(compressed, into: &message, limit: messageLimit)
            } else {
                WebSocketMask.append(bytes, mask: frame.mask, to: &message)
            }
            try checkText(from: start)
        }
        frame.left -= bytes.count
        let turn = UInt32(bytes.count & 3) * 8
        if turn > 0 { frame.mask = frame.mask >> turn | frame.mask << (32 - turn) }
    }

    private mutating func begin() {
        if let inflater { inflater.reset() } else { inflater = MessageInflater() }
    }

    /// RFC 6455 section 8.1: text that is not UTF-8 MUST fail the connection; at once, not at its end.
    private mutating func checkText(from start: Int) throws(WebSocketError) {
        guard messageOpcode == .text else { return }
        let valid = message.withUnsafeBytes { utf8.accepts(UnsafeRawBufferPointer(rebasing: $0[start...])) }
        guard valid else { throw WebSocketError(code: 1007, reason: "text is not UTF-8") }
    }

    private mutating func finish(_ frame: Frame) throws(WebSocketError) -> WebSocketEvent? {
        switch frame.opcode {
        case .continuation, .text, .binary:
            guard frame.isFinal else { return nil }
            if isCompressed, let inflater {
                let start = message.count
                try inflater.finish(into: &message, limit: messageLimit)
                try checkText(from: start)
                isCompressed = false
            }
            let opcode = messageOpcode
            messageOpcode = nil
            let whole = message
            message = []
            guard opcode == .text else { return .binary(whole) }
            guard utf8.isComplete else { throw WebSocketError(code: 1007, reason: "text is not UTF-8") }
            return .text(whole)
        case .ping, .pong, .close:
            let payload = control
            control = []
            if frame.opcode == .ping { return .ping(payload) }
            if frame.opcode == .pong { return .pong(payload) }
            return try WebSocketDecoder.close(payload)
        }
    }

    /// RFC 6455 sections 5.5.1 and 7.4: none, or a code that may be sent and a reason in UTF-8.
    private static func close(_ payload: [UInt8]) throws(WebSocketError) -> WebSocketEvent {
        if payload.isEmpty { return .close(nil, reason: []) }
        guard payload.count >= 2 else { throw WebSocketError(code: 1002, reason: "malformed close frame") }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: break
        default: throw WebSocketError(code: 1002, reason: "close code may not be sent")
        }
        var utf8 = UTF8Validator()
        let reason = Array(payload[2...])
        guard reason.withUnsafeBytes({ utf8.accepts($0) }), utf8.isComplete else {
            throw WebSocketError(code: 1007, reason: "close reason is not UTF-8")
        }
        return .close(code, reason: reason)
    }
}

/// RFC 6455 section 5.3, eight bytes at a time.
enum WebSocketMask {
    /// `mask` in little-endian order: its lowest byte is for the first of `bytes`.
    static func append(_ bytes: UnsafeRawBufferPointer, mask: UInt32, to out: inout [UInt8]) {
        guard let source = bytes.baseAddress else { return }
        let start = out.count
        out.append(contentsOf: bytes)
        let wide = UInt64(mask) << 32 | UInt64(mask)
        out.withUnsafeMutableBytes { out in
            guard let target = out.baseAddress.map({ $0 + start }) else { return }
            var i = 0
            while i + 8 <= bytes.count {
                let word = UInt64(littleEndian: source.loadUnaligned(fromByteOffset: i, as: UInt64.self)) ^ wide
                target.storeBytes(of: word.littleEndian, toByteOffset: i, as: UInt64.self)
                i += 8
            }
            while i < bytes.count {
                let key = UInt8(truncatingIfNeeded: mask >> (UInt32(i & 3) * 8))
                target.storeBytes(
                    of: source.load(fromByteOffset: i, as: UInt8.self) ^ key, toByteOffset: i, as: UInt8.self)
                i += 1
            }
        }
    }
}
