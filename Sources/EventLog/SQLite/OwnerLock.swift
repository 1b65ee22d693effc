// One writing process per file: an advisory lock on FILE.lock, whose text names the owner. The kernel releases it when
// the process ends, however it ends; the text alone means nothing.

import Glibc

struct OwnerLock: ~Copyable {
    private let descriptor: Int32

    /// Throws `.unusable`, naming the owner, when another process (or another log in this one) holds it.
    init(path: String) throws(LogError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .unusable("cannot open \(path): \(String(cString: strerror(errno)))") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            var text = [UInt8](repeating: 0, count: 200)
            let count = max(0, read(descriptor, &text, text.count))
            close(descriptor)
            guard reason == EWOULDBLOCK else {
                throw .unusable("cannot lock \(path): \(String(cString: strerror(reason)))")
            }
            let owner = String(decoding: text[..<count].prefix { $0 != 0x0a }, as: UTF8.self)
            throw .unusable(
                "the log is in use by \(owner.isEmpty ? "another process" : owner); one process may write it (\(path))")
        }
        self.descriptor = descriptor
        let program = CommandLine.arguments.first?.split(separator: "/").last ?? "?"
        var text = Array("process \(getpid()) (\(program))\n".utf8)
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, &text, text.count, 0)
    }

    deinit { close(descriptor) }
}
