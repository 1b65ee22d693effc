// SIGTERM, SIGINT and SIGHUP. Until the service has started, each of them ends the process at once: it may be waiting
// for a log or a lake that does not answer, and the next start redoes everything, as after a crash. From then on a stop
// is a clean one, and SIGHUP means: read certificates again, reopen log files. If the terminal that started the process
// is gone, SIGHUP stops it, too.

import CLinux
import Glibc
import Telemetry
import Threads

struct StopSignals {
    private let descriptor: Int32
    private let isStarted = Guarded(false)
    private let hadTerminal = isatty(0) == 1

    /// Make it before any other thread starts, so that all of them ignore these signals. Nil, with the error number, if
    /// the kernel refuses.
    init?(error: inout Int32) {
        descriptor = clinux_signalfd([SIGTERM, SIGINT, SIGHUP], 3)
        guard descriptor >= 0 else {
            error = -descriptor
            return nil
        }
        let (descriptor, isStarted) = (descriptor, isStarted)
        _ = SystemThread.start("start-watch") {
            while !isStarted.withLock({ $0 }) {
                // Looked at, not taken: after the start it is for waitForStop.
                guard Self.isThere(descriptor, milliseconds: 200) else { continue }
                isStarted.withLock { isStarted in
                    if isStarted { return }
                    Log.info("stopped while starting")
                    _exit(0)
                }
            }
        }
    }

    /// From now on a signal waits for waitForStop.
    func started() { isStarted.withLock { $0 = true } }

    /// Waits for a stop. Calls `reload` for each SIGHUP before that.
    func waitForStop(reload: () -> Void) {
        while true {
            let signal = clinux_signalfd_read(descriptor)
            if signal == 0 {
                _ = Self.isThere(descriptor, milliseconds: -1)
            } else if signal == SIGHUP, !hadTerminal || isatty(0) == 1 {
                reload()
            } else {
                return
            }
        }
    }

    private static func isThere(_ descriptor: Int32, milliseconds: Int32) -> Bool {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return Glibc.poll(&poll, 1, milliseconds) > 0
    }
}
