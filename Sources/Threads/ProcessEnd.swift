// The end of a process whose threads still run.

import Glibc

package enum ProcessEnd {
    /// What was printed is written; then the process is gone, without the handlers of `exit`. Libraries tear down in
    /// those what other threads use up to the last moment: of libcrypto's tables, freed by its handler, a digest was
    /// still to be made, and a server that had stopped in order ended with SIGSEGV. The system takes back all there is.
    package static func now(_ status: Int32) -> Never {
        fflush(nil)
        _exit(status)
    }
}
