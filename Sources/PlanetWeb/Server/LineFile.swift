// A file to which many threads add lines and one writes, so that nobody waits for a disk. What waits is bounded. After
// the file was renamed, `reopen` continues in a new one of the same name.

import Glibc
import Telemetry
import Threads

package final class LineFile: Sendable {
    private struct State: Sendable {
        var waiting: [UInt8] = []
        var lost = 0
        var isReopening = false
        var isClosing = false

        var hasWork: Bool { !waiting.isEmpty || isReopening || isClosing }
    }
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }
    /// Bytes that may wait for the disk; lines beyond that are lost, and counted.
    private static let mostWaiting = 16 << 20
    /// Nanoseconds for which the first line waits for others: a call of the system for many instead of one for each.
    private static let gathering: UInt64 = 1_000_000

    private let path: String
    private let state = Guarded(State())
    private let lost: Counter
    private let thread = Guarded<SystemThread?>(nil)

    /// `name`: of the thread, and in the metric of lost lines.
    package init(_ path: String, name: String) throws(Failure) {
        self.path = path
        lost = Metrics.shared.counter(
            "planetarium_log_lines_lost_total", "Lines of a log file that could not be written.", labels: ["log": name])
        let file = try LineFile.open(path)
        let started = SystemThread.start("log-\(name)") { [state, lost] in
            LineFile.write(to: file, path, state, lost)
        }
        thread.withLock { $0 = started }
    }

    /// `line` must end with a line feed.
    package func add(_ line: [UInt8]) {
        let (isKept, isFirst) = state.withLock { state in
            guard !state.isClosing, state.waiting.count + line.count <= LineFile.mostWaiting else {
                state.lost += 1
                return (false, false)
            }
            defer { state.waiting += line }
            return (true, state.waiting.isEmpty)
        }
        if !isKept { lost.add() }
        // For the others the writer is awake.
        if isFirst { state.wakeAll() }
    }

    package func reopen() {
        state.withLock { $0.isReopening = true }
        state.wakeAll()
    }

    /// Writes what waits.
    package func close() {
        state.withLock { $0.isClosing = true }
        state.wakeAll()
        let running = thread.withLock { thread in
            let running = thread
            thread = nil
            return running
        }
        running?.join()
    }

    private static func open(_ path: String) throws(Failure) -> Int32 {
        var folder = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
            folder += part + "/"
            mkdir(folder, 0o777)
        }
        let file = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw Failure(description: "cannot open \(path): \(String(cString: strerror(errno)))") }
        return file
    }

    private static func write(to first: Int32, _ path: String, _ state: Guarded<State>, _ lost: Counter) {
        var file = first
        var complained: UInt64 = 0
        while true {
            let _: Bool? = state.wait { $0.hasWork ? true : nil }
            let _: Bool? = state.wait(timeout: gathering) { $0.isClosing ? true : nil }
            let (bytes, isReopening, isClosing, missing) =
                state.withLock { state in
                    defer { (state.waiting, state.isReopening, state.lost) = ([], false, 0) }
                    return (state.waiting, state.isReopening, state.isClosing, state.lost)
                }
            let failure = append(bytes, to: file)
            if failure != 0 { lost.add(bytes.count { $0 == 0x0A }) }
            if failure != 0 || missing > 0, Clock.monotonic &- complained > 60_000_000_000 {
                complained = Clock.monotonic
                Log.error(
                    "lines of a log are lost",
                    [
                        "file": path,
                        "reason": failure != 0 ? String(cString: strerror(failure)) : "the disk is too slow",
                    ])
            }
            if isReopening, let fresh = try? open(path) {
                Glibc.close(file)
                file = fresh
            }
            if isClosing { break }
        }
        Glibc.close(file)
    }

    /// The errno of a failure, or 0.
    private static func append(_ bytes: [UInt8], to file: Int32) -> Int32 {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress! + done, bytes.count - done) }
            if count > 0 { done += count } else if errno != EINTR { return errno }
        }
        return 0
    }
}
