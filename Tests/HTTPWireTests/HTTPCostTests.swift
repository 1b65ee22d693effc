// Fields and bodies made to be slow: twice as much of them takes twice as long.

import TestSupport
import Testing

@testable import HTTPWire

@Suite struct HTTPCostTests {
    private static let readers: [(String, String, @Sendable ([UInt8]) -> Void)] = [
        ("tags", "\"a\",", { _ = EntityTag.list($0) }), ("open tags", "W/\"", { _ = EntityTag.list($0) }),
        ("commas", ",", { _ = EntityTag.list($0) }),
        ("codings", "gzip;q=0.5,", { _ = AcceptEncoding(String(decoding: $0, as: UTF8.self)) }),
        ("parameters", ";a=\"b\"", { _ = MediaType("a/b" + String(decoding: $0, as: UTF8.self)) }),
        ("open quotes", ";a=\"", { _ = MediaType("a/b" + String(decoding: $0, as: UTF8.self)) }),
        ("codes", "%41", { _ = PercentEncoding.decode($0) }), ("half codes", "%4", { _ = PercentEncoding.decode($0) }),
        ("items", "a=b&", { _ = QueryItem.parse($0[...]) }), ("equals", "=", { _ = QueryItem.parse($0[...]) }),
        ("digits", "9", { _ = ByteRange("bytes=" + String(decoding: $0, as: UTF8.self) + "-", of: 10) }),
        ("chunks", "1\r\nx\r\n", { read($0) }), ("trailers", "a", { read(Array("0\r\n".utf8) + $0) }),
    ]

    private static func read(_ bytes: [UInt8]) {
        guard var decoder = try? BodyDecoder(.chunked, limit: .max) else { return }
        var body: [UInt8] = []
        _ = bytes.withUnsafeBytes { try? decoder.decode($0, into: &body) }
    }

    @Test(arguments: readers.indices)
    func aFieldTwiceAsLongTakesTwiceAsLong(_ index: Int) {
        let (name, part, read) = HTTPCostTests.readers[index]
        func bytes(_ count: Int) -> [UInt8] { Array(String(repeating: part, count: count / part.utf8.count).utf8) }
        let (some, many) = (bytes(1 << 14), bytes(1 << 17))
        #expect(costRatio(1 << 14) { read($0 == 1 << 14 ? some : many) } <= 2.5, "\(name)")
    }

    /// As a channel gives it: what came before comes again with each byte.
    @Test func aHeadThatDripsIsReadOnce() {
        let text = Array("GET / HTTP/1.1\r\nHost: a\r\n".utf8) + [UInt8](repeating: 0x61, count: 30_000)
        let ratio = costRatio(3750) { size in
            var parser = RequestHeadParser()
            text.withUnsafeBytes { text in
                for count in stride(from: 1, to: size, by: 97) {
                    _ = try? parser.parse(UnsafeRawBufferPointer(rebasing: text[..<count]))
                }
            }
        }
        #expect(ratio <= 2.5)
    }
}
