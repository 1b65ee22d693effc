// Keeps a second local process from writing to the same lake, or to the same partition of it: advisory locks on files
// of the lake, which the kernel releases with the process, however it ends. No protection against other machines that
// don't share locks.

import Glibc

package final class FolderLock: LakeLock {
    private let descriptor: Int32
    /// The lock ends with the process, and so do the process's writes.
    package var token: String? { nil }
    package func check() throws(LakeError) {}

    /// Holds the lock until it is freed. Throws `.locked`, naming the owner.
    package init(folder: String, _ scope: LakeScope = .lake) throws(LakeError) {
        let path: String
        var mode = LOCK_EX
        var owner = "pid \(getpid()) on \(LockOwner.hostName)"
        // LAKE/.lock, shared by members, and LAKE/.locks/TOPIC-pNNNNN.lock.
        switch scope {
        case .lake, .member:
            path = folder + "/.lock"
            if scope == .member {
                mode = LOCK_SH
                owner = "several stream processes (their pids: \(folder)/.locks)"
            }
        case .partition(let topic, let partition):
            let name = LakePath.stem(topic, partition)
            path = "\(folder)/.locks/\(name).lock"
            if mkdir(folder + "/.locks", 0o777) != 0, errno != EEXIST {
                throw LocalFileStore.error(errno, "make", folder + "/.locks")
            }
        }
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw LocalFileStore.error(errno, "open", path) }
        while flock(file, mode | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            let failure = errno
            let owner = Self.text(file)
            close(file)
            guard failure == EWOULDBLOCK else { throw LocalFileStore.error(failure, "lock", path) }
            throw .locked(
                "\(scope.what(in: folder)) is being written by \(owner.isEmpty ? "another process" : owner); "
                    + "stop that one or use another folder")
        }
        // Only for people: the lock itself is what counts, so failing to write this is no failure.
        let text = Array((owner + "\n").utf8)
        _ = ftruncate(file, 0)
        _ = pwrite(file, text, text.count, 0)
        descriptor = file
    }

    /// The file stays: removing it would let two processes lock two files of one name.
    deinit { close(descriptor) }

    private static func text(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)).prefix { $0 >= 0x20 }, as: UTF8.self)
    }
}
