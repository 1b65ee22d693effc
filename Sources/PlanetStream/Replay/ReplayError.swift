// Why the lake can't be replayed. Not what verification finds in files that can be read.

import Lake

package enum ReplayError: Error, Sendable, Equatable {
    /// The store says so.
    case lake(LakeError)
    /// A file isn't what its name and its table say: which, and what is wrong with it.
    case damaged(file: String, String)
    /// The lake doesn't reach so far (yet): how far it does.
    case notStored(wanted: Positions, stored: Positions)
    /// Offsets before `first` are not in the lake (any more), so nothing can be replayed from the beginning.
    case beginsLater(Positions.Place, first: Int64)
}
