import Testing

@testable import HTTPWire

/// A client's frame, masked.
func clientFrame(_ first: UInt8, _ payload: [UInt8], mask: [UInt8] = [0x37, 0xfa, 0x21, 0x3d]) -> [UInt8] {
    var out: [UInt8] = [first]
    switch payload.count {
    case ..<126: out.append(0x80 | UInt8(payload.count))
    case ..<65536: out += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
    default: out += [0x80 | 127] + (0..<8).map { UInt8(payload.count >> (56 - 8 * $0) & 255) }
    }
    return out + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
}

struct Decoded: Equatable {
    var events: [WebSocketEvent] = []
    var error: WebSocketError?
}

/// `step` bytes at a time, giving again what was not used, as a channel does.
func decodeFrames(_ bytes: [UInt8], step: Int, limit: Int = 1 << 20, inflates: Bool = false) -> Decoded {
    var decoder = WebSocketDecoder(messageLimit: limit, inflates: inflates)
    var decoded = Decoded()
    var held: [UInt8] = []
    var next = 0
    while next < bytes.count {
        held += bytes[next..<min(next + step, bytes.count)]
        next = min(next + step, bytes.count)
        var position = 0
        held.withUnsafeBytes { input in
            do throws(WebSocketError) {
                while let event = try decoder.next(input, &position) { decoded.events.append(event) }
            } catch {
                decoded.error = error
            }
        }
        if decoded.error != nil { return decoded }
        held.removeFirst(position)
    }
    return decoded
}

private func code(_ bytes: [UInt8], limit: Int = 1 << 20) -> UInt16? {
    let whole = decodeFrames(bytes, step: 1 << 20, limit: limit)
    #expect(decodeFrames(bytes, step: 1, limit: limit) == whole)
    return whole.error?.code
}

@Suite struct WebSocketTests {
    @Test func theHandshakeOfTheRFC() {
        // RFC 6455 section 1.3.
        #expect(WebSocketHandshake.accept(key: "dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    @Test func theFramesOfTheRFC() {
        // RFC 6455 section 5.7: a masked "Hello", and the server's frames.
        let hello: [UInt8] = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]
        #expect(decodeFrames(hello, step: 100).events == [.text(Array("Hello".utf8))])
        var out: [UInt8] = []
        WebSocketFrame.append(.text, Array("Hello".utf8), to: &out)
        #expect(out == [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f])
        out = []
        WebSocketFrame.appendHeader(.binary, payloadLength: 256, to: &out)
        #expect(out == [0x82, 0x7E, 0x01, 0x00])
        out = []
        WebSocketFrame.appendHeader(.binary, payloadLength: 65536, to: &out)
        #expect(out == [0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0])
        out = []
        WebSocketFrame.appendClose(1000, String(repeating: "\u{e9}", count: 100), to: &out)
        #expect(out.count == 2 + 2 + 122 && out[1] == 124)
    }

    @Test func messagesAreTheSameAtAnyStep() {
        let text = Array("Gr\u{fc}\u{df}e \u{1F680}".utf8)
        let long = [UInt8](repeating: 0x61, count: 70_000)
        let bytes =
            clientFrame(0x01, Array(text[..<3])) + clientFrame(0x89, [1, 2]) + clientFrame(0x00, Array(text[3..<10]))
            + clientFrame(0x8A, []) + clientFrame(0x80, Array(text[10...])) + clientFrame(0x82, long)
            + clientFrame(0x81, []) + clientFrame(0x88, [0x03, 0xE8] + Array("bye".utf8))
        let expected: [WebSocketEvent] = [
            .ping([1, 2]), .pong([]), .text(text), .binary(long), .text([]),
            .close(1000, reason: Array("bye".utf8)),
        ]
        for step in [1, 2, 3, 5, 8, 13, 1000, 1 << 20] {
            #expect(decodeFrames(bytes, step: step) == Decoded(events: expected))
        }
    }

    @Test func protocolErrorsAreFound() {
        #expect(code([0x81, 0x05]) == 1002, "unmasked")
        #expect(code(clientFrame(0xC1, [])) == 1002, "RSV1")
        #expect(code(clientFrame(0xA1, [])) == 1002, "RSV2")
        #expect(code(clientFrame(0x91, [])) == 1002, "RSV3")
        #expect(code(clientFrame(0x83, [])) == 1002, "opcode 3")
        #expect(code(clientFrame(0x8B, [])) == 1002, "opcode 11")
        #expect(code(clientFrame(0x09, [])) == 1002, "fragmented ping")
        #expect(code(clientFrame(0x89, [UInt8](repeating: 0, count: 126))) == 1002, "long ping")
        #expect(code(clientFrame(0x80, [])) == 1002, "continuation without a message")
        #expect(code(clientFrame(0x01, []) + clientFrame(0x81, [])) == 1002, "message within a message")
        #expect(code([0x81, 0xFE, 0, 125, 0, 0, 0, 0]) == 1002, "length not in its shortest form")
        #expect(code([0x82, 0xFF, 0x80, 0, 0, 0, 0, 1, 0, 0]) == 1002, "length with its top bit")
        #expect(code(clientFrame(0x88, [3])) == 1002, "close of one byte")
        #expect(code(clientFrame(0x88, [3, 232, 0xFF])) == 1007, "close reason")
        for bad: UInt16 in [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535] {
            #expect(code(clientFrame(0x88, [UInt8(bad >> 8), UInt8(bad & 255)])) == 1002, "close \(bad)")
        }
        for good: UInt16 in [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999] {
            #expect(code(clientFrame(0x88, [UInt8(good >> 8), UInt8(good & 255)])) == nil, "close \(good)")
        }
    }

    @Test func tooLargeIsKnownFromTheHeader() {
        #expect(code([0x82, 0xFE, 0x03, 0xE9], limit: 1000) == 1009)
        #expect(
            code(clientFrame(0x02, [UInt8](repeating: 0, count: 600)) + [0x80, 0xFE, 0x01, 0x91], limit: 1000) == 1009)
        #expect(code(clientFrame(0x82, [UInt8](repeating: 0, count: 1000)), limit: 1000) == nil)
    }

    @Test func badTextFailsBeforeTheMessageEnds() {
        // The frame announces ten bytes; the third is wrong.
        let bytes = Array(clientFrame(0x81, Array("ab".utf8) + [0xFF] + Array("1234567".utf8))[..<9])
        #expect(decodeFrames(bytes, step: 1).error?.code == 1007)
        // A character that ends with the message.
        #expect(code(clientFrame(0x81, [0xE2, 0x82])) == 1007)
        // A character split over fragments is valid.
        #expect(code(clientFrame(0x01, [0xE2, 0x82]) + clientFrame(0x80, [0xAC])) == nil)
    }

    @Test func utf8AgreesWithTheStandardLibrary() {
        func check(_ bytes: [UInt8]) {
            var utf8 = UTF8Validator()
            let valid = bytes.withUnsafeBytes { utf8.accepts($0) } && utf8.isComplete
            #expect(valid == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
            var single = UTF8Validator()
            let stepped =
                bytes.allSatisfy { byte in withUnsafeBytes(of: byte) { single.accepts($0) } } && single.isComplete
            #expect(stepped == valid, "\(bytes)")
        }
        let edges: [UInt8] =
            [0, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED]
            + [0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF]
        for a in edges {
            for b in edges {
                check([a, b])
                for c in edges { check([a, b, c]) }
            }
        }
        for lead in [UInt8](0xF0...0xF5) {
            for second in [UInt8]([0x7F, 0x80, 0x8F, 0x90, 0xBF, 0xC0]) { check([lead, second, 0x80, 0xBF]) }
        }
        check(Array("abcdefgh\u{e9}abcdefgh".utf8))
    }

    @Test func masksGoOnWhereTheyLeftOff() {
        let payload = (0..<200).map { UInt8($0) }
        let frame = clientFrame(0x82, payload, mask: [1, 2, 3, 4])
        for step in 1...20 { #expect(decodeFrames(frame, step: step).events == [.binary(payload)]) }
    }
}
