// A LocalFileStore whose calls fail on demand: the n-th operation that changes something throws.

import Threads

@testable import Lake

final class FaultyStore: FileStore {
    private let base: LocalFileStore
    /// Operations that still succeed; nil: all do.
    private let left = Guarded<Int?>(nil)
    private let failure = Guarded<LakeError>(.noSpace("no room"))
    private let last = Guarded<String?>(nil)
    private let intruder = Guarded<String?>(nil)

    /// False: as a store that has only renames.
    private let canExchange: Bool

    init(_ base: LocalFileStore, canExchange: Bool = true) {
        self.base = base
        self.canExchange = canExchange
    }

    func failAfter(_ count: Int?, with error: LakeError = .noSpace("no room")) {
        failure.withLock { $0 = error }
        left.withLock { $0 = count }
    }

    /// Nothing succeeds any more once a file has got this name.
    func stopAfterRename(to name: String) { last.withLock { $0 = name } }

    /// Somebody else's file comes at the last moment before its folder is exchanged.
    func intrude(_ path: String?) { intruder.withLock { $0 = path } }

    fileprivate func step() throws(LakeError) {
        let fails = left.withLock { left in
            guard let count = left else { return false }
            left = count - 1
            return count <= 0
        }
        if fails { throw failure.withLock { $0 } }
    }

    var description: String { "faulty \(base.description)" }
    func makeDirectories(_ path: String) throws(LakeError) {
        try step()
        try base.makeDirectories(path)
    }
    func create(_ path: String) throws(LakeError) -> any AsideFile {
        try step()
        return FaultyFile(try base.create(path), self)
    }
    func rename(_ source: String, to target: String, replacing: Bool) throws(LakeError) {
        try step()
        try base.rename(source, to: target, replacing: replacing)
        if let name = last.withLock({ $0 }), target.hasSuffix("/\(name)") {
            last.withLock { $0 = nil }
            failAfter(0, with: .unavailable("stopped"))
        }
    }
    func syncFolder(_ path: String) throws(LakeError) {
        try step()
        try base.syncFolder(path)
    }
    func list(_ path: String) throws(LakeError) -> [FileEntry] { try base.list(path) }
    func read(_ path: String, offset: Int64, count: Int) throws(LakeError) -> [UInt8] {
        try base.read(path, offset: offset, count: count)
    }
    func delete(_ path: String) throws(LakeError) {
        try step()
        try base.delete(path)
    }
    func exists(_ path: String) throws(LakeError) -> Bool { try base.exists(path) }
    func link(_ source: String, to target: String) throws(LakeError) {
        try step()
        try base.link(source, to: target)
    }
    func canExchange(_ staged: String, _ visible: String) throws(LakeError) -> Bool {
        try step()
        return try base.canExchange(staged, visible)
    }
    func exchange(_ staged: String, _ visible: String) throws(LakeError) {
        if let path = intruder.withLock({ $0 }), path.hasPrefix("\(visible)/"), try base.exists(visible) {
            try base.create(path).close()
        }
        guard canExchange else { return try exchangeByRenaming(staged, visible) }
        try step()
        try base.exchange(staged, visible)
    }
    func removeFolder(_ path: String) throws(LakeError) {
        try step()
        try base.removeFolder(path)
    }
}

private final class FaultyFile: AsideFile {
    private let base: any AsideFile
    private let store: FaultyStore
    init(_ base: any AsideFile, _ store: FaultyStore) {
        self.base = base
        self.store = store
    }
    var length: Int64 { base.length }
    /// Half of the bytes arrive before the failure, as on a full disk.
    func append(_ bytes: UnsafeRawBufferPointer) throws(LakeError) {
        do {
            try store.step()
        } catch {
            try base.append(UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count / 2)]))
            throw error
        }
        try base.append(bytes)
    }
    func sync() throws(LakeError) {
        try store.step()
        try base.sync()
    }
    func close() { base.close() }
}
