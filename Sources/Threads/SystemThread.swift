// One operating-system thread that runs a body and can be joined.
// Not a pool: every thread here owns a blocking resource (docs/ARCHITECTURE.md, "Threads").

import CLinux
import Glibc

package struct SystemThread: Sendable {
    private let handle: pthread_t

    /// Runs `body` once on a new thread (the kernel keeps 15 bytes of `name`). Nobody else may use what it captures.
    package static func start(_ name: String, _ body: sending @escaping () -> Void) -> SystemThread {
        final class Start {
            let name: String
            let body: () -> Void
            init(_ name: String, _ body: @escaping () -> Void) {
                self.name = name
                self.body = body
            }
        }
        let start = Unmanaged.passRetained(Start(name, body))
        var handle = pthread_t()
        let failure = pthread_create(
            &handle, nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                clinux_name_thread(start.name)
                start.body()
                return nil
            }, start.toOpaque())
        // Out of threads or memory: nothing else in this process would work either.
        precondition(failure == 0, "cannot start thread \(name): error \(failure)")
        return SystemThread(handle: handle)
    }

    /// Nobody will join it: its resources go when the body has returned. Call it once, in place of `join`.
    package func detach() {
        pthread_detach(handle)
    }

    /// Blocks until the body has returned, at most `nanoseconds`. False: it still runs, and nobody will join it.
    package func join(within nanoseconds: UInt64) -> Bool {
        if clinux_join_within(handle, nanoseconds) { return true }
        pthread_detach(handle)
        return false
    }

    /// Blocks until the body has returned. Call it once.
    package func join() {
        pthread_join(handle, nil)
    }
}
