// PLAIN values, read (Encodings.md, "Plain"): mostly copying, since a ColumnBuffer keeps them in that form.
// The page must hold the values and nothing more.

enum PlainDecoder {
    static func decode(
        _ page: UnsafeRawBufferPointer, values: Int, _ type: PhysicalType, into column: inout DecodedColumn, limit: Int
    ) throws(PageFault) {
        switch type {
        case .boolean:
            guard page.count == (values + 7) / 8 else { throw wrong(page.count, values) }
            booleans(page, values, into: &column.booleans)
        case .int32: try words(page, values, into: &column.words32)
        case .int64, .double: try words(page, values, into: &column.words64)
        case .byteArray: try column.append(plain: page, values: values, limit: limit)
        }
    }

    private static func wrong(_ bytes: Int, _ values: Int) -> PageFault {
        .damaged("\(bytes) bytes for \(values) values")
    }

    private static func words<Word: FixedWidthInteger>(
        _ page: UnsafeRawBufferPointer, _ values: Int, into target: inout [Word]
    ) throws(PageFault) {
        let (size, overflow) = values.multipliedReportingOverflow(by: MemoryLayout<Word>.size)
        guard !overflow, page.count == size else { throw wrong(page.count, values) }
        target.reserve(values)
        target.append(addingCapacity: values) { output in
            output.withUnsafeMutableBufferPointer { output, count in
                UnsafeMutableRawBufferPointer(output).copyMemory(from: page)
                count = values
            }
        }
    }

    private static func booleans(_ page: UnsafeRawBufferPointer, _ values: Int, into target: inout [UInt8]) {
        target.reserve(values)
        for index in 0..<values { target.append(page[index >> 3] >> UInt8(index & 7) & 1) }
    }

    /// RLE, which version 2 pages may use for booleans: four bytes of length, then the hybrid of width 1.
    static func runLengthBooleans(
        _ page: UnsafeRawBufferPointer, values: Int, into target: inout [UInt8]
    ) throws(PageFault) {
        guard page.count >= 4,
            Int(UInt32(littleEndian: page.loadUnaligned(as: UInt32.self))) == page.count - 4
        else { throw .damaged("\(page.count) bytes of runs with another length in front") }
        var levels = LevelsDecoder()
        _ = try levels.decode(UnsafeRawBufferPointer(rebasing: page[4...]), rows: values)
        levels.validity.withUnsafeBytes { booleans($0, values, into: &target) }
    }
}
