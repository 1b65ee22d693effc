// The pages of a column chunk, one after the other: header read, body inside the chunk, checksum compared.
// Decompresses and decodes nothing.

import CZlib

struct PageReader {
    /// What is left of the chunk.
    private var bytes: ArraySlice<UInt8>
    /// Where the next page begins in the file.
    private var offset: Int64
    private let place: ParquetError.Place
    private let options: ReaderOptions
    private(set) var pages = 0
    private(set) var pagesWithoutChecksum = 0

    struct Page {
        var header: PageHeader
        var body: ArraySlice<UInt8>
        var place: ParquetError.Place
    }

    /// `bytes` are the whole chunk, which begins at `offset` in the file.
    init(_ bytes: ArraySlice<UInt8>, offset: Int64, _ place: ParquetError.Place, _ options: ReaderOptions) {
        self.bytes = bytes
        self.offset = offset
        self.place = place
        self.options = options
    }

    mutating func next() throws(ParquetError) -> Page? {
        guard !bytes.isEmpty else { return nil }
        var place = place
        place.offset = offset
        let header = try PageHeader(bytes, base: offset, place)
        guard max(header.size, header.uncompressedSize) <= options.pageBytes else {
            throw .tooLarge(place, "a page of \(max(header.size, header.uncompressedSize)) bytes")
        }
        let rest = bytes.dropFirst(header.headerSize)
        guard header.size <= rest.count else {
            throw .damaged(place, "a page of \(header.size) bytes where the column chunk has \(rest.count) left")
        }
        let body = rest.prefix(header.size)
        if let wanted = header.checksum {
            let crc = body.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, $0.count)) }
            guard crc == wanted else { throw .damaged(place, "the page's checksum is wrong") }
        } else {
            guard !options.requiresChecksums else { throw .damaged(place, "the page has no checksum") }
            pagesWithoutChecksum += 1
        }
        pages += 1
        bytes = rest.dropFirst(header.size)
        offset += Int64(header.headerSize + header.size)
        return Page(header: header, body: body, place: place)
    }
}
