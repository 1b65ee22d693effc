// Keeps others from writing to the same lake, or to the same partition of it. FolderLock for a folder, WebHDFSLock for
// HDFS.

/// What a lock protects.
package enum LakeScope: Sendable, Equatable {
    /// The whole lake: one process writes every partition (the embedded log).
    case lake
    /// Excludes `.lake` only: each process then locks the partitions it writes.
    case member
    /// One topic partition.
    case partition(topic: String, Int32)

    func what(in place: String) -> String {
        switch self {
        case .lake, .member: "the lake in \(place)"
        case .partition(let topic, let partition): "partition \(partition) of \(topic) in the lake in \(place)"
        }
    }
}

/// Held until the object is freed. Making one throws `.locked`, naming the owner, if another process holds it.
package protocol LakeLock: AnyObject, Sendable {
    /// Part of the names of this holder's aside files, so that they can't be mistaken for another holder's. Nil if
    /// nobody can outlive the lock.
    var token: String? { get }

    /// Throws `.locked` if the lock is no longer ours, another error if that can't be found out now.
    ///
    /// A writer calls it before each rename, once all its aside files of the roll are written. Whoever takes a lock
    /// over first gets the lock, then removes the aside files (LakeRecovery), then writes. So a writer that lost its
    /// lock without noticing (it was stopped, or cut off) either finds that here, or asked before the takeover. Then
    /// its files were written before that too: at its rename they either still exist, and the other's recovery finds
    /// the finished file, or they are removed, and the rename fails.
    func check() throws(LakeError)
}
