// The times of an HTTP connection: slow heads and bodies get 408, idle ones are closed, stalled readers cut off.

import HTTPWire
import Reactor

extension HTTPSession {
    /// When the present state has lasted too long.
    func rearm(_ channel: Channel) {
        guard channel.isOpen else { return }
        var at = inputDeadline
        if let first = awaited.first { at = min(at, first.started &+ server.limits.handlerTime) }
        if channel.unsentBytes > 0 { at = min(at, server.loop.now &+ server.limits.writeStallTime) }
        channel.setDeadline(at: at)
    }

    private var inputDeadline: UInt64 {
        switch phase {
        case .head:
            if let headStarted { return headStarted &+ server.limits.headTime }
            guard awaited.isEmpty else { return .max }
            return idleSince &+ (isFirst ? server.limits.headTime : server.limits.keepAliveTime)
        case .body(let upload):
            return deadline(of: upload)
        case .finished: return .max
        }
    }

    /// A body must keep coming, and average the minimum rate: a slow drip ends, however steady it is.
    private func deadline(of upload: Upload) -> UInt64 {
        let limits = server.limits
        let earned = UInt64(upload.wireBytes) &* 1_000_000_000 / UInt64(max(1, limits.bodyMinimumRate))
        return min(lastBodyByte &+ limits.bodyIdleTime, upload.started &+ limits.bodyIdleTime &+ earned)
    }

    func deadlineReached(on channel: Channel) {
        let now = server.loop.now
        let limits = server.limits
        if channel.isBlocked, now &- channel.lastProgress >= limits.writeStallTime { return channel.closeNow() }
        if let first = awaited.first, first.response == nil, now &- first.started >= limits.handlerTime {
            complete(first.id, .problem(503, "no answer in time").with("Retry-After", "1"), channel)
            if !channel.isOpen { return }
        }
        if inputDeadline <= now {
            switch phase {
            case .head where headStarted == nil: return channel.closeAfterFlush(linger: 0)
            case .head, .body: refuse(408, "the request took too long", channel)
            case .finished: break
            }
        }
        rearm(channel)
    }
}
