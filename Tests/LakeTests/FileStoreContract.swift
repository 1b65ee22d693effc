// What every FileStore must do. A new store joins by one more case in `StoreCase.all`.

import Foundation
import Testing

@testable import Lake

/// A folder of its own for one test, removed with the object.
final class Scratch: Sendable {
    let path: String
    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("lake-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// How to make a fresh, empty store. `keeps` lives as long as the store is used.
struct StoreCase: Sendable, CustomTestStringConvertible {
    var name: String
    var make: @Sendable () throws -> (store: any FileStore, keeps: any Sendable)
    var testDescription: String { name }

    static let all: [StoreCase] = {
        var all = [
            StoreCase(name: "local folder") {
                let scratch = try Scratch()
                return (try LocalFileStore(root: scratch.path + "/a/b"), scratch)
            }
        ]
        if HDFSBench.isThere {
            all.append(StoreCase(name: "HDFS") { (try WebHDFSFileStore(try HDFSBench.address()), "") })
        }
        return all
    }()
}

func put(_ text: String, _ path: String, in store: any FileStore) throws {
    let file = try store.create(path)
    try Array(text.utf8).withUnsafeBytes { try file.append($0) }
    try file.sync()
    file.close()
}

func text(_ path: String, in store: any FileStore, count: Int = 1000) throws -> String {
    String(decoding: try store.read(path, offset: 0, count: count), as: UTF8.self)
}

@Suite struct FileStoreContract {
    private func isNotFound(_ error: any Error) -> Bool { if case LakeError.notFound = error { true } else { false } }
    /// And in a sentence, said once.
    private func isTaken(_ error: any Error) -> Bool {
        guard case LakeError.alreadyExists(let text) = error else { return false }
        return "\(error)" == text && text.hasSuffix(" already exists")
    }

    @Test(arguments: StoreCase.all)
    func appendsAndReadsBack(_ made: StoreCase) throws {
        let (store, keeps) = try made.make()
        defer { withExtendedLifetime(keeps) {} }
        try store.makeDirectories("t/dt=2026-01-01")
        try store.makeDirectories("t/dt=2026-01-01")
        let file = try store.create("t/dt=2026-01-01/x")
        for part in ["ab", "", "cde"] { try Array(part.utf8).withUnsafeBytes { try file.append($0) } }
        #expect(file.length == 5)
        try file.sync()
        file.close()
        #expect(try text("t/dt=2026-01-01/x", in: store) == "abcde")
        #expect(try store.read("t/dt=2026-01-01/x", offset: 3, count: 1) == Array("d".utf8))
        #expect(try store.read("t/dt=2026-01-01/x", offset: 4, count: 100) == Array("e".utf8))
        #expect(try store.read("t/dt=2026-01-01/x", offset: 5, count: 100) == [])
    }

    @Test(arguments: StoreCase.all)
    func createReplacesALeftover(_ made: StoreCase) throws {
        let (store, keeps) = try made.make()
        defer { withExtendedLifetime(keeps) {} }
        try put("long leftover", "x.tmp", in: store)
        try put("new", "x.tmp", in: store)
        #expect(try text("x.tmp", in: store) == "new")
    }

    @Test(arguments: StoreCase.all)
    func renameMovesAndRefusesATakenName(_ made: StoreCase) throws {
        let (store, keeps) = try made.make()
        defer { withExtendedLifetime(keeps) {} }
        try put("1", "a.tmp", in: store)
        try store.rename("a.tmp", to: "a", replacing: false)
        try store.syncFolder("")
        #expect(try text("a", in: store) == "1")
        #expect(try !store.exists("a.tmp"))
        try put("2", "a.tmp", in: store)
        #expect { try store.rename("a.tmp", to: "a", replacing: false) } throws: { isTaken($0) }
        #expect(try text("a", in: store) == "1")
        #expect(try text("a.tmp", in: store) == "2")
        try store.rename("a.tmp", to: "a", replacing: true)
        #expect(try text("a", in: store) == "2")
        #expect { try store.rename("gone", to: "b", replacing: false) } throws: { isNotFound($0) }
    }

    @Test(arguments: StoreCase.all)
    func listsNamesSizesAndFolders(_ made: StoreCase) throws {
        let (store, keeps) = try made.make()
        defer { withExtendedLifetime(keeps) {} }
        #expect(try store.list("") == [])
        try store.makeDirectories("t/inner")
        try put("abc", "t/é-file", in: store)
        try put("", "t/.hidden", in: store)
        #expect(
            try store.list("t").sorted { $0.name < $1.name } == [
                FileEntry(name: ".hidden", size: 0, isFolder: false), FileEntry(name: "inner", size: 0, isFolder: true),
                FileEntry(name: "é-file", size: 3, isFolder: false),
            ])
        #expect { try store.list("none") } throws: { isNotFound($0) }
        #expect(try store.listIfThere("none") == [])
    }

    @Test(arguments: StoreCase.all)
    func missingFilesAreNotFound(_ made: StoreCase) throws {
        let (store, keeps) = try made.make()
        defer { withExtendedLifetime(keeps) {} }
        #expect { try store.read("none", offset: 0, count: 1) } throws: { isNotFound($0) }
        #expect { try store.delete("none") } throws: { isNotFound($0) }
        #expect { try store.create("no/folder/x") } throws: { isNotFound($0) }
        #expect(try !store.exists("none"))
        try put("", "x", in: store)
        #expect(try store.exists("x"))
        try store.delete("x")
        #expect(try !store.exists("x"))
    }
}
