import TestSupport
import Testing

@testable import HTTPWire

/// Compressed messages (RFC 7692), and what of an offer is accepted.
@Suite struct DeflateTests {
    private func decode(_ bytes: [UInt8], step: Int, limit: Int = 1 << 20) -> Decoded {
        decodeFrames(bytes, step: step, limit: limit, inflates: true)
    }

    @Test func theExamplesOfTheRFC() {
        // Section 7.2.3: one block, a fragmented message, no compression, a block that says it is the last, two blocks.
        let hello = Array("Hello".utf8)
        let compressed: [UInt8] = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]
        let messages: [[UInt8]] = [
            clientFrame(0xC1, compressed),
            clientFrame(0x41, Array(compressed[..<3])) + clientFrame(0x80, Array(compressed[3...])),
            clientFrame(0xC1, [0x00, 0x05, 0x00, 0xfa, 0xff] + hello + [0x00]),
            clientFrame(0xC1, [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00]),
            clientFrame(0xC1, [0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00]),
            clientFrame(0x81, hello),
        ]
        for step in [1, 3, 1000] {
            for message in messages { #expect(decode(message, step: step) == Decoded(events: [.text(hello)])) }
            #expect(decode(messages.flatMap { $0 }, step: step).events.count == messages.count)
        }
        #expect(decode(clientFrame(0xC1, [0x00]), step: 1).events == [.text([])])
    }

    @Test(arguments: [9, 10, 15])
    func messagesComeBack(_ windowBits: Int) {
        var random = SplitMix(seed: 7)
        let deflater = MessageDeflater(windowBits: windowBits)
        for count in [0, 1, 100, 5000, 100_000] {
            for spread: UInt8 in [1, 4, 255] {
                let payload = (0..<count).map { _ in UInt8.random(in: 0...spread, using: &random) }
                let message = payload.withUnsafeBytes { deflater.deflate($0) }
                #expect(decode(clientFrame(0xC2, message), step: 999) == Decoded(events: [.binary(payload)]))
            }
        }
    }

    @Test func aBombIsCutAtTheLimit() {
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        let bomb = zeros.withUnsafeBytes { MessageDeflater().deflate($0) }
        #expect(bomb.count < 2000)
        #expect(decode(clientFrame(0xC2, bomb), step: 10, limit: 4096).error?.code == 1009)
        #expect(decode(clientFrame(0xC2, bomb), step: 10, limit: 1 << 20).events == [.binary(zeros)])
    }

    @Test func whatIsNoCompressedMessageFails() {
        #expect(decodeFrames(clientFrame(0xC1, [0x00]), step: 1).error?.code == 1002, "not agreed on")
        #expect(decode(clientFrame(0xC9, []), step: 1).error?.code == 1002, "a control frame")
        #expect(decode(clientFrame(0x41, [0xf2]) + clientFrame(0xC0, []), step: 1).error?.code == 1002, "a later frame")
        #expect(decode(clientFrame(0xA1, []), step: 1).error?.code == 1002, "RSV2")
        #expect(decode(clientFrame(0xC1, [0xFF, 0xFF, 0xFF]), step: 1).error?.code == 1007, "no DEFLATE")
        let bad = [UInt8]([0x61, 0xFF]).withUnsafeBytes { MessageDeflater().deflate($0) }
        #expect(decode(clientFrame(0xC1, bad), step: 1).error?.code == 1007, "no UTF-8")
    }

    @Test(arguments: [
        ("permessage-deflate", 15), ("permessage-deflate; client_max_window_bits", 15),
        ("permessage-deflate; server_max_window_bits=10; client_max_window_bits=8", 10),
        ("permessage-deflate; server_max_window_bits=\"9\"", 9), ("Permessage-Deflate;server_no_context_takeover", 15),
        ("x-webkit-deflate-frame, permessage-deflate", 15),
        ("permessage-deflate; server_max_window_bits=8, permessage-deflate; server_max_window_bits=12", 12),
        ("permessage-deflate; unknown, permessage-deflate", 15),
        ("permessage-deflate; server_max_window_bits", nil), ("permessage-deflate; server_max_window_bits=16", nil),
        ("permessage-deflate; server_max_window_bits=010", nil), ("permessage-deflate; client_max_window_bits=7", nil),
        ("permessage-deflate; server_no_context_takeover=1", nil), ("permessage-deflate; unknown=1", nil),
        ("permessage-deflate; client_max_window_bits; client_max_window_bits", nil), ("deflate", nil), ("", nil),
        ("permessage-deflate; =", nil),
    ]) func offers(_ value: String, _ bits: Int?) throws {
        var text = "GET / HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Extensions: \(value)\r\n\r\n"
        var parser = RequestHeadParser()
        let head = try text.withUTF8 { try parser.parse(UnsafeRawBufferPointer($0))?.head }
        let accepted = PerMessageDeflate.accepted(try #require(head))
        #expect(accepted?.serverWindowBits == bits)
        guard let accepted, let bits else { return }
        #expect(accepted.answer.hasPrefix("permessage-deflate; server_no_context_takeover; client_no_context_takeover"))
        // A window is named in the answer only where the client has named one.
        #expect(accepted.answer.contains("server_max_window_bits=\(bits)") == value.contains("server_max_window_bits"))
    }
}
