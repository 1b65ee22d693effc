// Decodes a column chunk: page after page, levels, then values by their encoding. Errors name the place in the file.

struct ColumnDecoder: ~Copyable {
    private let column: Schema.Column
    private let type: PhysicalType
    private let rows: Int
    private let place: ParquetError.Place
    private let options: ReaderOptions
    private var decompressor: Decompressor
    private var dictionary: DecodedDictionary?
    private var indices = DictionaryDecoder()
    private var levels = LevelsDecoder()
    private var decoded = DecodedColumn()

    struct Result {
        var column: DecodedColumn
        var pages: Int
        var pagesWithoutChecksum: Int
    }

    /// `bytes` are the chunk's.
    static func decode(
        _ bytes: ArraySlice<UInt8>, of chunk: StoredColumnChunk, _ column: Schema.Column, rows: Int, rowGroup: Int,
        _ options: ReaderOptions
    ) throws(ParquetError) -> Result {
        let place = ParquetError.Place(column: column.name, rowGroup: rowGroup, offset: chunk.offset)
        var decoder = ColumnDecoder(column, rows: rows, chunk.codec, place, options)
        var pages = PageReader(bytes, offset: chunk.offset, place, options)
        while let page = try pages.next() {
            do throws(PageFault) { try decoder.take(page) } catch { throw error.at(page.place) }
        }
        return .init(
            column: try decoder.finish(), pages: pages.pages, pagesWithoutChecksum: pages.pagesWithoutChecksum)
    }

    private init(
        _ column: Schema.Column, rows: Int, _ codec: StoredCodec, _ place: ParquetError.Place, _ options: ReaderOptions
    ) {
        self.column = column
        self.rows = rows
        self.place = place
        self.options = options
        type = column.type.physical
        decompressor = Decompressor(codec)
        // The number of rows is a claim until they are there: only a little room is made at once.
        let room = min(rows, 1 << 20)
        if column.isOptional { levels.reserve(room) }
        switch type {
        case .boolean: decoded.booleans.reserveCapacity(room)
        case .int32: decoded.words32.reserveCapacity(room)
        case .int64, .double: decoded.words64.reserveCapacity(room)
        case .byteArray: decoded.starts.reserveCapacity(room)
        }
    }

    private consuming func finish() throws(ParquetError) -> DecodedColumn {
        guard decoded.rows == rows else {
            throw .damaged(place, "the pages have \(decoded.rows) rows of \(rows)")
        }
        decoded.nulls = levels.nulls
        decoded.validity = levels.validity
        return decoded
    }

    // MARK: Pages

    private mutating func take(_ page: PageReader.Page) throws(PageFault) {
        let header = page.header
        switch header.kind {
        case .other: return
        case .dictionary(let entries, let encoding):
            guard dictionary == nil else { throw .damaged("a second dictionary") }
            guard decoded.rows == 0 else { throw .damaged("a dictionary behind values") }
            // PLAIN, or the older PLAIN_DICTIONARY, which means the same here.
            guard encoding == 0 || encoding == 2 else { throw unsupported(encoding) }
            guard entries >= 0 else { throw .damaged("a dictionary of \(entries)") }
            dictionary = try withBody(page) { (decoder, body) throws(PageFault) in
                try DecodedDictionary(body, entries: Int(entries), decoder.type)
            }
        case .data(let data):
            let rows = try rows(data)
            if column.isOptional && data.definitionEncoding != 3 { throw unsupported(data.definitionEncoding) }
            try withBody(page) { (decoder, body) throws(PageFault) in
                var values = rows
                var rest = body
                if decoder.column.isOptional {
                    guard body.count >= 4 else { throw .damaged("a page ends inside its levels") }
                    let size = Int(UInt32(littleEndian: body.loadUnaligned(as: UInt32.self)))
                    guard size <= body.count - 4 else {
                        throw .damaged("\(size) bytes of levels in a page of \(body.count)")
                    }
                    values = try decoder.levels.decode(.init(rebasing: body[4..<4 + size]), rows: rows)
                    rest = .init(rebasing: body[(4 + size)...])
                }
                try decoder.decode(rest, values: values, data.encoding)
            }
            decoded.rows += rows
        case .dataV2(let data):
            try takeV2(page, data)
        }
    }

    private mutating func takeV2(_ page: PageReader.Page, _ data: PageHeader.DataHeader) throws(PageFault) {
        let rows = try rows(data)
        let header = page.header
        guard data.repetitionBytes == 0 else { throw .damaged("repetition levels in a flat column") }
        let size = Int(data.definitionBytes)
        guard size >= 0, size <= header.size, size <= header.uncompressedSize else {
            throw .damaged("\(size) bytes of levels in a page of \(header.size)")
        }
        var values = rows
        if column.isOptional {
            values = try page.body.withUnsafeBufferPointer { (body) throws(PageFault) in
                try levels.decode(.init(rebasing: UnsafeRawBufferPointer(body)[0..<size]), rows: rows)
            }
        } else if size > 0 {
            throw .damaged("definition levels in a required column")
        }
        guard rows - values == Int(data.nulls) else {
            throw .damaged("\(rows - values) nulls where the page's header says \(data.nulls)")
        }
        let body = page.body.dropFirst(size)
        try withValues(body, size: header.uncompressedSize - size, isCompressed: data.isCompressed) {
            (decoder, body) throws(PageFault) in
            try decoder.decode(body, values: values, data.encoding)
        }
        decoded.rows += rows
    }

    private func rows(_ data: PageHeader.DataHeader) throws(PageFault) -> Int {
        let count = Int(data.values)
        guard count >= 0, count <= rows - decoded.rows else {
            throw .damaged("a page of \(count) rows where \(rows - decoded.rows) are due")
        }
        return count
    }

    private mutating func withBody<Result>(
        _ page: PageReader.Page,
        _ body: (inout ColumnDecoder, UnsafeRawBufferPointer) throws(PageFault) -> Result
    ) throws(PageFault) -> Result {
        try withValues(page.body, size: page.header.uncompressedSize, isCompressed: true, body)
    }

    private mutating func withValues<Result>(
        _ stored: ArraySlice<UInt8>, size: Int, isCompressed: Bool,
        _ body: (inout ColumnDecoder, UnsafeRawBufferPointer) throws(PageFault) -> Result
    ) throws(PageFault) -> Result {
        try stored.withUnsafeBufferPointer { (stored) throws(PageFault) -> Result in
            let stored = UnsafeRawBufferPointer(stored)
            if !isCompressed {
                guard stored.count == size else { throw .damaged("\(stored.count) bytes for \(size)") }
                return try body(&self, stored)
            }
            return try body(&self, try self.decompressor.decompressed(stored, size: size))
        }
    }

    // MARK: Values

    private mutating func decode(
        _ body: UnsafeRawBufferPointer, values: Int, _ encoding: Int32
    ) throws(PageFault) {
        switch encoding {
        case 0: try PlainDecoder.decode(body, values: values, type, into: &decoded, limit: options.columnBytes)
        // RLE_DICTIONARY, and PLAIN_DICTIONARY as it was called.
        case 8, 2:
            guard let dictionary else { throw .damaged("indices without a dictionary") }
            try indices.decode(body, values: values, dictionary, type, into: &decoded, limit: options.columnBytes)
        case 3 where type == .boolean:
            try PlainDecoder.runLengthBooleans(body, values: values, into: &decoded.booleans)
        default: throw unsupported(encoding)
        }
        let width = type.width ?? 1
        guard decoded.words32.count + decoded.words64.count + decoded.booleans.count <= options.columnBytes / width
        else {
            throw .tooLarge("a column of more than \(options.columnBytes) bytes")
        }
    }

    /// parquet.thrift, Encoding.
    private func unsupported(_ encoding: Int32) -> PageFault {
        let names = [
            "PLAIN", "1", "PLAIN_DICTIONARY", "RLE", "BIT_PACKED", "DELTA_BINARY_PACKED", "DELTA_LENGTH_BYTE_ARRAY",
            "DELTA_BYTE_ARRAY", "RLE_DICTIONARY", "BYTE_STREAM_SPLIT",
        ]
        let name = names.indices.contains(Int(encoding)) ? names[Int(encoding)] : "\(encoding)"
        return .unsupported("encoding \(name) of a \(type) column")
    }
}
