// Whether a folder takes data now: a full, read-only or broken disk shows nowhere until something is written to it.

import Glibc

package enum WriteProbe {
    /// Enough that a disk on which a few bytes are left counts as full.
    private static let size = 64 << 10

    /// Writes, syncs and removes a small file; the errno of what failed, or nil.
    package static func failure(in folder: String) -> Int32? {
        let path = folder + "/.probe"
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard file >= 0 else { return errno }
        let bytes = [UInt8](repeating: 0, count: size)
        var done = 0
        var failure: Int32?
        while done < size, failure == nil {
            let written = bytes.withUnsafeBytes { pwrite(file, $0.baseAddress! + done, size - done, off_t(done)) }
            if written > 0 {
                done += written
            } else if written == 0 || errno != EINTR {
                failure = written == 0 ? ENOSPC : errno
            }
        }
        if failure == nil, fsync(file) != 0 { failure = errno }
        close(file)
        unlink(path)
        return failure
    }
}
