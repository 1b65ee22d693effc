// Which classes there are: a small file with a JSON object a line, which several web processes may share. A changed
// file counts within a second. Guesses at codes are slowed down as guesses at tokens are.
// Not what a class's pupils sent (ClassIndex.swift).

import Basics
import Glibc
import HTTPWire
import Telemetry
import Threads

package final class ClassList: Sendable {
    private struct Content: Sendable {
        var stamp = FileStamp()
        var classes: [String: SchoolClass] = [:]
        var checked: UInt64 = 0
    }
    /// Of those that have ended the oldest make room.
    static let most = 200
    private static let pause: UInt64 = 1_000_000_000

    private let file: SharedTextFile
    private let content: Guarded<Content>
    private let guesses = RateTable("wrong-class", RateLimit(rate: 1, burst: 100))
    /// Microseconds since 1970-01-01 UTC.
    private let clock: @Sendable () -> Int64

    /// Throws where there is a file and it can't be read.
    package init(
        _ path: String, clock: @escaping @Sendable () -> Int64 = { Int64(Clock.wall / 1000) }
    ) throws(AccessFailure) {
        file = SharedTextFile(path)
        self.clock = clock
        var first = Content()
        first.stamp = FileStamp(path)
        first.classes = try ClassList.read(file)
        first.checked = Clock.monotonic
        content = Guarded(first)
    }

    var now: Int64 { clock() }

    /// Newest first.
    var all: [SchoolClass] { fresh { Array($0.values) }.sorted { ($0.opened, $0.code) > ($1.opened, $1.code) } }

    subscript(code: String) -> SchoolClass? { fresh { $0[code] } }

    private func fresh<Result: Sendable>(_ body: ([String: SchoolClass]) -> Result) -> Result {
        content.withLock { content in
            let now = Clock.monotonic
            if now &- content.checked >= ClassList.pause {
                content.checked = now
                refresh(&content)
            }
            return body(content.classes)
        }
    }

    /// A file that can't be understood changes nothing, and is told of; one that is gone has no class.
    private func refresh(_ content: inout Content) {
        let stamp = FileStamp(file.path)
        guard stamp != content.stamp else { return }
        content.stamp = stamp
        do throws(AccessFailure) {
            content.classes = try ClassList.read(file)
        } catch {
            Log.error("classes not read: the earlier ones stay", ["reason": error])
        }
    }

    private static func read(_ file: SharedTextFile) throws(AccessFailure) -> [String: SchoolClass] {
        var classes: [String: SchoolClass] = [:]
        let text = try file.text()
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
        where !line.isEmpty {
            guard let found = SchoolClass(line: line), classes.count < most else {
                throw AccessFailure("\(file.path):\(index + 1): not a class, or one of more than \(most)")
            }
            classes[found.code] = found
        }
        return classes
    }

    // MARK: Changes

    /// One class is changed as `change` says, under the file's lock: nil stands for none. Blocks. Nil where `change`
    /// leaves everything as it is.
    func change(
        _ code: String, _ change: (SchoolClass?) -> SchoolClass?
    ) throws(AccessFailure) -> SchoolClass? {
        makeFolder()
        return try file.locked { () throws(AccessFailure) in
            var classes = try ClassList.read(file)
            let after = change(classes[code])
            guard after != classes[code] else { return nil }
            if let after, classes[code] == nil { try makeRoom(for: after, &classes) }
            classes[code] = after
            try write(classes)
            return after
        }
    }

    /// A new class under a code that no other has.
    func open(title: String, ends: Int64) throws(AccessFailure) -> SchoolClass {
        while true {
            let now = clock()
            let code = ClassCode.drawn()
            let made = try change(code) { known in
                known ?? SchoolClass(code: code, title: title, opened: now, ends: ends)
            }
            if let made { return made }
        }
    }

    private func makeRoom(for new: SchoolClass, _ classes: inout [String: SchoolClass]) throws(AccessFailure) {
        guard classes.count >= ClassList.most else { return }
        let over = classes.values.filter { $0.state(at: clock()) != .open }
        guard let oldest = over.min(by: { ($0.opened, $0.code) < ($1.opened, $1.code) }) else {
            throw AccessFailure("\(classes.count) classes are open, and more can't be: close one first")
        }
        classes[oldest.code] = nil
    }

    private func write(_ classes: [String: SchoolClass]) throws(AccessFailure) {
        let sorted = classes.values.sorted { ($0.opened, $0.code) < ($1.opened, $1.code) }
        try file.write(String(decoding: sorted.flatMap(\.line), as: UTF8.self))
        content.withLock { content in
            content.stamp = FileStamp(file.path)
            content.classes = classes
        }
    }

    private func makeFolder() {
        var folder = ""
        for part in file.path.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
            folder += part + "/"
            mkdir(folder, 0o777)
        }
    }

    // MARK: Guesses

    /// Nil: this address may not ask for a class now.
    func waits(_ address: IPAddress?, at now: UInt64) -> RateState? {
        let state = guesses.take(ClassList.sender(address), at: now, isFree: true)
        return state.wait > 0 ? state : nil
    }

    func guessedWrong(_ address: IPAddress?, at now: UInt64) { _ = guesses.take(ClassList.sender(address), at: now) }

    private static func sender(_ address: IPAddress?) -> RateTable.Sender {
        address.map { .address($0.site) } ?? .others
    }
}
