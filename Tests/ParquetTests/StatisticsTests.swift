// Bounds in the orders that parquet.thrift's ColumnOrder defines.

import Testing

@testable import Parquet

@Suite struct StatisticsTests {
    private func of(_ values: [Double?]) -> Statistics {
        var buffer = ColumnBuffer(.init("d", .double, optional: true))
        for value in values { buffer.append(value) }
        return Statistics(of: buffer)
    }

    private func of(_ values: [String]) -> Statistics {
        var buffer = ColumnBuffer(.init("s", .string))
        for value in values { buffer.append(value) }
        return Statistics(of: buffer)
    }

    private func bytes(_ value: Double) -> [UInt8] { withUnsafeBytes(of: value.bitPattern) { Array($0) } }

    @Test func doublesLeaveNaNOut() {
        let statistics = of([.nan, 2, nil, -3, .nan])
        #expect(statistics.minimum == bytes(-3))
        #expect(statistics.maximum == bytes(2))
        #expect(statistics.nullCount == 1)
        #expect(of([.nan]).minimum == nil)
        #expect(of([nil, nil]).maximum == nil)
        #expect(of([.infinity]).minimum == bytes(.infinity))
    }

    @Test func zerosAreWidened() {
        #expect(of([0.0, 1]).minimum == bytes(-0.0))
        #expect(of([-0.0, -1]).maximum == bytes(0.0))
        #expect(of([-0.0]).minimum == bytes(-0.0))
    }

    @Test func textOrdersByUnsignedBytes() {
        let statistics = of(["z", "é", "", "zz", "a"])
        #expect(statistics.minimum == [])
        #expect(statistics.maximum == Array("é".utf8))
        let prefixes = of(["abcdefghi", "abcdefgh", "abcdefghj"])
        #expect(prefixes.minimum == Array("abcdefgh".utf8))
        #expect(prefixes.maximum == Array("abcdefghj".utf8))
        // Zero bytes are values too, not the end of one.
        #expect(of(["a\0", "a"]).minimum == Array("a".utf8))
        #expect(of(["a\0", "a"]).maximum == Array("a\0".utf8))
    }

    @Test func longTextIsCutToABound() throws {
        let long = String(repeating: "é", count: 100)
        let statistics = of([long])
        let minimum = try #require(statistics.minimum)
        let maximum = try #require(statistics.maximum)
        #expect(minimum.count <= 64 && maximum.count <= 64)
        #expect(!statistics.minimumIsExact && !statistics.maximumIsExact)
        #expect(minimum.lexicographicallyPrecedes(Array(long.utf8)))
        #expect(Array(long.utf8).lexicographicallyPrecedes(maximum))
        #expect(String(validating: maximum, as: UTF8.self) == String(repeating: "é", count: 31) + "ê")
        #expect(String(validating: minimum, as: UTF8.self) != nil)
    }

    @Test func boundsAtTheEdgesOfUnicode() {
        func upper(_ text: String) -> [UInt8]? {
            Array(text.utf8).withUnsafeBytes { Bound.upper($0, isText: true, limit: 4) }
        }
        #expect(upper("\u{10FFFF}xyz") == nil)
        #expect(upper("a\u{D7FF}xyz") == Array("a\u{E000}".utf8))
        #expect(upper("abcd") == Array("abcd".utf8))
        #expect(upper("ab€€") == Array("ac".utf8))
    }

    @Test func boundsOfBytes() {
        func upper(_ bytes: [UInt8]) -> [UInt8]? {
            bytes.withUnsafeBytes { Bound.upper($0, isText: false, limit: 2) }
        }
        #expect(upper([1, 0xFF, 3]) == [2])
        #expect(upper([0xFF, 0xFF, 3]) == nil)
    }

    @Test func integersAreSigned() {
        var buffer = ColumnBuffer(.init("i", .int32))
        for value: Int32 in [5, -1, .max, .min] { buffer.append(value) }
        let statistics = Statistics(of: buffer)
        #expect(statistics.minimum == [0, 0, 0, 0x80])
        #expect(statistics.maximum == [0xFF, 0xFF, 0xFF, 0x7F])
    }
}
