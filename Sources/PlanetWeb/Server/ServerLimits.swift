// Every bound of the server in one place: sizes, counts and times (nanoseconds). Nothing in it may be unbounded.

import HTTPWire

package struct ServerLimits: Sendable {
    package var head = HeadLimits()
    /// Open connections over all loops; one more is answered 503 and closed.
    package var connections = 10_000
    /// Per address (an IPv6 network of 64 bits), if it is counted; 0: no separate limit.
    package var connectionsPerAddress = 1000
    /// The first bytes of a body that count as its beginning; the rest counts elsewhere.
    package var smallBodyBytes = 64 << 10
    /// The beginnings of bodies being received or read, over all connections; and the rest of them.
    package var bufferedSmallBytes = 64 << 20
    package var bufferedBodyBytes = 256 << 20
    /// Answers waiting to be read, over all connections.
    package var answerBytes = 256 << 20
    /// Requests of one connection that wait for their reply; no more are read until one is answered.
    package var pipelinedRequests = 64
    /// Reply bytes that a connection may leave unread before its requests are no longer read; also bytes of bodies
    /// whose replies it awaits.
    package var unsentBytes = 256 << 10
    /// From a head's first byte (or the connection's start) to its end.
    package var headTime: UInt64 = 10_000_000_000
    /// Between two pieces of a body.
    package var bodyIdleTime: UInt64 = 10_000_000_000
    /// Bytes per second that a body must bring, after `bodyIdleTime`; faster ones save up that much time again.
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
    /// How long a closed connection keeps accepting (and dropping) bytes, so that the peer can read the last reply.
    package var lingerTime: UInt64 = 5_000_000_000
    /// The longest time without a message to a viewer.
    package var heartbeatTime: UInt64 = 15_000_000_000
    /// A viewer that shows no sign of life for this long is closed.
    package var viewerSilenceTime: UInt64 = 40_000_000_000
    /// A message from a viewer.
    package var viewerMessageBytes = 4096
    /// A message to the echo.
    package var echoMessageBytes = 32 << 20
    /// Live frames waiting for one loop; beyond that its viewers are marked as behind.
    package var waitingFrames = 256

    package init() {}
}
