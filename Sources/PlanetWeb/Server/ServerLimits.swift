// Every bound of the server in one place: sizes, counts and times (nanoseconds). Nothing in it may be unbounded.

import HTTPWire

package struct ServerLimits: Sendable {
    package var head = HeadLimits()
    /// Open connections over all loops; one more is answered 503 and closed.
    package var connections = 10_000
    /// Of one address (an IPv6 network of 64 bits), where it is counted by itself; 0: as many as there are at all.
    package var connectionsPerAddress = 1000
    /// So many bytes of each body count as its beginning, and the rest elsewhere.
    package var smallBodyBytes = 64 << 10
    /// The beginnings of bodies that are being received or read, over all connections; their rests.
    package var bufferedSmallBytes = 64 << 20
    package var bufferedBodyBytes = 256 << 20
    /// Answers that wait to be read, over all connections.
    package var answerBytes = 256 << 20
    /// Requests of one connection that wait for their reply; no more are read until one is answered.
    package var pipelinedRequests = 64
    /// Reply bytes a connection may leave unread before its requests are no longer read; also bytes of bodies whose
    /// replies it waits for.
    package var unsentBytes = 256 << 10
    /// From a head's first byte (or the connection's start) to its end.
    package var headTime: UInt64 = 10_000_000_000
    /// Between two pieces of a body.
    package var bodyIdleTime: UInt64 = 10_000_000_000
    /// Bytes a second that a body must bring, after `bodyIdleTime`; what comes faster saves up as much time again.
    package var bodyMinimumRate = 500
    /// From the first byte of a body to its last.
    package var bodyTime: UInt64 = 300_000_000_000
    /// Between a reply and the next request.
    package var keepAliveTime: UInt64 = 75_000_000_000
    /// How long a connection that was in use waits for its next request when the server stops.
    package var drainTime: UInt64 = 1_000_000_000
    /// A pending reply is given up (503) after this.
    package var handlerTime: UInt64 = 30_000_000_000
    /// A peer that takes none of its waiting bytes for this long is cut off.
    package var writeStallTime: UInt64 = 30_000_000_000
    /// How long a closed connection goes on taking (and dropping) bytes, so that the peer can read the last reply.
    package var lingerTime: UInt64 = 5_000_000_000
    /// A viewer hears at least this often.
    package var heartbeatTime: UInt64 = 15_000_000_000
    /// A viewer that shows no sign of life for this long is closed.
    package var viewerSilenceTime: UInt64 = 40_000_000_000
    /// A message from a viewer.
    package var viewerMessageBytes = 4096
    /// A message to the echo.
    package var echoMessageBytes = 32 << 20
    /// Live frames that wait for one loop; beyond that its viewers are marked as behind.
    package var waitingFrames = 256

    package init() {}
}
