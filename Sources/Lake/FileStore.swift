// The seam between the lake and its storage: a local folder, or HDFS over its REST interface. Few operations, none of
// them per row. Paths are relative to the store's root, with "/" between parts.

package struct FileEntry: Sendable, Equatable {
    package var name: String
    /// 0 for a folder.
    package var size: Int64
    package var isFolder: Bool
    package init(name: String, size: Int64, isFolder: Bool) {
        self.name = name
        self.size = size
        self.isFolder = isFolder
    }
}

/// A file being written; it only grows at its end.
package protocol AsideFile: AnyObject {
    /// Bytes the store has taken.
    var length: Int64 { get }

    /// Appends all of `bytes`. If it throws, `length` says how far it came: continue with the rest.
    func append(_ bytes: UnsafeRawBufferPointer) throws(LakeError)

    /// Returns once everything appended would survive a power cut. Throws `.lost` if the bytes must be considered lost:
    /// after a failed write an operating system may drop them and report success at the second call. May be repeated
    /// after a retriable error.
    func sync() throws(LakeError)

    /// No call may follow. Does not sync.
    func close()
}

package protocol FileStore: AnyObject, Sendable {
    /// For messages.
    var description: String { get }

    /// Makes a folder and its parents; does nothing if it exists.
    func makeDirectories(_ path: String) throws(LakeError)

    /// Makes a new empty file, replacing any of the same name.
    func create(_ path: String) throws(LakeError) -> any AsideFile

    /// Renames within the store in one atomic step. Throws `.alreadyExists` if `target` exists and is not to be
    /// replaced.
    func rename(_ source: String, to target: String, replacing: Bool) throws(LakeError)

    /// Returns once the names in this folder would survive a power cut.
    func syncFolder(_ path: String) throws(LakeError)

    /// What lies in a folder, in any order.
    func list(_ path: String) throws(LakeError) -> [FileEntry]

    /// At most `count` bytes from `offset` on; fewer at the end of the file.
    func read(_ path: String, offset: Int64, count: Int) throws(LakeError) -> [UInt8]

    /// Removes a file.
    func delete(_ path: String) throws(LakeError)

    func exists(_ path: String) throws(LakeError) -> Bool

    // Below: for compaction. The extension serves stores that have no better way.

    /// Gives a file a second name, or makes a copy of it.
    func link(_ source: String, to target: String) throws(LakeError)

    /// Whether two folders can be exchanged at all: not if they lie on two file systems.
    func canExchange(_ staged: String, _ visible: String) throws(LakeError) -> Bool

    /// Exchanges two folders, in one step if the store can. Repeated after a crash, it continues where it stopped.
    func exchange(_ staged: String, _ visible: String) throws(LakeError)

    /// Removes an empty folder.
    func removeFolder(_ path: String) throws(LakeError)

    /// Throws if the store can't be reached or, as far as that is cheap to tell, accepts no data now.
    func probe() throws(LakeError)

    /// The process is about to end: from now on calls return or throw within this time. A store that never waits does
    /// nothing.
    func giveUpSoon(within nanoseconds: UInt64)
}

extension FileStore {
    package func giveUpSoon(within nanoseconds: UInt64) {}

    package func probe() throws(LakeError) { _ = try list("") }

    package func link(_ source: String, to target: String) throws(LakeError) { try copy(source, to: target) }

    package func canExchange(_ staged: String, _ visible: String) throws(LakeError) -> Bool { true }

    package func exchange(_ staged: String, _ visible: String) throws(LakeError) {
        try exchangeByRenaming(staged, visible)
    }

    package func removeFolder(_ path: String) throws(LakeError) { try delete(path) }

    func copy(_ source: String, to target: String) throws(LakeError) {
        // It gets its name only once it is whole.
        let slash = target.lastIndex(of: "/").map { target.index(after: $0) } ?? target.startIndex
        let aside = "\(target[..<slash]).\(target[slash...]).tmp"
        let file = try create(aside)
        defer { file.close() }
        while true {
            let piece = try read(source, offset: file.length, count: 4 << 20)
            if piece.isEmpty { break }
            var failure: LakeError?
            piece.withUnsafeBytes {
                do throws(LakeError) { try file.append($0) } catch { failure = error }
            }
            if let failure { throw failure }
        }
        try file.sync()
        try rename(aside, to: target, replacing: false)
    }

    /// For a moment there is no folder `visible`.
    func exchangeByRenaming(_ staged: String, _ visible: String) throws(LakeError) {
        let old = staged + ".old"
        if try !exists(old) { try rename(visible, to: old, replacing: false) }
        if try !exists(visible) { try rename(staged, to: visible, replacing: false) }
        try rename(old, to: staged, replacing: false)
    }

    /// Removes a folder and its content; does nothing if there is none.
    func removeTree(_ path: String) throws(LakeError) {
        for entry in try listIfThere(path) {
            if entry.isFolder {
                try removeTree("\(path)/\(entry.name)")
            } else {
                do { try delete("\(path)/\(entry.name)") } catch .notFound {}
            }
        }
        do { try removeFolder(path) } catch .notFound {}
    }

    /// `list`, or nothing if there is no such folder.
    package func listIfThere(_ path: String) throws(LakeError) -> [FileEntry] {
        do { return try list(path) } catch .notFound { return [] }
    }
}
