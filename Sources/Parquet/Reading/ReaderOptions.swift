// The most a reader accepts. A file claims how large its parts are before they are there; this is how much is believed.
// Our own writer's files stay far below.

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
