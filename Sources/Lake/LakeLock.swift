// What keeps others from writing to the same lake, or to the same partition of it. FolderLock on a folder, WebHDFSLock
// in HDFS.

/// What a lock keeps others from.
package enum LakeScope: Sendable, Equatable {
    /// The whole lake: one process writes every partition (the embedded log).
    case lake
    /// Nothing but `.lake`: each process then locks the partitions it writes.
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

/// Held until the object goes. Making one throws `.locked`, naming the owner, where another holds it.
package protocol LakeLock: AnyObject, Sendable {
    /// Part of the names of this holder's files written aside, so that no other holder's are taken for them. Nil where
    /// nobody can outlive his lock.
    var token: String? { get }

    /// Throws `.locked` if the lock is not ours any more, another error if that can't be found out now.
    ///
    /// A writer calls it before each rename, when all its files of the roll have been written aside. Who takes a lock
    /// over first has the lock, then removes the files written aside (LakeRecovery), then writes. So a writer that lost
    /// its lock without noticing (it was stopped, or cut off) either finds that here, or has asked before the lock was
    /// taken over: then its files were written before that, and by the time of its rename they are either still there,
    /// and the other's recovery finds the finished file, or they are removed, and the rename fails.
    func check() throws(LakeError)
}
