import CZlib
import CZstd
import TestSupport
import Testing

@testable import HTTPWire

/// Bodies that are compressed, whole and in parts, and unpacked by the libraries' own readers.
@Suite struct ContentCoderTests {
    private static func inflated(_ bytes: [UInt8], room: Int) -> [UInt8] {
        var stream = z_stream()
        // 16: gzip alone.
        guard inflateInit2_(&stream, 16 + 15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return []
        }
        defer { inflateEnd(&stream) }
        var input = bytes
        return input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            return [UInt8](unsafeUninitializedCapacity: room + 1) { output, count in
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(room + 1)
                let result = inflate(&stream, Z_FINISH)
                #expect(result == Z_STREAM_END && stream.avail_in == 0)
                count = room + 1 - Int(stream.avail_out)
            }
        }
    }

    private static func unpacked(_ bytes: [UInt8], _ coding: ContentCoding, room: Int) -> [UInt8] {
        if coding == .gzip { return inflated(bytes, room: room) }
        return [UInt8](unsafeUninitializedCapacity: room + 1) { output, count in
            let result = ZSTD_decompress(output.baseAddress, room + 1, bytes, bytes.count)
            #expect(ZSTD_isError(result) == 0)
            count = ZSTD_isError(result) == 0 ? result : 0
        }
    }

    @Test(arguments: ContentCoding.all) func aBodyComesBack(_ coding: ContentCoding) {
        var random = SplitMix(seed: 11)
        for count in [0, 1, 700, 70_000, 3_000_000] {
            for spread: UInt8 in [0, 3, 255] {
                let body = (0..<count).map { _ in UInt8.random(in: 0...spread, using: &random) }
                let coded = body.withUnsafeBytes { ContentCoder.code($0, coding) }
                #expect(ContentCoderTests.unpacked(coded, coding, room: count) == body)
                if count >= 700, spread < 4 { #expect(coded.count < count / 2) }
            }
        }
    }

    @Test(arguments: ContentCoding.all) func aStreamOfPartsComesBack(_ coding: ContentCoding) {
        var random = SplitMix(seed: 12)
        for parts in [1, 2, 40] {
            let coder = ContentCoder(coding)
            var (body, coded): ([UInt8], [UInt8]) = ([], [])
            for index in 1...parts {
                let count = Int.random(in: 0...100_000, using: &random)
                let spread: UInt8 = index % 3 == 0 ? 255 : 7
                let part = (0..<count).map { _ in UInt8.random(in: 0...spread, using: &random) }
                body += part
                coded += part.withUnsafeBytes { coder.code($0, isLast: index == parts) }
            }
            #expect(ContentCoderTests.unpacked(coded, coding, room: body.count) == body)
        }
    }
}
