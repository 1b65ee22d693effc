// Bytes worked out from thrift-compact-protocol.md.

import Testing

@testable import Parquet

@Suite struct ThriftCompactTests {
    @Test func fieldsCarryTheirDistance() {
        var thrift = ThriftCompact()
        thrift.rawStructure {
            $0.int32(1, 1)
            $0.int64(3, -1)
            $0.boolean(4, true)
            $0.boolean(5, false)
            $0.string(6, "ab")
            $0.int16(40, 150)
            $0.byte(41, -2)
        }
        #expect(
            thrift.bytes == [
                0x15, 0x02, 0x26, 0x01, 0x11, 0x12, 0x18, 0x02, 0x61, 0x62, 0x04, 0x50, 0xAC, 0x02, 0x13, 0xFE, 0x00,
            ])
    }

    @Test func nestedStructsCountFromOneAgain() {
        var thrift = ThriftCompact()
        thrift.rawStructure {
            $0.structure(10) { $0.structure(1) { _ in } }
            $0.int32(11, 0)
        }
        #expect(thrift.bytes == [0xAC, 0x1C, 0x00, 0x00, 0x15, 0x00, 0x00])
    }

    @Test func listsShortAndLong() {
        var thrift = ThriftCompact()
        thrift.rawStructure {
            $0.int32s(1, [0, 3])
            $0.strings(2, Array(repeating: "", count: 15))
        }
        #expect(thrift.bytes == [0x19, 0x25, 0x00, 0x06, 0x19, 0xF8, 0x0F] + Array(repeating: 0, count: 15) + [0x00])
    }
}
