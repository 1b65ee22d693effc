// Runs of the RLE / bit-packing hybrid that other programs write and ours doesn't.
import Testing

@testable import Parquet

@Suite struct ReadingRunTests {
    @Test func aPackedRunMayBePaddedByWholeGroups() throws {
        // 32 groups of one bit, 123 values due: (32 << 1 | 1) takes one byte.
        let bytes: [UInt8] = [65] + (0..<32).map { UInt8($0) }
        try bytes.withUnsafeBytes {
            var decoder = try RLEHybridDecoder($0, bitWidth: 1)
            guard case .packed(_, let count) = try decoder.next(limit: 123) else {
                Issue.record("no packed run")
                return
            }
            #expect(count == 123)
            #expect(decoder.isAtEnd)
        }
    }

    @Test func butNotLongerThanItsBytes() throws {
        let bytes: [UInt8] = [65] + (0..<31).map { UInt8($0) }
        try bytes.withUnsafeBytes {
            var decoder = try RLEHybridDecoder($0, bitWidth: 1)
            #expect(throws: PageFault.self) { try decoder.next(limit: 123) }
        }
    }
}
