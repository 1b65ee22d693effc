// The deadlines of HTTPStateMachine: slow heads and bodies get 408, idle connections and stalled readers are closed.

extension HTTPStateMachine {
    /// Sets the deadline for the present state.
    func rearm(_ connection: some HTTPConnection) {
        guard isOpen else { return }
        var at = inputDeadline
        if let first = awaited.first { at = min(at, first.parts?.due ?? (first.started &+ limits.handlerTime)) }
        if connection.unsentBytes > 0 { at = min(at, connection.now &+ limits.writeStallTime) }
        connection.setDeadline(at: at)
    }

    private var inputDeadline: UInt64 {
        switch phase {
        case .head:
            if let headStarted { return headStarted &+ limits.headTime }
            guard awaited.isEmpty else { return .max }
            if isStopping { return idleSince &+ limits.drainTime }
            return idleSince &+ (requestCount == 0 ? limits.headTime : limits.keepAliveTime)
        case .body(let upload): return deadline(of: upload)
        case .finished, .upgraded: return .max
        }
    }

    /// A body must keep coming, at the minimum rate, and be complete in the end: a slow drip is cut off, however steady
    /// it is and however much came before.
    private func deadline(of upload: Upload) -> UInt64 {
        min(lastBodyByte &+ limits.bodyIdleTime, upload.due, upload.started &+ limits.bodyTime)
    }

    /// When more must have arrived, now that `count` bytes of content have: they earn time at the minimum rate, but
    /// little can be saved up.
    func due(_ upload: Upload, after count: Int, _ now: UInt64) -> UInt64 {
        let earned = UInt64(count) &* 1_000_000_000 / UInt64(max(1, limits.bodyMinimumRate))
        return min(upload.due &+ earned, now &+ 2 * limits.bodyIdleTime)
    }

    /// The time set by `setDeadline` has come.
    mutating func deadlineReached(_ connection: some HTTPConnection) {
        let now = connection.now
        if let since = connection.blockedSince, now &- since >= limits.writeStallTime { return connection.abort() }
        if let parts = awaited.first?.parts, parts.due <= now { return connection.abort() }
        if let first = awaited.first, first.response == nil, now &- first.started >= limits.handlerTime {
            first.work?.cancel()
            completed(first.id, .unavailable("no answer in time"), connection)
        }
        guard isOpen else { return }
        if inputDeadline <= now {
            switch phase {
            case .head where headStarted == nil: return close(lingers: false, connection)
            case .head, .body: refuse(408, "the request took too long", connection)
            case .finished, .upgraded: break
            }
        }
        rearm(connection)
    }
}
