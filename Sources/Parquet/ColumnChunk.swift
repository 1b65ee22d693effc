// One column of one row group: chooses the encoding, cuts the rows into pages and notes what the footer needs.
// Not the bytes of a page's header (DataPage.swift), nor of the footer (FileMetadata.swift).

/// What the footer says of a written chunk (parquet.thrift, ColumnMetaData).
struct ColumnChunk: Sendable {
    var column: Schema.Column
    var encodings: [Encoding]
    var values: Int
    var uncompressedSize = 0
    var compressedSize = 0
    var dataPages = 0
    var dataEncoding: Encoding
    /// From the beginning of the file.
    var dataPageOffset: Int64 = 0
    var dictionaryPageOffset: Int64?
    var statistics: Statistics

    /// Where the chunk's bytes begin.
    var offset: Int64 { dictionaryPageOffset ?? dataPageOffset }

    /// Encodes `buffer` and appends its pages to `out`, whose first byte is the file's byte `base`.
    static func write(
        _ buffer: ColumnBuffer, of column: Schema.Column, _ options: WriterOptions, base: Int64,
        _ compressor: inout Compressor, into out: inout [UInt8]
    ) throws(ParquetError) -> ColumnChunk {
        let dictionary =
            options.dictionary == .whereItPays
            ? DictionaryEncoder.build(buffer, maxBytes: options.dictionaryBytes) : nil
        var chunk = ColumnChunk(
            column: column, encodings: dictionary == nil ? [.rle, .plain] : [.rle, .plain, .rleDictionary],
            values: buffer.count, dataEncoding: dictionary == nil ? .plain : .rleDictionary,
            statistics: Statistics(of: buffer, positions: dictionary?.firsts))
        var body: [UInt8] = []

        if let dictionary {
            DictionaryEncoder.encodeValues(dictionary, of: buffer, into: &body)
            chunk.dictionaryPageOffset = base + Int64(out.count)
            let sizes = try Page.write(
                .dictionary(entries: dictionary.firsts.count), body: body, checksum: options.checksums, &compressor,
                into: &out)
            chunk.add(sizes)
        }

        chunk.dataPageOffset = base + Int64(out.count)
        // Width 0 is allowed for a single entry, but not every reader copes with it.
        let bitWidth = dictionary.map { max(1, RLEHybrid.bitWidth(largest: UInt32(max(1, $0.firsts.count) - 1))) } ?? 0
        var row = 0
        var value = 0
        while row < buffer.count {
            let rows = row..<PageCut.end(buffer, row: row, value: value, isDictionary: dictionary != nil, options)
            let values = value..<value + Levels.valueCount(buffer, rows: rows)
            body.removeAll(keepingCapacity: true)
            if buffer.isOptional { Levels.encode(validity: buffer.validity, rows: rows, into: &body) }
            if let dictionary {
                // Encodings.md, "Dictionary Encoding": the bit width in one byte, then the hybrid without a length.
                body.append(UInt8(bitWidth))
                dictionary.indices.withUnsafeBufferPointer {
                    RLEHybrid.encode(UnsafeBufferPointer(rebasing: $0[values]), bitWidth: bitWidth, into: &body)
                }
            } else {
                PlainEncoding.encode(buffer, values: values, into: &body)
            }
            let sizes = try Page.write(
                .data(values: rows.count, encoding: chunk.dataEncoding), body: body, checksum: options.checksums,
                &compressor, into: &out)
            chunk.add(sizes)
            chunk.dataPages += 1
            row = rows.upperBound
            value = values.upperBound
        }
        return chunk
    }

    private mutating func add(_ sizes: PageSizes) {
        uncompressedSize += sizes.uncompressed
        compressedSize += sizes.compressed
    }
}

/// Where a page ends: after so many rows or bytes, always on a multiple of 64 rows, so that levels needn't be shifted.
enum PageCut {
    private static let step = 64

    static func end(_ buffer: ColumnBuffer, row: Int, value: Int, isDictionary: Bool, _ options: WriterOptions) -> Int {
        let mostRows = max(step, options.pageRows / step * step)
        let limit = min(row + mostRows, buffer.count)
        if isDictionary || buffer.type.physical == .boolean { return limit }
        if let width = buffer.type.physical.width {
            return min(limit, row + max(step, options.pageBytes / width / step * step))
        }
        // Byte arrays: step by step until the page is full.
        var end = row
        var values = value
        var bytes = 0
        repeat {
            let next = min(end + step, limit)
            let more = Levels.valueCount(buffer, rows: end..<next)
            bytes += PlainEncoding.byteRange(buffer, values: values..<values + more).count
            values += more
            end = next
        } while end < limit && bytes < options.pageBytes
        return end
    }
}
