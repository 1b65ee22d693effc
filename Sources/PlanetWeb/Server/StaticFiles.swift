// The files of one folder over HTTP: GET and HEAD with entity tags, compressed if it pays, kept in memory until they
// change. Nothing outside the folder can be reached, whatever the path or a symbolic link says.

import Basics
import Glibc
import HTTPWire
import Reactor
import Threads

package final class StaticFiles: Sendable {
    /// The state of a file when it was read; a changed file is read again.
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
        /// For the file, and for its compressed form. Made once: a request for a file consists mostly of its fields.
        let plainFields: [ResponseField]
        let gzipFields: [ResponseField]
        let gzipAnswerFields: [ResponseField]
    }
    private struct Cache: Sendable {
        var entries: [String: Entry] = [:]
        var bytes = 0
    }

    /// With symbolic links resolved, without a trailing slash.
    private let root: String
    private let cacheLimit: Int
    private let cache = Guarded(Cache())
    /// Reads files that are not in memory, if given.
    private let reader: Worker<Void>?

    /// Smaller ones can be read and compressed within a handler's time.
    private static let quicklyRead = 32 << 10
    /// Larger files are not served: everything is held in memory while it is sent.
    package static let fileLimit = 64 << 20
    private static let policy =
        "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'"

    /// Nil when the folder isn't there.
    package init?(
        folder: String, cacheLimit: Int = 64 << 20, reader: Worker<Void>? = nil
    ) {
        self.reader = reader
        guard let root = StaticFiles.resolved(folder) else { return nil }
        self.root = root
        self.cacheLimit = cacheLimit
    }

    /// For `Router.otherwise`.
    package var handler: Handler {
        { request, _ in self.answer(request, self.find(request.head)) }
    }

    /// For a route of its own: one file of the folder, nil when it isn't there.
    package func handler(of name: String) -> Handler? {
        guard case .missing = find(name) else { return { request, _ in self.answer(request, self.find(name)) } }
        return nil
    }

    private func answer(_ request: Request, _ found: Found) -> Outcome {
        let (head, responder) = (request.head, request.responder)
        switch found {
        case .missing: return .reply(StaticFiles.nothing)
        case .known(let entry): return .reply(response(to: head, with: entry))
        case .unread(let name):
            guard let reader else { return .reply(response(to: head, reading: name)) }
            let work = Work()
            let isOffered = reader.offer {
                if !work.isCancelled { responder.complete(self.response(to: head, reading: name)) }
            }
            return isOffered ? .working(work) : .reply(.unavailable("Too many files are being read. Try again."))
        }
    }

    package func response(to head: RequestHead) -> Response {
        switch find(head) {
        case .missing: StaticFiles.nothing
        case .known(let entry): response(to: head, with: entry)
        case .unread(let name): response(to: head, reading: name)
        }
    }

    private static let nothing = Response.problem(404, "there is nothing here")

    private enum Found {
        case missing
        case known(Entry)
        /// Not in memory in its present form.
        case unread(String)
    }

    private func find(_ head: RequestHead) -> Found {
        StaticFiles.fileName(head.bytes[head.pathRange]).map(find) ?? .missing
    }

    private func find(_ name: String) -> Found {
        guard let stamp = StaticFiles.stamp({ stat(root + "/" + name, &$0) }) else { return .missing }
        if let known = cache.withLock({ $0.entries[name] }), known.stamp == stamp { return .known(known) }
        guard stamp.size <= StaticFiles.quicklyRead else { return .unread(name) }
        return read(name).map { .known($0) } ?? .missing
    }

    private func response(to head: RequestHead, reading name: String) -> Response {
        read(name).map { response(to: head, with: $0) } ?? StaticFiles.nothing
    }

    private func response(to head: RequestHead, with entry: Entry) -> Response {
        // Most requests have neither conditions nor ranges: fields that start with `if-` or `ra`.
        let isPlain = !head.fields.contains { field in
            let first = head.bytes[field.name.lowerBound] | 0x20
            return first == UInt8(ascii: "i") || first == UInt8(ascii: "r")
        }
        // A range refers to the file itself, not to its compressed form.
        let asked = isPlain || head.method != .get ? nil : head["range"]
        let range = asked.flatMap { ByteRange($0, of: entry.plain.count) }
        let zipped = range == nil && AcceptEncoding(head["accept-encoding"]).best(of: [.gzip]) != nil ? entry.gzip : nil
        let tag = zipped == nil ? entry.plainTag : entry.gzipTag
        switch isPlain ? .send : reading(head, entry, tag) {
        case .failed: return .failed(Preconditions(head), head, "The file has changed since.")
        case .notModified:
            return Response(status: 304, headers: zipped == nil ? entry.plainFields : entry.gzipFields)
        case .send: break
        }
        if let zipped { return Response(status: 200, headers: entry.gzipAnswerFields, body: .shared(zipped)) }
        guard let range, isOfThis(head["if-range"], entry) else {
            return Response(status: 200, headers: entry.plainFields, body: .shared(entry.plain))
        }
        return StaticFiles.part(range, of: entry.plain, entry.plainFields)
    }

    /// RFC 9110 sections 14.4, 15.3.7 and 15.5.17.
    private static func part(_ range: ByteRange, of file: SharedBytes, _ fields: [ResponseField]) -> Response {
        switch range {
        case .satisfiable(let bytes):
            let place = "bytes \(bytes.lowerBound)-\(bytes.upperBound - 1)/\(file.count)"
            return Response(status: 206, headers: fields, body: .shared(file.slice(bytes))).with("Content-Range", place)
        case .unsatisfiable:
            return Response.problem(416, "The file has \(file.count) bytes.")
                .with("Content-Range", "bytes */\(file.count)")
        }
    }

    /// RFC 9110 section 13.1.5: a part of another version is useless; then all of this one is sent.
    private func isOfThis(_ condition: String?, _ entry: Entry) -> Bool {
        guard let condition else { return true }
        return condition == entry.plainTag.description || HTTPDate.format(entry.modified) == condition
    }

    /// RFC 9110 section 13.2.2: dates count only if there are no tags.
    private func reading(_ head: RequestHead, _ entry: Entry, _ tag: EntityTag) -> Preconditions.Reading {
        let now = Int64(Clock.wall / 1_000_000_000)
        func date(_ field: String) -> Int64? { head[field].flatMap { HTTPDate.parse($0, now: now) } }
        if head["if-match"] == nil, let since = date("if-unmodified-since"), entry.modified > since { return .failed }
        // The other coding is a form of the same file.
        let other = tag == entry.plainTag ? entry.gzipTag : entry.plainTag
        let reading = Preconditions(head).reading(tag, or: [other])
        guard reading == .send, head["if-none-match"] == nil, let since = date("if-modified-since") else {
            return reading
        }
        return entry.modified <= since ? .notModified : .send
    }

    /// Whether there is a file, for methods that files don't support.
    @Sendable package func isThere(_ head: RequestHead) -> Bool {
        guard let name = StaticFiles.fileName(head.bytes[head.pathRange]) else { return false }
        return StaticFiles.stamp { stat(root + "/" + name, &$0) } != nil
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

    /// The file as it is now, kept in memory unless it is too large.
    private func read(_ name: String) -> Entry? {
        guard let made = read(root + "/" + name, name) else { return nil }
        let size = made.plain.count + (made.gzip?.count ?? 0)
        cache.withLock { cache in
            if let old = cache.entries.removeValue(forKey: name) {
                cache.bytes -= old.plain.count + (old.gzip?.count ?? 0)
            }
            guard size <= cacheLimit / 4 else { return }
            // A site that outgrows the cache is read again; simple, and bounded.
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
        // One that is not kept would be compressed for each request.
        let zipped = type.compresses && bytes.count <= cacheLimit / 4 ? StaticFiles.zipped(bytes) : nil
        let digest = String(SHA256.hex(bytes).prefix(32))
        var fields = [
            ResponseField("Content-Type", type.contentType),
            ResponseField("Last-Modified", HTTPDate.format(Int64(stamp.seconds))),
            ResponseField("Cache-Control", StaticFiles.cacheControl(name)),
            ResponseField("X-Content-Type-Options", "nosniff"),
            ResponseField("Accept-Ranges", "bytes"),
            ResponseField("Content-Security-Policy", StaticFiles.policy),
            ResponseField("Referrer-Policy", "no-referrer"),
        ]
        if type.compresses { fields.append(ResponseField("Vary", "Accept-Encoding")) }
        // RFC 9110 section 8.8.3.3: two codings of a file have two strong tags.
        let (plainTag, gzipTag) = (EntityTag(digest), EntityTag(digest + "-gzip"))
        let gzipFields = fields + [ResponseField("ETag", gzipTag.description)]
        return Entry(
            stamp: stamp, plain: SharedBytes(bytes), gzip: zipped.map { SharedBytes($0) }, plainTag: plainTag,
            gzipTag: gzipTag, modified: Int64(stamp.seconds),
            plainFields: fields + [ResponseField("ETag", plainTag.description)], gzipFields: gzipFields,
            gzipAnswerFields: gzipFields + [ResponseField("Content-Encoding", "gzip")])
    }

    /// Nil where it saves less than a tenth, or nothing worth the trouble.
    private static func zipped(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= 512 else { return nil }
        let zipped = bytes.withUnsafeBytes { ContentCoder.code($0, .gzip, level: 6) }
        return zipped.count <= bytes.count - bytes.count / 10 ? zipped : nil
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

    /// What is named by its content (Scripts/bundle-page) never changes (RFC 8246); everything else is revalidated each
    /// time, which a tag makes cheap.
    private static func cacheControl(_ name: String) -> String {
        name.hasPrefix("assets/") ? "public, max-age=31536000, immutable" : "no-cache"
    }
}
