// Content types by file name extension, and which of them compress.

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
