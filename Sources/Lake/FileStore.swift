// The seam between the lake and where its files lie: a local folder, or HDFS over its REST interface.
// Few operations, none of them per row. Paths are relative to the store's root, parts separated by "/".

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

/// A file that is being written, and is only appended to.
package protocol AsideFile: AnyObject {
    /// Bytes the store has taken.
    var length: Int64 { get }

    /// Appends all of `bytes`. When it throws, `length` says how far it came: go on with the rest.
    func append(_ bytes: UnsafeRawBufferPointer) throws(LakeError)

    /// Returns when everything appended would survive a power cut. `.lost` where the bytes must be taken as lost after
    /// a failure: an operating system may drop what it failed to write, and say nothing at the second call. After a
    /// retriable error it may be called again.
    func sync() throws(LakeError)

    /// No call may follow. Doesn't sync.
    func close()
}

package protocol FileStore: AnyObject, Sendable {
    /// For messages.
    var description: String { get }

    /// Makes a folder and those above it; nothing where it exists.
    func makeDirectories(_ path: String) throws(LakeError)

    /// A new empty file; one that exists under the name is replaced.
    func create(_ path: String) throws(LakeError) -> any AsideFile

    /// Renames within the store, in one step that others see whole or not at all. Throws `.alreadyExists` where
    /// `target` exists and is not to be replaced.
    func rename(_ source: String, to target: String, replacing: Bool) throws(LakeError)

    /// Returns when the names in this folder would survive a power cut.
    func syncFolder(_ path: String) throws(LakeError)

    /// What lies in a folder, in any order.
    func list(_ path: String) throws(LakeError) -> [FileEntry]

    /// At most `count` bytes from `offset` on; fewer at the end of the file.
    func read(_ path: String, offset: Int64, count: Int) throws(LakeError) -> [UInt8]

    /// Removes a file.
    func delete(_ path: String) throws(LakeError)

    func exists(_ path: String) throws(LakeError) -> Bool

    // Below: for the compaction. Stores that have no better way do as the extension does.

    /// Gives a file a second name, or makes a copy of it.
    func link(_ source: String, to target: String) throws(LakeError)

    /// Whether two folders can be exchanged at all: not where they lie on two file systems.
    func canExchange(_ staged: String, _ visible: String) throws(LakeError) -> Bool

    /// Exchanges two folders, in one step where the store can. Made again after a crash, it goes on where it stopped.
    func exchange(_ staged: String, _ visible: String) throws(LakeError)

    /// Removes an empty folder.
    func removeFolder(_ path: String) throws(LakeError)

    /// Throws where the store can't be reached, or, as far as that is cheap to find out, takes no data now.
    func probe() throws(LakeError)

    /// The process is to end: from now on a call returns or throws within this time. A store that never waits has
    /// nothing to do.
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
        // Under its name only once it is whole.
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

    /// Removes a folder and what is in it; nothing where there is none.
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

    /// `list`, or nothing where there is no such folder.
    package func listIfThere(_ path: String) throws(LakeError) -> [FileEntry] {
        do { return try list(path) } catch .notFound { return [] }
    }
}
