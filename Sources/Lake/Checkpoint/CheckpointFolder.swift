// The checkpoints of one name in a folder: NAME-NNNNNNNNNNNN.ckpt; the highest number is the newest. Lists them and
// removes surplus ones. For their content see CheckpointFile.swift.

import Basics

package struct CheckpointFolder: Sendable {
    /// How many are kept, in case one turns out to be unusable.
    package static let kept = 2
    private static let fileExtension = ".ckpt"
    private static let asideExtension = ".ckpt.tmp"

    package let store: any FileStore
    /// Relative to the store.
    package let path: String
    package let name: String

    package init(_ store: any FileStore, _ path: String, name: String) {
        self.store = store
        self.path = path
        self.name = name
    }

    package struct Entry: Sendable, Equatable {
        package let path: String
        package let number: Int64
        package let bytes: Int64
    }

    /// The newest first.
    package func list() throws(LakeError) -> [Entry] {
        var all: [Entry] = []
        for file in try store.listIfThere(path) where !file.isFolder {
            guard let number = number(file.name) else { continue }
            all.append(Entry(path: "\(path)/\(file.name)", number: number, bytes: file.size))
        }
        return all.sorted { $0.number > $1.number }
    }

    private func number(_ file: String) -> Int64? {
        guard file.hasPrefix(name + "-"), file.hasSuffix(Self.fileExtension) else { return nil }
        let digits = file.dropFirst(name.utf8.count + 1).dropLast(Self.fileExtension.utf8.count)
        guard digits.utf8.count == 12, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(digits)
    }

    func path(_ number: Int64) -> String {
        "\(path)/\(name)-\(Digits.padded(number, 12))\(Self.fileExtension)"
    }

    func asidePath(_ number: Int64) -> String { "\(path)/.\(name)-\(number)\(Self.asideExtension)" }

    /// Removes all but the newest ones, and what an interrupted writer left. Only for the sole writer of this name.
    package func prune() throws(LakeError) {
        for entry in try list().dropFirst(Self.kept) { try remove(entry.path) }
        for file in try store.listIfThere(path) where !file.isFolder {
            guard file.name.hasPrefix(".\(name)-"), file.name.hasSuffix(Self.asideExtension) else { continue }
            let digits = file.name.dropFirst(name.utf8.count + 2).dropLast(Self.asideExtension.utf8.count)
            // Another name may start with this one.
            guard Int64(digits) != nil else { continue }
            try remove("\(path)/\(file.name)")
        }
    }

    private func remove(_ path: String) throws(LakeError) {
        do { try store.delete(path) } catch .notFound {}
    }
}
