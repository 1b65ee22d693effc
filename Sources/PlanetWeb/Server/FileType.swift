// Content types by file name extension, and which of them compress.

import CZlib

struct FileType {
    let contentType: String
    let compresses: Bool

    init(_ name: String) {
        let dot = name.utf8.lastIndex(of: 0x2E)
        let ending = dot.map { name[name.index(after: $0)...].lowercased() } ?? ""
        (contentType, compresses) = FileType.known[ending] ?? ("application/octet-stream", false)
    }

    private static let known: [String: (String, Bool)] = [
        "html": ("text/html; charset=utf-8", true),
        "css": ("text/css; charset=utf-8", true),
        "js": ("text/javascript; charset=utf-8", true),
        "mjs": ("text/javascript; charset=utf-8", true),
        "json": ("application/json", true),
        "map": ("application/json", true),
        "webmanifest": ("application/manifest+json", true),
        "txt": ("text/plain; charset=utf-8", true),
        "md": ("text/markdown; charset=utf-8", true),
        "csv": ("text/csv; charset=utf-8", true),
        "xml": ("application/xml", true),
        "svg": ("image/svg+xml", true),
        "wasm": ("application/wasm", true),
        "ico": ("image/vnd.microsoft.icon", true),
        "ttf": ("font/ttf", true),
        "otf": ("font/otf", true),
        "woff": ("font/woff", false),
        "woff2": ("font/woff2", false),
        "png": ("image/png", false),
        "jpg": ("image/jpeg", false),
        "jpeg": ("image/jpeg", false),
        "gif": ("image/gif", false),
        "webp": ("image/webp", false),
        "avif": ("image/avif", false),
        "pdf": ("application/pdf", false),
        "zip": ("application/zip", false),
        "gz": ("application/gzip", false),
        "parquet": ("application/vnd.apache.parquet", false),
    ]
}

/// RFC 1952 through zlib.
enum Gzip {
    /// Nil if it saves less than a tenth.
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= 512 else { return nil }
        var stream = z_stream()
        // 15 + 16: the largest window, with a gzip header.
        guard
            deflateInit2_(
                &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)
            )
                == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        // Room for a result that still pays: if it doesn't fit, it doesn't pay.
        var out = [UInt8](repeating: 0, count: bytes.count - bytes.count / 10)
        let done = bytes.withUnsafeBufferPointer { input in
            out.withUnsafeMutableBufferPointer { output in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                return deflate(&stream, Z_FINISH) == Z_STREAM_END
            }
        }
        return done ? Array(out.prefix(Int(stream.total_out))) : nil
    }
}
