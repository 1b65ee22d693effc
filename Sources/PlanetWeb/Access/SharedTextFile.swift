// A small file that several processes change, one at a time and by one rename, and that nobody but its owner may read.

import Glibc

package struct SharedTextFile: Sendable {
    package let path: String

    package init(_ path: String) { self.path = path }

    /// Empty where there is none yet.
    package func text() throws(AccessFailure) -> String {
        access(path, F_OK) == 0 ? try TextFile.text(of: path) : ""
    }

    package func locked<Result>(_ body: () throws(AccessFailure) -> Result) throws(AccessFailure) -> Result {
        let lock = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw SharedTextFile.failure("cannot open \(path).lock") }
        defer { close(lock) }
        guard flock(lock, LOCK_EX) == 0 else { throw SharedTextFile.failure("cannot lock \(path).lock") }
        return try body()
    }

    package func write(_ text: String) throws(AccessFailure) {
        let aside = "\(path).\(getpid())"
        try SharedTextFile.write(text, to: aside)
        guard rename(aside, path) == 0 else { throw SharedTextFile.failure("cannot rename \(aside)") }
    }

    package static func write(_ text: String, to path: String) throws(AccessFailure) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("cannot make \(path)") }
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard Glibc.write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else {
            throw failure("cannot write \(path)")
        }
    }

    private static func failure(_ what: String) -> AccessFailure {
        AccessFailure("\(what): \(String(cString: strerror(errno)))")
    }
}
