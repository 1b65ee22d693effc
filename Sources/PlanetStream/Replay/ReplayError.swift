// Why the lake can't be replayed. Not what verification finds in files that can be read.

import Lake

package enum ReplayError: Error, Sendable, Equatable {
    /// The store says so.
    case lake(LakeError)
    /// A file isn't what its name and its table say: which, and what is wrong with it.
    case damaged(file: String, String)
    /// The lake doesn't reach so far (yet): how far it does.
    case notStored(wanted: Positions, stored: Positions)
}

extension ReplayError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .lake(let error): "\(error)"
        case .damaged(let file, let text): "\(file): \(text)"
        case .notStored(let wanted, let stored): "the lake holds \(stored.text), not yet \(wanted.text)"
        }
    }
}
