// The encodings against the examples of parquet-format's Encodings.md and against bytes worked out by hand.

import TestSupport
import Testing

@testable import Parquet

@Suite struct EncodingTests {
    private func hybrid(_ values: [UInt32], _ width: Int) -> [UInt8] {
        var out: [UInt8] = []
        values.withUnsafeBufferPointer { RLEHybrid.encode($0, bitWidth: width, into: &out) }
        return out
    }

    /// Reads the hybrid back, straight after the grammar in Encodings.md.
    private func decode(_ bytes: [UInt8], _ width: Int, count: Int) -> [UInt32] {
        var out: [UInt32] = []
        var at = 0
        while out.count < count {
            var header = 0
            var shift = 0
            while true {
                header |= Int(bytes[at] & 0x7F) << shift
                shift += 7
                at += 1
                if bytes[at - 1] & 0x80 == 0 { break }
            }
            if header & 1 == 1 {
                let groups = header >> 1
                for value in 0..<groups * 8 {
                    var number: UInt32 = 0
                    for bit in 0..<width {
                        let position = value * width + bit
                        number |= UInt32(bytes[at + position / 8] >> UInt8(position % 8) & 1) << UInt32(bit)
                    }
                    out.append(number)
                }
                at += groups * width
            } else {
                var number: UInt32 = 0
                for byte in 0..<(width + 7) / 8 { number |= UInt32(bytes[at + byte]) << UInt32(8 * byte) }
                at += (width + 7) / 8
                out.append(contentsOf: repeatElement(number, count: header >> 1))
            }
        }
        #expect(at == bytes.count)
        return Array(out.prefix(count))
    }

    @Test func bitPackingIsTheSpecsExample() {
        // Encodings.md: 0 to 7 in three bits are 10001000 11000110 11111010.
        #expect(hybrid([0, 1, 2, 3, 4, 5, 6, 7], 3) == [0x03, 0b1000_1000, 0b1100_0110, 0b1111_1010])
    }

    @Test func runsAndHeaders() {
        #expect(hybrid(Array(repeating: 4, count: 8), 3) == [16, 4])
        #expect(hybrid(Array(repeating: 300, count: 100), 9) == [0xC8, 0x01, 0x2C, 0x01])
        // Padded group at the end.
        #expect(hybrid([1, 0, 1], 1) == [0x03, 0b101])
        #expect(hybrid([], 1) == [])
    }

    @Test(arguments: [1, 2, 3, 5, 7, 8, 9, 13, 16, 17, 24, 31, 32])
    func hybridComesBack(width: Int) {
        var random = SplitMix(seed: UInt64(width))
        let mask: UInt32 = width == 32 ? .max : (1 << UInt32(width)) - 1
        for length in [1, 7, 8, 9, 15, 16, 64, 65, 1000, 4097] {
            var values: [UInt32] = []
            while values.count < length {
                let value = UInt32.random(in: 0...mask, using: &random)
                values += Array(
                    repeating: value, count: Bool.random(using: &random) ? 1 : Int.random(in: 1...40, using: &random))
            }
            values.removeLast(values.count - length)
            #expect(decode(hybrid(values, width), width, count: length) == values)
        }
    }

    @Test func bitWidths() {
        #expect(RLEHybrid.bitWidth(largest: 0) == 0)
        #expect(RLEHybrid.bitWidth(largest: 1) == 1)
        #expect(RLEHybrid.bitWidth(largest: 255) == 8)
        #expect(RLEHybrid.bitWidth(largest: 256) == 9)
    }

    private func column(_ valid: [Bool]) -> ColumnBuffer {
        var buffer = ColumnBuffer(.init("x", .int32, optional: true))
        for isValid in valid { if isValid { buffer.append(Int32(1)) } else { buffer.appendNull() } }
        return buffer
    }

    @Test func levelsOfAFullPageAreOneRun() {
        var page: [UInt8] = []
        Levels.encode(validity: column(Array(repeating: true, count: 20)).validity, rows: 0..<20, into: &page)
        #expect(page == [2, 0, 0, 0, 40, 1])
        page = []
        Levels.encode(validity: column(Array(repeating: false, count: 3)).validity, rows: 0..<3, into: &page)
        #expect(page == [2, 0, 0, 0, 6, 0])
    }

    @Test func levelsComeBackWhateverThePattern() {
        var random = SplitMix(seed: 3)
        for length in [1, 7, 8, 9, 63, 64, 65, 200, 1000] {
            for _ in 0..<50 {
                var valid: [Bool] = []
                while valid.count < length {
                    let run = Bool.random(using: &random) ? 1 : Int.random(in: 1...100, using: &random)
                    valid += Array(repeating: Bool.random(using: &random), count: run)
                }
                valid.removeLast(valid.count - length)
                let buffer = column(valid)
                var start = 0
                while start < length {
                    let end = min(length, start + 64)
                    var page: [UInt8] = []
                    Levels.encode(validity: buffer.validity, rows: start..<end, into: &page)
                    let back = decode(Array(page.dropFirst(4)), 1, count: end - start)
                    #expect(back == valid[start..<end].map { $0 ? 1 : 0 })
                    #expect(Levels.valueCount(buffer, rows: start..<end) == valid[start..<end].count { $0 })
                    start = end
                }
            }
        }
    }

    @Test func plainBooleansAreBits() {
        var buffer = ColumnBuffer(.init("b", .boolean))
        for index in 0..<10 { buffer.append(index % 3 == 0) }
        var page: [UInt8] = []
        PlainEncoding.encode(buffer, values: 0..<10, into: &page)
        #expect(page == [0b0100_1001, 0b10])
    }

    @Test func plainTextHasItsLengthInFront() {
        var buffer = ColumnBuffer(.init("s", .string))
        buffer.append("é")
        buffer.append("")
        buffer.append("abc")
        var page: [UInt8] = []
        PlainEncoding.encode(buffer, values: 0..<3, into: &page)
        #expect(page == [2, 0, 0, 0, 0xC3, 0xA9, 0, 0, 0, 0, 3, 0, 0, 0, 0x61, 0x62, 0x63])
        page = []
        PlainEncoding.encode(buffer, values: 1..<2, into: &page)
        #expect(page == [0, 0, 0, 0])
    }
}
