// Why the lake refused or failed. The case says what to do about it, not the text. One error type for every FileStore.

package enum LakeError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No file or folder of this name.
    case notFound(String)
    /// The target's name is taken; nothing was changed.
    case alreadyExists(String)
    /// The disk (or the quota) is full. Retriable: the same call may succeed once there is room.
    case noSpace(String)
    /// The place is not writable.
    case readOnly(String)
    /// Anything else the store reports. Retriable.
    case unavailable(String)
    /// Bytes accepted by the store may be lost. Abandon the open roll and read its records from the log again.
    case lost(String)
    /// Another process is writing to this lake.
    case locked(String)
    /// The lake's content contradicts itself (offsets missing or stored twice), or an append would. Needs a person.
    case inconsistent(String)
    /// An address that names no store we can open.
    case unsupported(String)

    /// Whether the same call may be repeated.
    package var isRetriable: Bool {
        switch self {
        case .noSpace, .readOnly, .unavailable: true
        case .notFound, .alreadyExists, .lost, .locked, .inconsistent, .unsupported: false
        }
    }

    /// The sentence alone, as a person reads it.
    package var description: String {
        switch self {
        case .notFound(let text), .alreadyExists(let text), .noSpace(let text), .readOnly(let text),
            .unavailable(let text), .lost(let text), .locked(let text), .inconsistent(let text), .unsupported(let text):
            text
        }
    }
}
