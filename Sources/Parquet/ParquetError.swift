// What can go wrong while a file is written or read, and where in it. Not the callers' mistakes (BUG: ...).

package enum ParquetError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A page's size is written in 31 bits.
    case pageTooLarge(bytes: Int)
    case compressionFailed(String)
    /// The file is torn, cut off or altered.
    case damaged(Place, String)
    /// A part of the format that this reader doesn't read; `String` names it.
    case unsupported(Place, String)
    /// Larger than ReaderOptions allows.
    case tooLarge(Place, String)
    /// A sound file without what was asked for: no such column, another type, a null in a required column.
    case mismatch(Place, String)
    /// The source failed, or gave fewer bytes than it said it had.
    case unreadable(Place, String)

    /// A place in a file: as much of it as is known.
    package struct Place: Sendable, Equatable, CustomStringConvertible {
        package var column: String?
        package var rowGroup: Int?
        /// From the beginning of the file: where the page, or the part of the footer, begins.
        package var offset: Int64?

        package init(column: String? = nil, rowGroup: Int? = nil, offset: Int64? = nil) {
            self.column = column
            self.rowGroup = rowGroup
            self.offset = offset
        }

        package var description: String {
            var parts: [String] = []
            if let column { parts.append("column \(column)") }
            if let rowGroup { parts.append("row group \(rowGroup)") }
            if let offset { parts.append("byte \(offset)") }
            return parts.isEmpty ? "file" : parts.joined(separator: ", ")
        }
    }

    package var description: String {
        switch self {
        case .pageTooLarge(let bytes): "a page of \(bytes) bytes is too large for the format"
        case .compressionFailed(let reason): "compression failed: \(reason)"
        case .damaged(let place, let reason): "damaged: \(reason) (\(place))"
        case .unsupported(let place, let what): "not supported: \(what) (\(place))"
        case .tooLarge(let place, let what): "too large: \(what) (\(place))"
        case .mismatch(let place, let reason): "\(reason) (\(place))"
        case .unreadable(let place, let reason): "cannot be read: \(reason) (\(place))"
        }
    }
}
