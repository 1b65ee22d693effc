// A FileStore in a folder of this machine. Every write goes through the descriptor at a known offset, so that a write
// interrupted by a full disk can continue.

import Basics
import CLinux
import Glibc

package final class LocalFileStore: FileStore {
    package let root: String

    /// Makes the folder if it is missing.
    package init(root: String) throws(LakeError) {
        self.root = root
        try makeDirectories("")
    }

    package var description: String { "folder \(root)" }

    private func full(_ path: String) -> String { path.isEmpty ? root : root + "/" + path }

    package func makeDirectories(_ path: String) throws(LakeError) { try Self.makeDirectories(atPath: full(path)) }

    package func create(_ path: String) throws(LakeError) -> any AsideFile {
        let path = full(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Self.error(errno, "create", path) }
        return LocalAsideFile(descriptor, path)
    }

    package func rename(_ source: String, to target: String, replacing: Bool) throws(LakeError) {
        let (source, target) = (full(source), full(target))
        if replacing {
            guard Glibc.rename(source, target) == 0 else { throw Self.error(errno, "rename", source) }
            return
        }
        // A link refuses a name in use in one step, which rename doesn't.
        if Glibc.link(source, target) == 0 {
            // A leftover second name does no harm; recovery removes it.
            _ = unlink(source)
            return
        }
        switch errno {
        case EEXIST: throw .alreadyExists("\(target) already exists")
        // File systems without links: the lake's lock keeps other writers out between the two steps.
        case EPERM, EOPNOTSUPP, ENOSYS, EMLINK:
            var status = stat()
            guard stat(target, &status) != 0 else { throw .alreadyExists("\(target) already exists") }
            guard Glibc.rename(source, target) == 0 else { throw Self.error(errno, "rename", source) }
        default: throw Self.error(errno, "rename", source)
        }
    }

    package func syncFolder(_ path: String) throws(LakeError) { try Self.syncFolder(atPath: full(path)) }

    package func list(_ path: String) throws(LakeError) -> [FileEntry] {
        let path = full(path)
        guard let folder = opendir(path) else { throw Self.error(errno, "list", path) }
        defer { closedir(folder) }
        var entries: [FileEntry] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            var status = stat()
            // Removed between the two calls: it is not there.
            guard stat(path + "/" + name, &status) == 0 else { continue }
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            entries.append(FileEntry(name: name, size: isFolder ? 0 : Int64(status.st_size), isFolder: isFolder))
        }
        return entries
    }

    package func read(_ path: String, offset: Int64, count: Int) throws(LakeError) -> [UInt8] {
        let path = full(path)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.error(errno, "open", path) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress?.advanced(by: filled), count - filled, off_t(offset) + filled)
            }
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { throw Self.error(errno, "read", path) }
            if got == 0 { break }
            filled += got
        }
        bytes.removeLast(count - filled)
        return bytes
    }

    package func delete(_ path: String) throws(LakeError) {
        let path = full(path)
        guard unlink(path) == 0 else { throw Self.error(errno, "delete", path) }
    }

    package func exists(_ path: String) throws(LakeError) -> Bool {
        let path = full(path)
        var status = stat()
        if stat(path, &status) == 0 { return true }
        if errno == ENOENT || errno == ENOTDIR { return false }
        throw Self.error(errno, "look at", path)
    }

    /// Also looks at the tables' folders on other file systems.
    package func probe() throws(LakeError) {
        var devices: Set<UInt64> = []
        for folder in [root]
            + (try list("").filter { $0.isFolder && LakePath.isVisible($0.name) }.map { full($0.name) })
        {
            var status = stat()
            guard stat(folder, &status) == 0, devices.insert(UInt64(status.st_dev)).inserted else { continue }
            if let failure = WriteProbe.failure(in: folder) { throw Self.error(failure, "write to", folder) }
        }
    }

    package func link(_ source: String, to target: String) throws(LakeError) {
        if Glibc.link(full(source), full(target)) == 0 { return }
        switch errno {
        case EPERM, EOPNOTSUPP, ENOSYS, EMLINK, EXDEV: try copy(source, to: target)
        default: throw Self.error(errno, "link", full(source))
        }
    }

    /// Tries it with an empty file: two mounts of one file system have the same device number, and still nothing can be
    /// moved from one to the other.
    package func canExchange(_ staged: String, _ visible: String) throws(LakeError) -> Bool {
        var status = stat()
        let isThere = lstat(full(visible), &status) == 0
        // A symbolic link would be exchanged instead of the folder it points to.
        if isThere, status.st_mode & S_IFMT == S_IFLNK { return false }
        let probe = full(staged) + Self.probe
        try create(staged + Self.probe).close()
        defer { unlink(probe) }
        let target = (isThere ? full(visible) : Self.parent(of: full(visible))) + "/" + Self.probe
        if Glibc.rename(probe, target) == 0 {
            unlink(target)
            return true
        }
        if errno == EXDEV { return false }
        throw Self.error(errno, "rename", probe)
    }

    /// Readers don't see a name that starts like this.
    private static let probe = ".probe"

    package func exchange(_ staged: String, _ visible: String) throws(LakeError) {
        let result = clinux_exchange(full(staged), full(visible))
        switch -result {
        case 0: return
        // The file system can't (renameat2(2), RENAME_EXCHANGE); or it was started by renaming, and continues so.
        case EINVAL, ENOSYS, EOPNOTSUPP, ENOENT: try exchangeByRenaming(staged, visible)
        default: throw Self.error(-result, "exchange", full(visible))
        }
    }

    package func removeFolder(_ path: String) throws(LakeError) {
        guard rmdir(full(path)) == 0 else { throw Self.error(errno, "remove", full(path)) }
    }

    // MARK: Plain calls

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func makeDirectories(atPath path: String) throws(LakeError) {
        if isFolder(path) { return }
        let parent = parent(of: path)
        if parent != path { try makeDirectories(atPath: parent) }
        if mkdir(path, 0o777) != 0 {
            let failure = errno
            // If someone else made it meanwhile, that is as good.
            guard failure == EEXIST && isFolder(path) else { throw error(failure, "make", path) }
        }
        // The new name must be durable too, or a committed file could vanish with its folder.
        try syncFolder(atPath: parent)
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func syncFolder(atPath path: String) throws(LakeError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw error(errno, "open", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw error(errno, "sync", path) }
    }

    /// Writes at a known offset, which moves past what was written even if an error follows.
    static func write(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: inout Int64, _ verb: String, _ path: String
    ) throws(LakeError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let written = pwrite(descriptor, part.baseAddress, part.count, off_t(offset))
            if written < 0 && errno == EINTR { continue }
            guard written >= 0 else { throw error(errno, verb, path) }
            rest = rest.dropFirst(written)
            offset += Int64(written)
        }
    }

    static func error(_ number: Int32, _ verb: String, _ path: String) -> LakeError {
        let text = "cannot \(verb) \(path): \(String(cString: strerror(number)))"
        return switch number {
        case ENOENT, ENOTDIR: .notFound(text)
        case EEXIST: .alreadyExists(text)
        case ENOSPC, EDQUOT: .noSpace(text)
        case EROFS, EACCES, EPERM: .readOnly(text)
        default: .unavailable(text)
        }
    }
}

final class LocalAsideFile: AsideFile {
    private let descriptor: Int32
    private let path: String
    private(set) var length: Int64 = 0
    private var isClosed = false

    init(_ descriptor: Int32, _ path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close() }

    func append(_ bytes: UnsafeRawBufferPointer) throws(LakeError) {
        try LocalFileStore.write(bytes, to: descriptor, at: &length, "write", path)
    }

    func sync() throws(LakeError) {
        guard fsync(descriptor) == 0 else {
            throw .lost("cannot sync \(path): \(String(cString: strerror(errno)))")
        }
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        Glibc.close(descriptor)
    }
}
