// The files of one folder over HTTP: GET and HEAD with entity tags, compressed where it pays, held in memory until they
// change. Nothing outside the folder can be reached, whatever the path or a symbolic link says.

import Basics
import CZlib
import Glibc
import HTTPWire
import Reactor
import Threads

package final class StaticFiles: Sendable {
    /// What a file was when it was read; a changed file is read again.
    fileprivate struct Stamp: Equatable {
        let device: UInt
        let inode: UInt
        let size: Int
        let seconds: Int
        let nanoseconds: Int
    }
    fileprivate struct Entry: Sendable {
        let stamp: Stamp
        let plain: SharedBytes
        let gzip: SharedBytes?
        let plainTag: EntityTag
        let gzipTag: EntityTag
        let modified: Int64
        let fields: [ResponseField]
    }
    private struct Cache: Sendable {
        var entries: [String: Entry] = [:]
        var bytes = 0
    }

    /// Without symbolic links, without a slash at its end.
    private let root: String
    private let policy: String
    private let cacheLimit: Int
    private let cache = Guarded(Cache())

    /// Larger files are not served: everything is held in memory while it is sent.
    package static let fileLimit = 64 << 20
    package static let defaultPolicy =
        "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'"

    /// Nil when the folder isn't there.
    package init?(
        folder: String, contentSecurityPolicy: String = StaticFiles.defaultPolicy, cacheLimit: Int = 64 << 20
    ) {
        guard let root = StaticFiles.resolved(folder) else { return nil }
        self.root = root
        policy = contentSecurityPolicy
        self.cacheLimit = cacheLimit
    }

    /// For `Router.otherwise`.
    package var handler: Handler { { request, _ in .reply(self.response(to: request.head)) } }

    package func response(to head: RequestHead) -> Response {
        guard let name = StaticFiles.fileName(head.bytes[head.pathRange]), let entry = entry(name) else {
            return .problem(404, "there is nothing here")
        }
        let zipped = AcceptEncoding.accepts("gzip", in: head["accept-encoding"]) ? entry.gzip : nil
        let tag = zipped == nil ? entry.plainTag : entry.gzipTag
        var fields = entry.fields
        fields.append(ResponseField("ETag", tag.description))
        if isFresh(head, entry, tag) { return Response(status: 304, headers: fields) }
        if zipped != nil { fields.append(ResponseField("Content-Encoding", "gzip")) }
        return Response(status: 200, headers: fields, body: .shared(zipped ?? entry.plain))
    }

    /// RFC 9110 section 13.2.2: If-Modified-Since counts only where there is no If-None-Match.
    private func isFresh(_ head: RequestHead, _ entry: Entry, _ tag: EntityTag) -> Bool {
        if head["if-none-match"] != nil { return Preconditions(head).reading([tag]) == .notModified }
        let now = Int64(Clock.wall / 1_000_000_000)
        guard let since = head["if-modified-since"].flatMap({ HTTPDate.parse($0, now: now) }) else { return false }
        return entry.modified <= since
    }

    // MARK: Names

    /// The file's name below the folder; nil for dot segments, hidden files, backslashes and control characters.
    static func fileName(_ path: some Collection<UInt8>) -> String? {
        guard path.first == 0x2F, let decoded = PercentEncoding.decode(path.dropFirst()) else { return nil }
        if decoded.contains(where: { $0 < 0x20 || $0 == 0x5C || $0 == 0x7F }) { return nil }
        var name = decoded
        if name.isEmpty || name.last == 0x2F { name += Array("index.html".utf8) }
        for segment in name.split(separator: 0x2F, omittingEmptySubsequences: false)
        where segment.isEmpty || segment.first == 0x2E { return nil }
        return String(validating: name, as: UTF8.self)
    }

    private static func resolved(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }

    // MARK: Reading

    private func entry(_ name: String) -> Entry? {
        let path = root + "/" + name
        guard let stamp = StaticFiles.stamp({ stat(path, &$0) }) else { return nil }
        if let known = cache.withLock({ $0.entries[name] }), known.stamp == stamp { return known }
        guard let made = read(path, name) else { return nil }
        let size = made.plain.count + (made.gzip?.count ?? 0)
        cache.withLock { cache in
            if let old = cache.entries.removeValue(forKey: name) {
                cache.bytes -= old.plain.count + (old.gzip?.count ?? 0)
            }
            guard size <= cacheLimit / 4 else { return }
            // A site that outgrows the cache is read anew; simple, and it can't grow.
            if cache.bytes + size > cacheLimit { cache = Cache() }
            cache.entries[name] = made
            cache.bytes += size
        }
        return made
    }

    private static func stamp(_ ask: (inout stat) -> Int32) -> Stamp? {
        var status = stat()
        guard ask(&status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Stamp(
            device: UInt(status.st_dev), inode: UInt(status.st_ino), size: Int(status.st_size),
            seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }

    private func read(_ path: String, _ name: String) -> Entry? {
        // Where symbolic links lead is decided by the resolved path: it must lie below the folder.
        guard let real = StaticFiles.resolved(path), real.hasPrefix(root + "/") else { return nil }
        let file = open(real, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        guard let stamp = StaticFiles.stamp({ fstat(file, &$0) }), stamp.size <= StaticFiles.fileLimit,
            let bytes = StaticFiles.contents(file, stamp.size)
        else { return nil }
        let type = FileType(name)
        let zipped = type.compresses ? Gzip.compress(bytes) : nil
        let digest = String(SHA256.hex(bytes).prefix(32))
        var fields = [
            ResponseField("Content-Type", type.contentType),
            ResponseField("Last-Modified", HTTPDate.format(Int64(stamp.seconds))),
            ResponseField("Cache-Control", StaticFiles.cacheControl(name)),
            ResponseField("X-Content-Type-Options", "nosniff"),
            ResponseField("Content-Security-Policy", policy),
            ResponseField("Referrer-Policy", "no-referrer"),
        ]
        if type.compresses { fields.append(ResponseField("Vary", "Accept-Encoding")) }
        return Entry(
            stamp: stamp, plain: SharedBytes(bytes), gzip: zipped.map { SharedBytes($0) }, plainTag: EntityTag(digest),
            // RFC 9110 section 8.8.3.3: two codings of a file have two strong tags.
            gzipTag: EntityTag(digest + "-gzip"), modified: Int64(stamp.seconds), fields: fields)
    }

    /// Nil if the file's size changes meanwhile; the next request tries again.
    private static func contents(_ file: Int32, _ size: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: size)
        var filled = 0
        while filled < size {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(file, $0.baseAddress.map { $0 + filled }, size - filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            filled += count
        }
        return bytes
    }

    /// Third-party files change with releases only; everything else is asked for each time, which a tag makes cheap.
    private static func cacheControl(_ name: String) -> String {
        name.hasPrefix("vendor/") ? "public, max-age=86400" : "no-cache"
    }
}
