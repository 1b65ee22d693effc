// The HDFS store without a fault: addresses and answers anywhere, the rest on a running HDFS (HDFSBench).

import Basics
import Foundation
import TestSupport
import Testing

@testable import Lake

@Suite struct WebHDFSAddressTests {
    @Test(arguments: [
        ("hdfs://nn:9870/lake", ["nn:9870"], false, "/lake"), ("hdfs://a,b:1/x/y/", ["a:9870", "b:1"], false, "/x/y"),
        ("webhdfs://[::1]/x", ["[::1]:9870"], false, "/x"), ("swebhdfs://nn/x", ["nn:9871"], true, "/x"),
        ("hdfs+https://10.0.0.1:443/a//b", ["10.0.0.1:443"], true, "/a/b"),
    ])
    func read(_ text: String, nodes: [String], isSecure: Bool, folder: String) throws {
        let address = try #require(WebHDFSAddress(text))
        #expect(address.nodes == nodes && address.isSecure == isSecure && address.folder == folder)
        #expect(LakeAddress(text) == .hdfs(address))
    }

    @Test(arguments: [
        "hdfs://", "hdfs:///lake", "hdfs://nn", "hdfs://nn/", "hdfs://nn:0/x", "hdfs://nn:99999/x", "hdfs://a,,b/x",
        "hdfs://u@nn/x",
        "hdfs://nn:x/y", "hdfs://nn/a/../b", "hdfs://:9870/x", "hdfs://n n/x", "http://nn/x", "hdfs://nn/a:b",
    ])
    func refused(_ text: String) { #expect(WebHDFSAddress(text) == nil) }

    @Test func theTokenIsInNoDescription() {
        var options = WebHDFSOptions()
        options.token = "secret-token"
        #expect(!"\(options)".contains("secret"))
        #expect(WebHDFSAddress("hdfs://nn/x", options)?.text == "hdfs://nn:9870/x")
    }

    @Test func pathsAreEscaped() {
        #expect(WebHDFSClient.escaped("/t/dt=2026-01-01/.é+ %&") == "/t/dt=2026-01-01/.%C3%A9%2B%20%25%26")
    }

    @Test(arguments: [
        (403, "StandbyException", WebHDFSFailure.Remedy.elsewhere, true), (403, "SafeModeException", .again, true),
        (403, "RetriableException", .again, true), (403, "IOException", .again, true),
        (404, "FileNotFoundException", .none, false), (403, "AccessControlException", .none, true),
        (403, "DSQuotaExceededException", .none, true), (400, "IllegalArgumentException", .none, false),
    ])
    func whatFollowsFromAnException(_ status: Int, _ name: String, _ remedy: WebHDFSFailure.Remedy, _ isRetriable: Bool)
    {
        var answer = WebHDFSAnswer()
        answer.status = status
        answer.body = Array(
            #"{"RemoteException":{"exception":"\#(name)","javaClassName":"x","message":"why\n\tat java"}}"#.utf8)
        let failure = WebHDFSFailure(answer, "LISTSTATUS /x")
        #expect(failure.remedy == remedy && failure.error.isRetriable == isRetriable)
        #expect("\(failure.error)".contains("why") && !"\(failure.error)".contains("at java"))
    }

    @Test func answersThatAreNone() {
        for text in ["", "{}", "[]", "{\"boolean\":1}", "<html>", "{\"FileStatus\":[]}"] {
            let body = Array(text.utf8)
            #expect(WebHDFSJSON.boolean(body) == nil && WebHDFSJSON.status(body) == nil)
            #expect(WebHDFSJSON.listing(body) == nil && WebHDFSJSON.exception(body) == nil)
        }
    }
}

@Suite(.enabled(if: HDFSBench.isThere)) struct WebHDFSTests {
    @Test func aFolderOfManyFilesIsListedWhole() throws {
        let store = try WebHDFSFileStore(try HDFSBench.address())
        try store.makeDirectories("many")
        // The test's NameNode gives 50 at a time.
        for index in 0..<120 { try store.makeDirectories("many/\(index)") }
        #expect(Set(try store.list("many").map(\.name)) == Set((0..<120).map(String.init)))
    }

    @Test func theClockIsTheNameNodes() throws {
        let store = try WebHDFSFileStore(try HDFSBench.address())
        let now = try #require(store.client.now)
        #expect(abs(now - Int64(Date().timeIntervalSince1970 * 1000)) < 2000)
    }

    @Test func aWriterCommitsAndTheFilesReadBack() throws {
        let local = try Scratch()
        let wanted = try LocalFileStore(root: local.path)
        let address = LakeAddress.hdfs(try HDFSBench.address())
        let store = try address.open()
        let lock = try address.lock(.lake, in: store)
        for (store, lock) in [(wanted as any FileStore, nil), (store, lock as (any LakeLock)?)] {
            let writer = makeWriter(store, rowGroupRows: 10, lock: lock)
            try writer.append(batches(writer, 0...99), offsets: 0...99, day: day)
            #expect(try writer.roll()?.last == 99)
        }
        for table in ["discoveries", "rejected"] {
            #expect(try names(store, table) == [committedName])
            let path = "\(table)/dt=\(day)/\(committedName)"
            #expect(try store.read(path, offset: 0, count: 1 << 20) == wanted.read(path, offset: 0, count: 1 << 20))
        }
        let recovery = try LakeRecovery(
            store, topic: "planet-discoveries", primary: "discoveries", sides: ["rejected", "aggregates"])
        #expect(recovery.committed == [0: 99] && recovery.removed == [])
    }

    @Test func leftoversOfEveryKindAreRemoved() throws {
        let address = LakeAddress.hdfs(try HDFSBench.address())
        let store = try #require(try address.open() as? WebHDFSFileStore)
        let lock = try address.lock(.lake, in: store)
        let writer = makeWriter(store, lock: lock)
        try writer.append(batches(writer, 0...99), offsets: 0...99, day: day)
        let aside = LakePath.aside(
            table: "discoveries", day: day, topic: "planet-discoveries", partition: 0, first: 0, token: lock.token)
        try put("x", aside, in: store)
        try put("x", aside + ".0123456789abcdef", in: store)
        #expect(try names(store, "discoveries").count == 2)
        let recovery = try LakeRecovery(store, topic: "planet-discoveries", primary: "discoveries")
        #expect(recovery.removed.count == 2 && recovery.foreign == [])
        #expect(try names(store, "discoveries") == [])
    }

    @Test func anotherUsersFolderIsSaid() throws {
        var address = try HDFSBench.address()
        address.options.permission = "700"
        let store = try WebHDFSFileStore(address)
        try put("x", "x", in: store)
        address.options.user = "somebody"
        let theirs = WebHDFSFileStore(WebHDFSClient(address))
        #expect { try theirs.list("") } throws: { error in
            guard case LakeError.readOnly(let text) = error else { return false }
            return text.contains("somebody") && text.contains("AccessControlException")
        }
    }

    @Test func aLeaseThatRanOutIsTakenOverAndTheOldHolderFindsOut() throws {
        let address = try HDFSBench.address(lease: 2_000_000_000)
        let store = try WebHDFSFileStore(address)
        let scope = LakeScope.partition(topic: "t", 0)
        let stopped = try WebHDFSLock(store, scope)
        // Renewed: no lease runs out.
        letPass(seconds: 5)
        #expect(throws: LakeError.self) { try WebHDFSLock(store, scope) }
        try stopped.check()
        stopped.stopRenewing()
        letPass(seconds: 4)
        // Not taken over yet: still ours.
        try stopped.check()
        let next = try WebHDFSLock(store, scope)
        #expect { try stopped.check() } throws: { if case LakeError.locked = $0 { true } else { false } }
        try next.check()
        #expect(throws: LakeError.self) { try WebHDFSLock(store, scope) }
    }

    @Test func aDeadMembersPartitionsAreSupersededWithIt() throws {
        let address = try HDFSBench.address(lease: 2_000_000_000)
        let store = try WebHDFSFileStore(address)
        let member = try WebHDFSLock(store, .member)
        let partition = try WebHDFSLock(store, .partition(topic: "t", 0))
        member.stopRenewing()
        partition.stopRenewing()
        #expect(throws: LakeError.self) { try WebHDFSLock(store, .lake) }
        letPass(seconds: 4)
        let whole = try WebHDFSLock(store, .lake)
        #expect(throws: LakeError.self) { try member.check() }
        #expect(throws: LakeError.self) { try partition.check() }
        try whole.check()
    }

    @Test func aDeadProcessOfThisMachineIsNotWaitedFor() throws {
        let store = try WebHDFSFileStore(try HDFSBench.address())
        let folder = LockFolder(store: store, path: ".locks/t-p00000")
        var gone = LockOwner.current(isEntering: false)
        gone.start = "1"
        #expect(gone.isGone && !LockOwner.current(isEntering: false).isGone)
        #expect(LockOwner(text: gone.text) == gone)
        #expect(try folder.take(gone, token: Hex.random(bytes: 8), what: "x") == 1)
        let lock = try WebHDFSLock(store, .partition(topic: "t", 0))
        try lock.check()
        // The same of another machine is.
        gone.machine = "elsewhere"
        let other = LockFolder(store: store, path: ".locks/t-p00001")
        _ = try other.take(gone, token: Hex.random(bytes: 8), what: "x")
        #expect(throws: LakeError.self) { try WebHDFSLock(store, .partition(topic: "t", 1)) }
    }

    @Test(.enabled(if: HDFSBench.rpcAddress != nil)) func theRPCPortIsNamed() throws {
        let uri = try #require(HDFSBench.rpcAddress)
        #expect {
            try WebHDFSFileStore(try HDFSBench.address(nodes: uri))
        } throws: { error in
            guard case LakeError.unsupported(let text) = error else { return false }
            return text.contains("9870")
        }
    }
}
