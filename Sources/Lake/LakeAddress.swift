// "file:data/lake", "hdfs://namenode:9870/lake": the only switch between the places a lake can lie in.

package enum LakeAddress: Sendable, Equatable, CustomStringConvertible {
    case folder(path: String)
    case hdfs(WebHDFSAddress)

    /// Nil for anything else.
    package init?(_ text: String, _ options: WebHDFSOptions = WebHDFSOptions()) {
        if text.hasPrefix("file:") {
            // "file:///a/b" is the same folder as "file:/a/b".
            let path = text.hasPrefix("file://") ? text.dropFirst(7) : text.dropFirst(5)
            guard !path.isEmpty else { return nil }
            // One trailing slash more or less is no other folder.
            self = .folder(path: path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : String(path))
        } else if let address = WebHDFSAddress(text, options) {
            self = .hdfs(address)
        } else {
            return nil
        }
    }

    /// Holds no secret.
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

    /// Keeps other processes from writing to the lake, or to a partition of it, until the object goes. The lake must
    /// exist: call `open` first, and give what it returned, so that both end soon when that is asked of the store.
    package func lock(_ scope: LakeScope = .lake, in store: (any FileStore)? = nil) throws(LakeError) -> any LakeLock {
        switch self {
        case .folder(let path): try FolderLock(folder: path, scope)
        case .hdfs(let address):
            try WebHDFSLock(store as? WebHDFSFileStore ?? WebHDFSFileStore(WebHDFSClient(address)), scope)
        }
    }
}
