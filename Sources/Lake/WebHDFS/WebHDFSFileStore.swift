// A FileStore in HDFS over WebHDFS. A NameNode's answer means that its edit log has the change, so names need no sync.
// Every call is retried for a bounded time while the cluster is away, and then throws `.unavailable`.

import Basics
import Glibc
import Threads

package final class WebHDFSFileStore: FileStore {
    let client: WebHDFSClient
    private let root: String
    /// Files being renamed, by source: they show whether a target is ours after a lost answer.
    private let renaming = Guarded<[String: WebHDFSStatus]>([:])

    /// How long to wait for a cluster that is still starting.
    private static let patienceAtStart: UInt64 = 30_000_000_000

    /// Makes the folder if it is missing.
    package convenience init(_ address: WebHDFSAddress) throws(LakeError) {
        self.init(WebHDFSClient(address))
        // A patience other than the default is meant for the start, too.
        let usual = address.options.patience == WebHDFSOptions().patience
        try makeDirectories("", patience: usual ? WebHDFSFileStore.patienceAtStart : nil)
    }

    init(_ client: WebHDFSClient) {
        self.client = client
        root = client.address.folder
    }

    package var description: String { client.address.text }

    func full(_ path: String) -> String { path.isEmpty ? root : root + "/" + path }

    package func giveUpSoon(within nanoseconds: UInt64) { client.giveUpSoon(within: nanoseconds) }

    package func makeDirectories(_ path: String) throws(LakeError) { try makeDirectories(path, patience: nil) }

    private func makeDirectories(_ path: String, patience: UInt64?) throws(LakeError) {
        try client.patiently(patience: patience) { () throws(WebHDFSFailure) in
            let answer = try client.ask(
                "PUT", "MKDIRS", full(path), ["permission": client.address.options.permission])
            if WebHDFSJSON.boolean(answer.body) != true {
                throw WebHDFSFailure(.unavailable("cannot make \(full(path))"), .again)
            }
        }
    }

    package func create(_ path: String) throws(LakeError) -> any AsideFile {
        // CREATE would make a missing folder: one that was removed meanwhile must not come back.
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        guard try status(parent)?.isFolder == true else {
            throw .notFound("cannot create \(full(path)): no such folder")
        }
        return try WebHDFSAsideFile(self, path)
    }

    package func syncFolder(_ path: String) throws(LakeError) {}

    // MARK: RENAME

    package func rename(_ source: String, to target: String, replacing: Bool) throws(LakeError) {
        try client.patiently { () throws(WebHDFSFailure) in try renameOnce(source, to: target, replacing: replacing) }
    }

    /// May be repeated after any failure: checks first, by the inode's number, whether it is done.
    private func renameOnce(_ source: String, to target: String, replacing: Bool) throws(WebHDFSFailure) {
        let before = renaming.withLock { $0[source] }
        guard let file = try statusOnce(source) else {
            if let before, let there = try statusOnce(target), there.isSameFile(as: before) {
                renaming.withLock { _ = $0.removeValue(forKey: source) }
                return
            }
            throw WebHDFSFailure(.notFound("cannot rename \(full(source)): it is gone"))
        }
        renaming.withLock { $0[source] = file }
        let answer: WebHDFSAnswer
        do throws(WebHDFSFailure) {
            answer = try client.ask(
                "PUT", "RENAME", full(source),
                ["destination": full(target), "renameoptions": replacing ? "OVERWRITE" : nil])
        } catch {
            // libcurl repeats a request if a kept connection turns out to be closed: the first may have arrived.
            guard case .notFound = error.error, let there = try statusOnce(target), there.isSameFile(as: file) else {
                throw error
            }
            renaming.withLock { _ = $0.removeValue(forKey: source) }
            return
        }
        // With options the answer has no body; without, `false` is a refusal without a reason.
        if !replacing, WebHDFSJSON.boolean(answer.body) != true {
            if let there = try statusOnce(target) {
                renaming.withLock { _ = $0.removeValue(forKey: source) }
                if there.isSameFile(as: file) { return }
                throw WebHDFSFailure(.alreadyExists("\(full(target)) already exists"))
            }
            throw WebHDFSFailure(.unavailable("cannot rename \(full(source)) to \(full(target))"), .again)
        }
        renaming.withLock { _ = $0.removeValue(forKey: source) }
    }

    // MARK: Looking and reading

    private func statusOnce(_ path: String) throws(WebHDFSFailure) -> WebHDFSStatus? {
        let answer: WebHDFSAnswer
        do {
            answer = try client.ask("GET", "GETFILESTATUS", full(path))
        } catch {
            if case .notFound = error.error { return nil }
            throw error
        }
        guard let status = WebHDFSJSON.status(answer.body) else {
            throw WebHDFSFailure(.unavailable("no file status in the answer for \(full(path))"), .again)
        }
        return status
    }

    /// Nil if there is nothing.
    func status(_ path: String) throws(LakeError) -> WebHDFSStatus? {
        try client.patiently { () throws(WebHDFSFailure) in try statusOnce(path) }
    }

    package func exists(_ path: String) throws(LakeError) -> Bool { try status(path) != nil }

    /// In parts, as the NameNode returns them, each consistent: entries added or removed meanwhile may be missing.
    func statuses(_ path: String) throws(LakeError) -> [WebHDFSStatus] {
        var all: [WebHDFSStatus] = []
        var after = ""
        while true {
            let part = try client.patiently { () throws(WebHDFSFailure) in
                let answer = try client.ask("GET", "LISTSTATUS_BATCH", full(path), ["startAfter": after])
                guard let part = WebHDFSJSON.listing(answer.body) else {
                    throw WebHDFSFailure(.unavailable("no listing in the answer for \(full(path))"), .again)
                }
                return part
            }
            all += part.entries
            guard part.remaining > 0, let last = part.entries.last?.name else { return all }
            after = last
        }
    }

    package func list(_ path: String) throws(LakeError) -> [FileEntry] {
        try statuses(path).map { FileEntry(name: $0.name, size: $0.length, isFolder: $0.isFolder) }
    }

    package func read(_ path: String, offset: Int64, count: Int) throws(LakeError) -> [UInt8] {
        try client.patiently { () throws(WebHDFSFailure) in
            guard let status = try statusOnce(path), !status.isFolder else {
                throw WebHDFSFailure(.notFound("cannot read \(full(path)): no such file"))
            }
            // The server refuses to start reading at the end.
            let count = Int(min(Int64(count), status.length - offset))
            guard count > 0 else { return [] }
            let redirect = try client.ask(
                "GET", "OPEN", full(path), ["offset": String(offset), "length": String(count)])
            let answer = try client.follow(redirect, "GET", "OPEN", full(path))
            guard answer.body.count == count else {
                throw WebHDFSFailure(
                    .unavailable("\(answer.body.count) bytes instead of \(count) of \(full(path))"), .again)
            }
            return answer.body
        }
    }

    package func delete(_ path: String) throws(LakeError) {
        // Also `false` after a lost answer: the caller learns that the file is gone, not who removed it.
        try client.patiently { () throws(WebHDFSFailure) in
            let answer = try client.ask("DELETE", "DELETE", full(path), ["recursive": "false"])
            if WebHDFSJSON.boolean(answer.body) != true {
                throw WebHDFSFailure(.notFound("cannot delete \(full(path)): no such file"))
            }
        }
    }

    // MARK: Writing whole files

    /// Tries once to store a local file under an unused name.
    func upload(_ file: WebHDFSUpload, to path: String) throws(WebHDFSFailure) {
        // SYNC_BLOCK: the DataNodes have the blocks on disk, not in memory, before they confirm.
        let redirect = try client.ask(
            "PUT", "CREATE", full(path),
            ["overwrite": "true", "createflag": "CREATE,OVERWRITE,SYNC_BLOCK", "permission": filePermission])
        let answer = try client.follow(redirect, "PUT", "CREATE", full(path), upload: file)
        guard answer.status == 201, let there = try statusOnce(path), there.length == file.length else {
            throw WebHDFSFailure(.unavailable("\(full(path)) did not arrive whole"), .again)
        }
    }

    /// The folders' permission without the x bits.
    private var filePermission: String? {
        client.address.options.permission.flatMap { Int($0, radix: 8) }.map { String($0 & ~0o111, radix: 8) }
    }

    /// Sets a file's modification time. Throws `.notFound` if it is missing.
    func setModified(_ path: String, _ milliseconds: Int64, patience: UInt64? = nil) throws(LakeError) {
        try client.patiently(patience: patience) { () throws(WebHDFSFailure) in
            _ = try client.ask("PUT", "SETTIMES", full(path), ["modificationtime": String(milliseconds)])
        }
    }
}
