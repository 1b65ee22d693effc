// A file on its way to HDFS: kept in an unlinked local file; `sync` uploads it whole, again if need be. So a node that
// dies in mid-file costs one more upload and loses nothing.

import Basics
import Glibc

final class WebHDFSAsideFile: AsideFile {
    private let store: WebHDFSFileStore
    private let path: String
    private let descriptor: Int32
    private(set) var length: Int64 = 0
    private var syncedLength: Int64 = -1
    /// Names of failed tries.
    private var leftovers: [String] = []
    /// A finished try that doesn't have the file's name yet, and its length.
    private var uploaded: (name: String, length: Int64)?
    private var isClosed = false
    private static let mostLeftovers = 16

    init(_ store: WebHDFSFileStore, _ path: String) throws(LakeError) {
        self.store = store
        self.path = path
        let folder = store.client.address.options.spoolFolder ?? getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var name = Array("\(folder)/planetarium-XXXXXX".utf8CString)
        descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw LocalFileStore.error(errno, "make a file in", folder) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        // Without a name it vanishes with the process, however that ends.
        unlink(name)
    }

    deinit { close() }

    func append(_ bytes: UnsafeRawBufferPointer) throws(LakeError) {
        try LocalFileStore.write(bytes, to: descriptor, at: &length, "write the local copy of", path)
    }

    /// Each try has a name of its own and is renamed when finished: an abandoned one may still wait in a DataNode and
    /// would replace the finished file.
    func sync() throws(LakeError) {
        guard syncedLength != length else { return }
        if uploaded?.length != length { try upload() }
        guard let uploaded else { return }
        try store.rename(uploaded.name, to: path, replacing: true)
        self.uploaded = nil
        syncedLength = length
        // Recovery removes what can't be removed now, or arrives even later.
        for name in leftovers { try? store.delete(name) }
        leftovers = []
    }

    private func upload() throws(LakeError) {
        try store.client.patiently { () throws(WebHDFSFailure) in
            let name = "\(path).\(Hex.random(bytes: 8))"
            do throws(WebHDFSFailure) {
                try store.upload(WebHDFSUpload(descriptor: descriptor, length: length), to: name)
            } catch {
                if leftovers.count < WebHDFSAsideFile.mostLeftovers { leftovers.append(name) }
                throw error
            }
            uploaded = (name, length)
        }
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        Glibc.close(descriptor)
    }
}
