// Sockets on which a supervisor listens for this process and which it passes on at the start, like systemd
// (sd_listen_fds(3)): they outlive the process, so that clients wait during a restart instead of being refused.

import Glibc
import Reactor

struct InheritedSockets {
    /// Named "redirect" for --redirect-from; any other name, or none: for --listen.
    private(set) var main: InheritedSocket?
    private(set) var redirect: InheritedSocket?

    private static let first: Int32 = 3

    /// Those that the environment describes for this very process.
    init(_ environment: [String: String] = Environment.all) throws(UsageError) {
        guard environment["LISTEN_PID"] == "\(getpid())", let count = environment["LISTEN_FDS"].flatMap({ Int32($0) })
        else { return }
        let names = environment["LISTEN_FDNAMES"]?.split(separator: ":", omittingEmptySubsequences: false) ?? []
        for index in 0..<max(0, min(count, 16)) {
            let name = names.indices.contains(Int(index)) ? String(names[Int(index)]) : ""
            do throws(ReactorError) {
                let socket = try InheritedSocket(InheritedSockets.first + index)
                if name == "redirect" { redirect = socket } else { main = socket }
            } catch {
                throw UsageError("the socket \(index + 1) of \(count) that was handed over: \(error)")
            }
        }
    }
}

extension InheritedSocket {
    var listen: ListenAddress { ListenAddress(host: address.description, port: port) }
}
