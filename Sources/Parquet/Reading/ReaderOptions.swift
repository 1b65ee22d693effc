// What a reader takes on at most. A file says how large its parts are before they are there; this is how much of it is
// believed.
// Files of our own writer lie far below these.

package struct ReaderOptions: Sendable {
    /// The footer's thrift.
    package var footerBytes = 64 << 20
    package var rowGroupRows = 1 << 26
    /// A column chunk as stored.
    package var chunkBytes = 1 << 30
    /// One page, before or after decompression.
    package var pageBytes = 256 << 20
    /// One column of one row group, decoded.
    package var columnBytes = 2 << 30
    /// Whether a page without a CRC is an error. Our writer gives every page one, most others don't.
    package var requiresChecksums = false

    package init() {}
}
