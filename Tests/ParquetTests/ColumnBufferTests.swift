// Buffers joined to buffers, and what a buffer counts.

import TestSupport
import Testing

@testable import Parquet

@Suite struct ColumnBufferTests {
    @Test(arguments: [0, 1, 7, 8, 9, 63])
    func joinedBuffersEqualOneFilledAtOnce(split: Int) {
        var random = SplitMix(seed: UInt64(split))
        for second in [0, 1, 7, 8, 9, 20] {
            let rows = (0..<split + second).map { _ in
                Bool.random(using: &random) ? nil : String(repeating: "x", count: .random(in: 0...9, using: &random))
            }
            let column = Schema.Column("s", .string, optional: true)
            var whole = ColumnBuffer(column)
            var left = ColumnBuffer(column)
            var right = ColumnBuffer(column)
            for (index, row) in rows.enumerated() {
                whole.append(row)
                if index < split { left.append(row) } else { right.append(row) }
            }
            left.append(contentsOf: right)
            #expect(left.count == whole.count)
            #expect(left.nullCount == whole.nullCount)
            #expect(left.validity == whole.validity)
            #expect(left.bytes == whole.bytes)
            #expect(left.starts == whole.starts)
            left.append("last")
            whole.append("last")
            #expect(left.validity == whole.validity)
        }
    }

    /// Short ones are put together elsewhere than long ones.
    @Test func aTextIsItsLengthAndItsBytes() {
        var buffer = ColumnBuffer(.init("s", .string, optional: false))
        var expected: [UInt8] = []
        for length in 0...80 {
            let text = String(repeating: "y", count: length)
            buffer.append(text)
            expected += [UInt8(length), 0, 0, 0] + text.utf8
        }
        #expect(buffer.bytes == expected)
        #expect(buffer.starts.last == expected.count - 84)
    }

    @Test(arguments: 0...17)
    func nullsInOneGoEqualSingleOnes(before: Int) {
        for nulls in 0...17 {
            var single = ColumnBuffer(.init("d", .double, optional: true))
            for row in 0..<before { single.append(row % 3 == 0 ? nil : Double(row)) }
            var atOnce = single
            for _ in 0..<nulls { single.appendNull() }
            atOnce.appendNulls(upTo: before + nulls)
            #expect(atOnce == single)
            // None is taken back.
            atOnce.appendNulls(upTo: before)
            single.append(1.5)
            atOnce.append(1.5)
            #expect(atOnce == single)
        }
    }

    @Test func emptiedBufferIsAsNew() {
        var buffer = ColumnBuffer(.init("d", .double, optional: true))
        buffer.append(1.5)
        buffer.appendNull()
        buffer.removeAll()
        #expect(buffer.count == 0 && buffer.nullCount == 0 && buffer.estimatedBytes == 0)
        buffer.append(nil as Double?)
        #expect(buffer.validity == [0])
    }
}
