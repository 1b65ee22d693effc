// The newest frames of the live feed: the last snapshot and every delta after it. Never interprets their bytes: a new
// aggregate needs no change here. Bounded: old deltas are dropped; viewers that need them get the snapshot.

import Threads

final class LiveBoard: LiveSource {
    /// Deltas kept for resuming viewers.
    private static let keptDeltas = 1024
    private static let keptBytes = 8 << 20
    /// So many of the newest are kept as viewers have got them.
    private static let formedDeltas = 20

    private struct State: Sendable {
        var snapshot: SharedFrame?
        /// Rising seq, one epoch; may begin before the snapshot's seq.
        var deltas: [SharedFrame] = []
        var deltaBytes = 0
        /// A delta after the snapshot is missing, so those after it are useless before the next snapshot.
        var isBroken = false

        var newest: UInt64 { max(deltas.last?.seq ?? 0, snapshot?.seq ?? 0) }

        mutating func drop() {
            deltas = []
            deltaBytes = 0
        }

        mutating func append(_ frame: SharedFrame) {
            deltas.append(frame)
            if deltas.count > LiveBoard.formedDeltas { deltas[deltas.count - 1 - LiveBoard.formedDeltas].forgetForms() }
            deltaBytes += frame.payload.count
            while deltas.count > LiveBoard.keptDeltas || deltaBytes > LiveBoard.keptBytes, let first = deltas.first {
                // A viewer that starts now needs all that came after the snapshot.
                guard first.seq <= snapshot?.seq ?? 0 else {
                    isBroken = true
                    return drop()
                }
                deltaBytes -= first.payload.count
                deltas.removeFirst()
            }
        }
    }
    private let state = Guarded(State())

    /// The newest snapshot, for GET /api/board.
    var snapshot: SharedFrame? { state.withLock { $0.snapshot } }

    var names: [String]? { snapshot?.parts?.names }

    /// The newest frame of either kind, for what it says of itself.
    var newest: SharedFrame? {
        state.withLock { state in
            guard let delta = state.deltas.last, delta.seq >= state.snapshot?.seq ?? 0 else { return state.snapshot }
            return delta
        }
    }

    /// Takes the next frame of the feed; a repeated one changes nothing. True if viewers that are up to date need it:
    /// deltas, the first snapshot of an epoch, and the first one after a missing delta.
    func take(_ frame: SharedFrame) -> Bool {
        state.withLock { state in
            // From a publisher that was replaced and hasn't noticed yet.
            if let snapshot = state.snapshot, frame.term < snapshot.term { return false }
            let isNewEpoch = state.snapshot?.epoch != frame.epoch
            if frame.kind == .snapshot {
                if !isNewEpoch, let snapshot = state.snapshot, frame.seq < snapshot.seq { return false }
                // Ahead of the viewers: deltas before it are missing.
                let isNews = isNewEpoch || state.isBroken || frame.seq > state.newest
                if isNews { state.drop() }
                state.snapshot = frame
                state.isBroken = false
                return isNews
            }
            // Nobody can use deltas of an epoch without its snapshot.
            guard !isNewEpoch, !state.isBroken, frame.seq > state.newest else { return false }
            guard frame.seq == state.newest + 1 else {
                state.isBroken = true
                state.drop()
                return false
            }
            state.append(frame)
            return !state.isBroken
        }
    }

    func catchUp(resume token: String?) -> [SharedFrame] {
        state.withLock { state in
            guard let snapshot = state.snapshot else { return [] }
            if let token, let dash = token.lastIndex(of: "-"), token[..<dash] == snapshot.epoch,
                let seen = UInt64(token[token.index(after: dash)...])
            {
                if seen == state.newest { return [] }
                if let first = state.deltas.first, first.seq <= seen + 1, seen < state.newest {
                    return Array(state.deltas.drop { $0.seq <= seen })
                }
            }
            return [snapshot] + state.deltas.drop { $0.seq <= snapshot.seq }
        }
    }
}
