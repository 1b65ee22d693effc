// A cluster may still be starting, or its leaders may just be changing, when a process starts.

import Telemetry
import Threads

package enum LogPatience {
    private static let pause: UInt64 = 500_000_000

    /// What `ask` gives; asks again while the log does not answer, for half a minute. Other errors end it at once.
    package static func wait<Answer>(
        nanoseconds: UInt64 = 30_000_000_000, for ask: () throws(LogError) -> Answer
    ) throws(LogError) -> Answer {
        let end = Clock.monotonic + nanoseconds
        while true {
            do throws(LogError) {
                return try ask()
            } catch {
                guard case .unavailable(let reason) = error, Clock.monotonic < end else { throw error }
                Log.warning("waiting for the log", ["reason": reason])
                Clock.pause(pause)
            }
        }
    }
}
