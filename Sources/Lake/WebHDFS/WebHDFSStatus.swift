// WebHDFS's JSON (Hadoop's "WebHDFS REST API", JSON schemas): file statuses, listings, booleans, exceptions.
// WebHDFSFailure says what follows from an exception.

import JSONText

struct WebHDFSStatus: Sendable, Equatable {
    /// Empty in the answer about a single file.
    var name = ""
    var isFolder = false
    var length: Int64 = 0
    /// Stays the same through every rename. 0 from a server that doesn't return it (HttpFS).
    var identity: Int64 = 0
    /// Milliseconds since 1970, by the NameNode's clock.
    var modified: Int64 = 0

    /// Whether both describe one file, which may have been renamed in between.
    func isSameFile(as other: WebHDFSStatus) -> Bool {
        guard isFolder == other.isFolder, length == other.length else { return false }
        return identity != 0 && other.identity != 0 ? identity == other.identity : modified == other.modified
    }
}

enum WebHDFSJSON {
    /// {"boolean": true}
    static func boolean(_ body: [UInt8]) -> Bool? {
        switch members(body)?["boolean"]?.kind {
        case .true: true
        case .false: false
        default: nil
        }
    }

    /// {"FileStatus": {...}}
    static func status(_ body: [UInt8]) -> WebHDFSStatus? {
        members(body)?["FileStatus"].flatMap { status(of: $0.text) }
    }

    /// From LISTSTATUS_BATCH, or from LISTSTATUS, which has no outer object.
    static func listing(_ body: [UInt8]) -> (entries: [WebHDFSStatus], remaining: Int)? {
        guard let outer = members(body) else { return nil }
        var statuses = outer["FileStatuses"]
        var remaining = 0
        if let batch = outer["DirectoryListing"].flatMap({ members($0.text) }) {
            remaining = batch["remainingEntries"].map { Int($0.number) } ?? 0
            statuses = batch["partialListing"].flatMap { members($0.text) }?["FileStatuses"]
        }
        guard let array = statuses.flatMap({ members($0.text) })?["FileStatus"]?.text else { return nil }
        var reader = JSONReader()
        let spans = array.withUnsafeBytes { bytes in try? reader.splitArray(bytes, maxElements: 1 << 20) }
        guard let spans else { return nil }
        var entries: [WebHDFSStatus] = []
        for span in spans {
            guard let entry = status(of: Array(array[span])) else { return nil }
            entries.append(entry)
        }
        return (entries, remaining)
    }

    /// {"RemoteException": {"exception": ..., "message": ...}}
    static func exception(_ body: [UInt8]) -> (name: String, message: String)? {
        guard let members = members(body)?["RemoteException"].flatMap({ members($0.text) }),
            let name = members["exception"]
        else { return nil }
        let message = members["message"].map { String(decoding: $0.text, as: UTF8.self) } ?? ""
        // A server's stack trace may follow the first line.
        return (String(decoding: name.text, as: UTF8.self), String(message.prefix { $0 != "\n" }.prefix(300)))
    }

    private struct Member {
        var kind: JSONKind
        var text: [UInt8]
        var number: Double
    }

    /// The members of an object, copied: the reader's views end at its next call.
    private static func members(_ text: [UInt8]) -> [String: Member]? {
        var reader = JSONReader()
        return text.withUnsafeBytes { bytes in
            guard let fields = try? reader.readObject(bytes) else { return nil }
            var members: [String: Member] = [:]
            for field in fields {
                members[field.keyString] = Member(kind: field.kind, text: Array(field.text), number: field.number)
            }
            return members
        }
    }

    private static func status(of text: [UInt8]) -> WebHDFSStatus? {
        guard let members = members(text), let type = members["type"] else { return nil }
        func number(_ name: String) -> Int64 {
            guard let value = members[name]?.number, value >= 0, value < 9e15 else { return 0 }
            return Int64(value)
        }
        var status = WebHDFSStatus()
        status.name = members["pathSuffix"].map { String(decoding: $0.text, as: UTF8.self) } ?? ""
        status.isFolder = type.text == Array("DIRECTORY".utf8)
        status.length = status.isFolder ? 0 : number("length")
        status.identity = number("fileId")
        status.modified = number("modificationTime")
        return status
    }
}
