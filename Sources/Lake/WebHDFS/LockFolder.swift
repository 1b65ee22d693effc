// A lock in HDFS: a folder of numbered files; the highest number names the holder, or the last one. Taking the lock is
// a rename to the next number, which HDFS refuses if the name exists: of several that saw the same last holder only one
// succeeds, and that holder sees from the higher number that it has lost. Numbers never decrease. A holder keeps
// renewing its file's modification time. One that hasn't for the lease, by the NameNode's clock, or whose process on
// this machine has ended, may be superseded. Releasing the lock sets the time to 1.

import Basics

struct LockFolder {
    let store: WebHDFSFileStore
    /// Relative to the lake.
    let path: String
    private static let fileExtension = ".lock"
    private static let released: Int64 = 1

    struct Ticket {
        var number: Int
        var status: WebHDFSStatus
        var isReleased: Bool { status.modified <= LockFolder.released }
    }

    func file(_ number: Int) -> String { "\(path)/\(Digits.padded(number, 10))\(LockFolder.fileExtension)" }

    /// The highest number, and those below that nobody has removed yet.
    func tickets() throws(LakeError) -> [Ticket] {
        let statuses: [WebHDFSStatus]
        do { statuses = try store.statuses(path) } catch .notFound { return [] }
        return statuses.compactMap { status in
            guard status.name.hasSuffix(LockFolder.fileExtension),
                let number = Int(status.name.dropLast(LockFolder.fileExtension.count)), number > 0
            else { return nil }
            return Ticket(number: number, status: status)
        }.sorted { $0.number < $1.number }
    }

    /// The holder, if it must be considered alive; nil: the file may be superseded. The name is "" if it can't be read.
    static func living(_ path: String, _ status: WebHDFSStatus, in store: WebHDFSFileStore) -> LockOwner? {
        if status.modified <= released { return nil }
        let unknown = LockOwner(name: "", machine: "", pid: 0, start: "", isEntering: false)
        guard let now = store.client.now else { return unknown }
        // A time in the future means that the NameNode's clock was set back.
        if abs(now - status.modified) >= Int64(store.client.address.options.lease / 1_000_000) { return nil }
        let text = (try? store.read(path, offset: 0, count: 1024)).map { String(decoding: $0, as: UTF8.self) }
        guard let owner = text.flatMap(LockOwner.init(text:)) else { return unknown }
        return owner.isGone ? nil : owner
    }

    /// Returns the number taken. Throws `.locked` if somebody else holds it.
    func take(_ owner: LockOwner, token: String, what: String) throws(LakeError) -> Int {
        try store.makeDirectories(path)
        let candidate = "\(path)/.\(token)"
        try store.put(Array(owner.text.utf8), candidate)
        while true {
            let before = try tickets()
            if let last = before.last, let living = LockFolder.living(file(last.number), last.status, in: store) {
                try? store.delete(candidate)
                throw .locked(LockFolder.refusal(what, living))
            }
            let next = (before.last?.number ?? 0) + 1
            do { try store.rename(candidate, to: file(next), replacing: false) } catch .alreadyExists { continue }
            for ticket in before { try? store.delete(file(ticket.number)) }
            return next
        }
    }

    /// Whether nobody has taken the lock since.
    func isHeld(_ number: Int) throws(LakeError) -> Bool { try tickets().last?.number == number }

    func release(_ number: Int) throws(LakeError) {
        try store.setModified(file(number), LockFolder.released, patience: 2_000_000_000)
    }

    /// Makes a last holder that did not release the lock notice its loss.
    func supersede(_ owner: LockOwner, token: String, what: String) throws(LakeError) {
        guard let last = try tickets().last, !last.isReleased else { return }
        try release(try take(owner, token: token, what: what))
    }

    static func refusal(_ what: String, _ owner: LockOwner) -> String {
        "\(what) is being written by \(owner.name.isEmpty ? "another process" : owner.name); "
            + "stop that one or use another folder"
    }
}

extension WebHDFSFileStore {
    /// Writes a small file whole.
    func put(_ bytes: [UInt8], _ path: String) throws(LakeError) {
        let file = try create(path)
        defer { file.close() }
        var failure: LakeError?
        bytes.withUnsafeBytes { bytes in
            do throws(LakeError) { try file.append(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
        try file.sync()
    }
}
