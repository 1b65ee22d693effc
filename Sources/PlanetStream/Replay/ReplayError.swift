// Why the lake can't be replayed. Verification reports what is wrong in files that can be read.

import Lake

package enum ReplayError: Error, Sendable, Equatable {
    /// An error of the store.
    case lake(LakeError)
    /// A file is not what its name and table say: which one, and what is wrong.
    case damaged(file: String, String)
    /// The lake doesn't reach that far (yet): how far it does.
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
