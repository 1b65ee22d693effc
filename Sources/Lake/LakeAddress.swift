// "file:data/lake", "hdfs://namenode:9870/lake": the only switch between the kinds of storage of a lake.

package enum LakeAddress: Sendable, Equatable, CustomStringConvertible {
    case folder(path: String)
    case hdfs(WebHDFSAddress)

    /// Nil for anything else.
    package init?(_ text: String, _ options: WebHDFSOptions = WebHDFSOptions()) {
        if text.hasPrefix("file:") {
            // "file:///a/b" is the same folder as "file:/a/b".
            let path = text.hasPrefix("file://") ? text.dropFirst(7) : text.dropFirst(5)
            guard !path.isEmpty else { return nil }
            // With or without a trailing slash it is the same folder.
            self = .folder(path: path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : String(path))
        } else if let address = WebHDFSAddress(text, options) {
            self = .hdfs(address)
        } else {
            return nil
        }
    }

    /// Contains no secret.
    package var description: String {
        switch self {
        case .folder(let path): "file:\(path)"
        case .hdfs(let address): address.text
        }
    }

    package func open() throws(LakeError) -> any FileStore {
        switch self {
        case .folder(let path): try LocalFileStore(root: path)
        case .hdfs(let address): try WebHDFSFileStore(address)
        }
    }

    /// Keeps other processes from writing to the lake, or to a partition of it, until the object is freed. The lake
    /// must exist: call `open` first and pass its result, so that `giveUpSoon` reaches both.
    package func lock(_ scope: LakeScope = .lake, in store: (any FileStore)? = nil) throws(LakeError) -> any LakeLock {
        switch self {
        case .folder(let path): try FolderLock(folder: path, scope)
        case .hdfs(let address):
            try WebHDFSLock(store as? WebHDFSFileStore ?? WebHDFSFileStore(WebHDFSClient(address)), scope)
        }
    }
}
