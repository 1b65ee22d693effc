// What every lock must do, on a folder and in HDFS.

import Foundation
import Testing

@testable import Lake

/// A fresh lake's address. `keeps` lives as long as it is used.
struct LockCase: Sendable, CustomTestStringConvertible {
    var name: String
    var make: @Sendable () throws -> (address: LakeAddress, keeps: any Sendable)
    var testDescription: String { name }

    static let all: [LockCase] = {
        var all = [
            LockCase(name: "local folder") {
                let scratch = try Scratch()
                return (.folder(path: scratch.path), scratch)
            }
        ]
        if HDFSBench.isThere {
            all.append(LockCase(name: "HDFS") { (.hdfs(try HDFSBench.address()), "") })
        }
        return all
    }()
}

@Suite struct LockContract {
    private func isLocked(_ error: any Error) -> Bool {
        guard case LakeError.locked(let text) = error else { return false }
        return text.contains("being written by") && text.contains("pid \(getpid())")
    }

    @Test(arguments: LockCase.all)
    func aSecondHolderIsRefusedAndTheFirstNamed(_ made: LockCase) throws {
        let (address, keeps) = try made.make()
        defer { withExtendedLifetime(keeps) {} }
        let store = try address.open()
        var first: (any LakeLock)? = try address.lock(.lake, in: store)
        try first?.check()
        #expect { try address.lock(.lake) } throws: { isLocked($0) }
        try first?.check()
        first = nil
        let second = try address.lock(.lake)
        try second.check()
    }

    @Test(arguments: LockCase.all)
    func membersShareTheLakeAndAWholeHolderIsRefused(_ made: LockCase) throws {
        let (address, keeps) = try made.make()
        defer { withExtendedLifetime(keeps) {} }
        _ = try address.open()
        var members: [any LakeLock] = []
        for _ in 0..<2 { members.append(try address.lock(.member)) }
        for member in members { try member.check() }
        #expect { try address.lock(.lake) } throws: { if case LakeError.locked = $0 { true } else { false } }
        for member in members { try member.check() }
        members.removeLast()
        #expect(throws: LakeError.self) { try address.lock(.lake) }
        members.removeAll()
        let whole = try address.lock(.lake)
        try whole.check()
        #expect { try address.lock(.member) } throws: { if case LakeError.locked = $0 { true } else { false } }
        try whole.check()
    }

    @Test(arguments: LockCase.all)
    func eachPartitionHasALockOfItsOwn(_ made: LockCase) throws {
        let (address, keeps) = try made.make()
        defer { withExtendedLifetime(keeps) {} }
        _ = try address.open()
        let one = try address.lock(.partition(topic: "t", 1))
        let two = try address.lock(.partition(topic: "t", 2))
        let other = try address.lock(.partition(topic: "u", 1))
        #expect {
            try address.lock(.partition(topic: "t", 1))
        } throws: { error in
            guard case LakeError.locked(let text) = error else { return false }
            return text.contains("partition 1 of t") && isLocked(error)
        }
        for lock in [one, two, other] { try lock.check() }
    }

    @Test(arguments: LockCase.all)
    func ofManyAtOnceOneGetsIt(_ made: LockCase) throws {
        let (address, keeps) = try made.make()
        defer { withExtendedLifetime(keeps) {} }
        _ = try address.open()
        let locks = Mutual<[any LakeLock]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            if let lock = try? address.lock(.partition(topic: "t", 0)) { locks.add(lock) }
        }
        #expect(locks.value.count == 1)
        try locks.value.first?.check()
    }
}

/// A list several threads add to.
final class Mutual<List: RangeReplaceableCollection & Sendable>: @unchecked Sendable where List.Element: Sendable {
    // @unchecked: only touched under the lock.
    private let lock = NSLock()
    private var list: List
    init(_ list: List) { self.list = list }
    func add(_ element: List.Element) { lock.withLock { list.append(element) } }
    var value: List { lock.withLock { list } }
}
