// Reads a whole file and compares it with what it says of itself: checksums, counts, bounds, text.
// Repairs nothing, keeps nothing: one column of one row group is in memory at a time.

extension ParquetFile {
    package struct Verification: Sendable, Equatable {
        package var rows = 0
        package var rowGroups = 0
        package var pages = 0
        /// Pages without a CRC: only their form could be checked.
        package var pagesWithoutChecksum = 0
    }

    /// Compares every page of every readable column with the footer. Throws at the first thing that is wrong.
    package func verify() throws(ParquetError) -> Verification {
        var verification = Verification()
        for rowGroup in rowGroups.indices {
            var chunks = ChunkReader(self, rowGroup: rowGroup, columns: Array(schema.columns.indices))
            let order = schema.columns.indices.sorted {
                rowGroups[rowGroup].columns[$0].offset < rowGroups[rowGroup].columns[$1].offset
            }
            for column in order {
                let read = try chunks.read(column)
                verification.pages += read.pages
                verification.pagesWithoutChecksum += read.pagesWithoutChecksum
                let stored = rowGroups[rowGroup].columns[column]
                let place = ParquetError.Place(column: read.stored.name, rowGroup: rowGroup, offset: stored.offset)
                let buffer = try read.buffer(as: schema.columns[column], rowGroup)
                if buffer.type == .string { try Self.checkText(buffer, place) }
                try StatisticsCheck.check(buffer, stored.statistics, place)
            }
            verification.rows += rowGroups[rowGroup].rows
            verification.rowGroups += 1
        }
        return verification
    }

    /// LogicalTypes.md, STRING: UTF-8.
    private static func checkText(_ buffer: ColumnBuffer, _ place: ParquetError.Place) throws(ParquetError) {
        var wrong: Int?
        buffer.bytes.withUnsafeBufferPointer { bytes in
            for position in buffer.starts.indices {
                let range = PlainEncoding.byteRange(buffer, values: position..<position + 1)
                let value = bytes[range.lowerBound + 4..<range.upperBound]
                // Nearly all text here is ASCII.
                if value.allSatisfy({ $0 < 0x80 }) { continue }
                if String(validating: value, as: UTF8.self) == nil {
                    wrong = position
                    return
                }
            }
        }
        if let wrong { throw .damaged(place, "value \(wrong) isn't UTF-8") }
    }
}

/// The bounds a footer gives against all values (parquet.thrift, Statistics; Statistics.swift writes them).
enum StatisticsCheck {
    static func check(
        _ buffer: ColumnBuffer, _ statistics: StoredStatistics, _ place: ParquetError.Place
    ) throws(ParquetError) {
        if let nulls = statistics.nullCount, nulls != buffer.nullCount {
            throw .damaged(place, "\(buffer.nullCount) nulls where the footer says \(nulls)")
        }
        guard buffer.valueCount > 0 else { return }
        let holds: Bool
        switch (statistics.minimum, statistics.maximum) {
        case (.boolean(let low)?, .boolean(let high)?):
            holds = buffer.booleans.allSatisfy { $0 >= (low ? 1 : 0) && $0 <= (high ? 1 : 0) }
        case (.int32(let low)?, .int32(let high)?):
            holds = buffer.words32.allSatisfy { low <= Int32(bitPattern: $0) && Int32(bitPattern: $0) <= high }
        case (.int64(let low)?, .int64(let high)?):
            holds = buffer.words64.allSatisfy { low <= Int64(bitPattern: $0) && Int64(bitPattern: $0) <= high }
        case (.double(let low)?, .double(let high)?):
            // NaN lies in no bounds, and a bound of NaN is to be ignored (parquet.thrift, ColumnOrder).
            holds = buffer.words64.allSatisfy { !(Double(bitPattern: $0) < low) && !(Double(bitPattern: $0) > high) }
        case (let low, let high): holds = byteArrays(buffer, low, high)
        }
        guard holds else { throw .damaged(place, "a value lies beyond the bounds in the footer") }
    }

    private static func byteArrays(_ buffer: ColumnBuffer, _ low: StatisticValue?, _ high: StatisticValue?) -> Bool {
        guard buffer.type.physical == .byteArray else { return true }
        return buffer.bytes.withUnsafeBytes { bytes in
            buffer.starts.indices.allSatisfy { position in
                let range = PlainEncoding.byteRange(buffer, values: position..<position + 1)
                let value = UnsafeRawBufferPointer(rebasing: bytes[range.lowerBound + 4..<range.upperBound])
                if case .bytes(let low)? = low, low.withUnsafeBytes({ Statistics.precedes(value, $0) }) { return false }
                if case .bytes(let high)? = high { return !high.withUnsafeBytes { Statistics.precedes($0, value) } }
                return true
            }
        }
    }
}
