// Which process holds a lock, as text in the lock's file; and whether a process of this machine is still alive.

import Glibc

struct LockOwner: Equatable {
    /// For people.
    var name: String
    /// The machine's boot and the name space of its process numbers, to tell containers apart.
    var machine: String
    var pid: Int32
    /// In clock ticks since the boot: a process number is reused, but not with the same start.
    var start: String
    /// A process that only registers as a member, which takes a moment.
    var isEntering = false

    /// This process.
    static func current(isEntering: Bool) -> LockOwner {
        let pid = getpid()
        return LockOwner(
            name: "pid \(pid) on \(hostName)", machine: thisMachine, pid: pid, start: startTime(of: pid) ?? "",
            isEntering: isEntering)
    }

    var text: String { "\(name)\n\(machine)\n\(pid)\n\(start)\n\(isEntering ? "entering" : "writing")\n" }

    init(name: String, machine: String, pid: Int32, start: String, isEntering: Bool) {
        self.name = name
        self.machine = machine
        self.pid = pid
        self.start = start
        self.isEntering = isEntering
    }

    init?(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 5, let pid = Int32(lines[2]), pid > 0 else { return nil }
        self.init(
            name: String(lines[0].prefix(200)), machine: String(lines[1]), pid: pid, start: String(lines[3]),
            isEntering: lines[4] == "entering")
    }

    /// Whether it is a process of this machine that has ended. About other machines nothing is known.
    var isGone: Bool { machine == LockOwner.thisMachine && !machine.isEmpty && LockOwner.startTime(of: pid) != start }

    static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "unknown host" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static let thisMachine: String = {
        var status = stat()
        guard let boot = contents(of: "/proc/sys/kernel/random/boot_id"), stat("/proc/self/ns/pid", &status) == 0 else {
            return ""
        }
        return "\(boot.prefix { $0 != "\n" })/\(status.st_ino)"
    }()

    /// Nil if there is no such process, or only a zombie.
    private static func startTime(of pid: Int32) -> String? {
        // proc(5): the second field is the name in parentheses, which may contain anything; the third is the state, the
        // 22nd the start.
        guard let line = contents(of: "/proc/\(pid)/stat"), let end = line.lastIndex(of: ")") else { return nil }
        let fields = line[line.index(after: end)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
        return String(fields[19])
    }

    private static func contents(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &bytes, bytes.count)
        return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
    }
}
