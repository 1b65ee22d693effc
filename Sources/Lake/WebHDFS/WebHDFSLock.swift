// The lake's locks in HDFS, in LAKE/.locks: `lake` for all of it, a folder for each partition, and `members` with a
// file for each process that shares the lake. A thread of each lock renews it. LockFolder takes a lock.
//
// Members and a process with the whole lake exclude each other: both take `lake` first, a member only while it enters.
// Whoever takes the whole lake removes dead members and supersedes their partitions' locks, so that none of them
// believes it still holds one.

import Basics
import Telemetry
import Threads

package final class WebHDFSLock: LakeLock {
    private let held: Held
    private let thread: SystemThread
    package var token: String? { held.token }

    /// In a folder that exists.
    package init(_ store: WebHDFSFileStore, _ scope: LakeScope = .lake) throws(LakeError) {
        let held = Held(store, scope)
        try held.take()
        self.held = held
        thread = SystemThread.start("lake-lock") { held.renewUntilStopped() }
    }

    deinit {
        held.stop()
        thread.join()
        held.release()
    }

    package func check() throws(LakeError) { try held.check() }

    /// For tests: no more renewals, as if the process were stopped.
    func stopRenewing() { held.stop() }
}

/// What the lock and its thread share.
private final class Held: Sendable {
    private enum Kept: Sendable {
        case number(Int)
        case member
    }
    let token = Hex.random(bytes: 8)
    private let store: WebHDFSFileStore
    private let scope: LakeScope
    private let kept = Guarded<Kept?>(nil)
    private let isLost = Guarded(false)
    private let isStopped = Guarded(false)
    private static let root = ".locks"
    private static let members = ".locks/members"
    private static let whole = "lake"
    /// How long to wait for members that are entering.
    private static let patience: UInt64 = 5_000_000_000

    init(_ store: WebHDFSFileStore, _ scope: LakeScope) {
        self.store = store
        self.scope = scope
    }

    private var what: String { scope.what(in: store.description) }
    private var memberFile: String { "\(Held.members)/\(token)" }
    private var lake: LockFolder { LockFolder(store: store, path: "\(Held.root)/\(Held.whole)") }
    private var folder: LockFolder {
        guard case .partition(let topic, let partition) = scope else { return lake }
        return LockFolder(store: store, path: "\(Held.root)/\(LakePath.stem(topic, partition))")
    }

    // MARK: Taking

    func take() throws(LakeError) {
        let owner = LockOwner.current(isEntering: scope == .member)
        let end = Clock.monotonic + Held.patience
        var number = 0
        while true {
            do {
                number = try folder.take(owner, token: token, what: what)
                break
            } catch {
                // A member that is entering takes but a moment.
                guard folder.path == lake.path, case .locked = error, Clock.monotonic < end, try isSomeoneEntering()
                else { throw error }
                let _: Bool? = isStopped.wait(timeout: 100_000_000) { _ in nil }
            }
        }
        do throws(LakeError) {
            switch scope {
            case .partition: kept.withLock { $0 = .number(number) }
            case .lake:
                try excludeMembers(owner)
                kept.withLock { $0 = .number(number) }
            case .member:
                var owner = owner
                owner.isEntering = false
                try store.makeDirectories(Held.members)
                try store.put(Array(owner.text.utf8), memberFile)
                try folder.release(number)
                kept.withLock { $0 = .member }
            }
        } catch {
            try? folder.release(number)
            throw error
        }
    }

    private func isSomeoneEntering() throws(LakeError) -> Bool {
        guard let last = try lake.tickets().last else { return true }
        return LockFolder.living(lake.file(last.number), last.status, in: store)?.isEntering ?? true
    }

    private func excludeMembers(_ owner: LockOwner) throws(LakeError) {
        for status in try members() {
            let path = "\(Held.members)/\(status.name)"
            if let living = LockFolder.living(path, status, in: store) {
                throw .locked(LockFolder.refusal(what, living))
            }
            do { try store.delete(path) } catch .notFound {}
        }
        for entry in try store.list(Held.root)
        where entry.isFolder && entry.name != Held.whole && "\(Held.root)/\(entry.name)" != Held.members {
            let partition = LockFolder(store: store, path: "\(Held.root)/\(entry.name)")
            try partition.supersede(owner, token: token, what: what)
        }
    }

    private func members() throws(LakeError) -> [WebHDFSStatus] {
        do { return try store.statuses(Held.members) } catch .notFound { return [] }
    }

    // MARK: Holding

    private var path: String? {
        switch kept.withLock({ $0 }) {
        case .number(let number): folder.file(number)
        case .member: memberFile
        case nil: nil
        }
    }

    func check() throws(LakeError) {
        let isOurs: Bool
        switch kept.withLock({ $0 }) {
        case .number(let number) where !isLost.withLock { $0 }: isOurs = try folder.isHeld(number)
        case .member where !isLost.withLock { $0 }: isOurs = try store.exists(memberFile)
        default: isOurs = false
        }
        guard isOurs else {
            isLost.withLock { $0 = true }
            throw .locked("\(what) was taken over by another process while this one gave no sign of life")
        }
    }

    func renewUntilStopped() {
        let interval = store.client.address.options.lease / 5
        while true {
            let stopped: Bool? = isStopped.wait(timeout: interval) { $0 ? true : nil }
            guard stopped == nil, !isLost.withLock({ $0 }), let path, let now = store.client.now else { return }
            do throws(LakeError) {
                try store.setModified(path, now, patience: interval)
            } catch {
                if case .notFound = error {
                    isLost.withLock { $0 = true }
                    Log.error("lock in the lake lost", ["lock": path])
                    return
                }
                Log.warning("lock in the lake not renewed", ["lock": path, "error": error])
            }
        }
    }

    func stop() {
        isStopped.withLock { $0 = true }
        isStopped.wakeAll()
    }

    /// If this fails, the lock ends with its lease, and on this machine with the process.
    func release() {
        guard !isLost.withLock({ $0 }) else { return }
        do throws(LakeError) {
            switch kept.withLock({ $0 }) {
            case .number(let number): try folder.release(number)
            case .member: try store.delete(memberFile)
            case nil: break
            }
        } catch {
            Log.warning("lock in the lake not given back", ["lock": path ?? "", "error": error])
        }
    }
}
