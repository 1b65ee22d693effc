// Why the metastore refused or could not be asked. The case says what to do about it, not the text.

package enum HiveError: Error, Sendable, Equatable {
    /// No answer, or a broken connection. The same call may work later.
    case unreachable(String)
    /// The answer does not come from a metastore.
    case nonsense(String)
    /// The metastore's NoSuchObjectException or UnknownTableException.
    case noSuchObject(String)
    case alreadyExists(String)
    /// The metastore has no such call: it is older or newer than the call.
    case unknownCall(String)
    /// Any other exception of the metastore; its database may be the cause, so the call may work later.
    case refused(String)
    /// A table (or its partitions) where ours should be. Needs a person; nothing was changed.
    case conflict(String)
    /// The lake could not be listed.
    case lake(String)
}

extension HiveError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let text), .unknownCall(let text), .refused(let text), .conflict(let text), .lake(let text):
            text
        case .nonsense(let text): "not a Hive metastore: \(text)"
        case .noSuchObject(let text): "no such object: \(text)"
        case .alreadyExists(let text): "exists already: \(text)"
        }
    }
}
