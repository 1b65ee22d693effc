// Keeps a second local process from writing to the same lake: an advisory lock on LAKE/.lock that the kernel drops with the
// process, however it ends. No protection against other machines that share the folder without sharing locks.

import Glibc

package final class LakeLock: Sendable {
    private let descriptor: Int32

    /// Held until the object goes. Throws `.locked`, naming the owner.
    package init(folder: String) throws(LakeError) {
        let path = folder + "/.lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw LocalFileStore.error(errno, "open", path) }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            let failure = errno
            let owner = Self.text(descriptor)
            guard failure == EWOULDBLOCK else { throw LocalFileStore.error(failure, "lock", path) }
            throw .locked(
                "the lake in \(folder) is being written by \(owner.isEmpty ? "another process" : owner); "
                    + "stop that one or use another folder")
        }
        // Only for people: the lock itself is what counts, so a failure to write it is none.
        let owner = Array("pid \(getpid()) on \(Self.hostName)\n".utf8)
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, owner, owner.count, 0)
    }

    /// The file stays: removing it would let two processes lock two files of one name.
    deinit { close(descriptor) }

    private static func text(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)).prefix { $0 >= 0x20 }, as: UTF8.self)
    }

    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "unknown host" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
