// Why a text was not read as JSON, and where.
// Not here: what a value may be (PlanetCore), or how an error is answered (PlanetWeb).

package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Reason: Int64, Sendable {
        case malformed = 1
        case notAnObject
        case notAnArray
        case duplicateKey
        case tooMany
        case tooDeep
        case tooLarge
        case invalidUTF8
        case empty
        case noMemory
    }

    package let reason: Reason
    /// Bytes from the beginning of the text; near the fault, not always at it.
    package let offset: Int
    /// The line of that offset, from 1.
    package let line: Int

    package init(_ reason: Reason, offset: Int = 0, line: Int = 1) {
        self.reason = reason
        self.offset = offset
        self.line = line
    }

    init(code: Int64, offset: Int, in text: UnsafeRawBufferPointer) {
        reason = Reason(rawValue: -code) ?? .malformed
        self.offset = offset
        line = 1 + text.prefix(offset).count { $0 == UInt8(ascii: "\n") }
    }

    package var description: String {
        let what =
            switch reason {
            case .malformed: "The text is not valid JSON"
            case .notAnObject: "A JSON object is expected"
            case .notAnArray: "A JSON array is expected"
            case .duplicateKey: "A name appears twice in the object"
            case .tooMany: "There are too many values"
            case .tooDeep: "Values are nested too deeply"
            case .tooLarge: "The text is too long"
            case .invalidUTF8: "The text is not valid UTF-8"
            case .empty: "There is no text"
            case .noMemory: "There is not enough memory to read the text"
            }
        return "\(what) (line \(line), byte \(offset))"
    }
}
