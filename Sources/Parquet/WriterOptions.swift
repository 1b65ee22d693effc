// How a file is written. The defaults suit every reader we know.
// Nothing here changes what a reader gets back.

package struct WriterOptions: Sendable {
    package enum DictionaryPolicy: Sendable, Equatable {
        /// Per column chunk, decided by a sample and dropped when it grows too large.
        case whereItPays
        case never
    }

    package struct Metadatum: Sendable, Equatable {
        package let key: String
        package let value: String
        package init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    package var compression = Compression.snappy
    package var dictionary = DictionaryPolicy.whereItPays
    /// The largest dictionary of a chunk, before compression.
    package var dictionaryBytes = 1 << 20
    /// A page ends at the first of these.
    package var pageRows = 20_480
    package var pageBytes = 1 << 20
    /// When a RowBatch should be written; see `isFull`.
    package var rowGroupRows = 122_880
    package var rowGroupBytes = 64 << 20
    /// CRC-32 of every page.
    package var checksums = true
    /// Key-value metadata of the file.
    package var metadata: [Metadatum] = []

    package init() {}

    package func isFull(_ batch: RowBatch) -> Bool {
        batch.rowCount >= rowGroupRows || batch.estimatedBytes >= rowGroupBytes
    }
}
