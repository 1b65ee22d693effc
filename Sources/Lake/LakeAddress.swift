// "file:data/lake": the only switch between the places a lake can lie in.

package enum LakeAddress: Sendable, Equatable {
    case folder(path: String)
    /// Understood, but not to be opened yet.
    case hdfs(String)

    /// Nil for anything else.
    package init?(_ text: String) {
        if text.hasPrefix("file:") {
            // "file:///a/b" is the same folder as "file:/a/b".
            let path = text.hasPrefix("file://") ? text.dropFirst(7) : text.dropFirst(5)
            guard !path.isEmpty else { return nil }
            // One trailing slash more or less is no other folder.
            self = .folder(path: path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : String(path))
        } else if text.hasPrefix("hdfs://"), text.count > 7 {
            self = .hdfs(text)
        } else {
            return nil
        }
    }

    package func open() throws(LakeError) -> any FileStore {
        switch self {
        case .folder(let path): try LocalFileStore(root: path)
        case .hdfs(let text): throw .unsupported("a lake in HDFS (\(text)) is not built yet; use file:FOLDER")
        }
    }

    /// Keeps other processes of this machine from writing to the lake, or to a partition of it, until the object goes. Nil where the store does that
    /// by itself. The folder must exist: call `open` first.
    package func lock(_ scope: LakeLock.Scope = .lake) throws(LakeError) -> LakeLock? {
        switch self {
        case .folder(let path): try LakeLock(folder: path, scope)
        case .hdfs: nil
        }
    }
}
