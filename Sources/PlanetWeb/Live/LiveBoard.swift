// The newest frames of the live feed: the last snapshot and every delta after it. Relays bytes that it does not
// understand: a new aggregate never touches it. Bounded: old deltas go, viewers that need them get the snapshot.

import Threads

final class LiveBoard: LiveSource {
    /// Deltas kept for resuming viewers.
    private static let keptDeltas = 512
    private static let keptBytes = 8 << 20

    private struct State: Sendable {
        var snapshot: SharedFrame?
        /// Rising seq, one epoch; may begin before the snapshot's seq.
        var deltas: [SharedFrame] = []
        var deltaBytes = 0
    }
    private let state = Guarded(State())

    /// The newest snapshot, for GET /api/board.
    var snapshot: SharedFrame? { state.withLock { $0.snapshot } }

    /// The newest frame of either kind, for what it says of itself.
    var newest: SharedFrame? {
        state.withLock { state in
            guard let delta = state.deltas.last, delta.seq >= state.snapshot?.seq ?? 0 else { return state.snapshot }
            return delta
        }
    }

    /// Takes the next frame of the feed. True if viewers that are up to date need it: deltas, and the first snapshot of
    /// an epoch.
    func take(_ frame: SharedFrame) -> Bool {
        state.withLock { state in
            // A publisher that another has replaced, and that hasn't noticed yet.
            if let snapshot = state.snapshot, frame.term < snapshot.term { return false }
            let isNewEpoch = state.snapshot?.epoch != frame.epoch
            if frame.kind == .snapshot {
                state.snapshot = frame
                if isNewEpoch {
                    state.deltas = []
                    state.deltaBytes = 0
                }
                return isNewEpoch
            }
            // Deltas of an epoch whose snapshot was never seen can't be used by anyone.
            guard !isNewEpoch else { return false }
            state.deltas.append(frame)
            state.deltaBytes += frame.payload.count
            while state.deltas.count > LiveBoard.keptDeltas || state.deltaBytes > LiveBoard.keptBytes,
                let first = state.deltas.first
            {
                state.deltaBytes -= first.payload.count
                state.deltas.removeFirst()
            }
            return true
        }
    }

    func catchUp(resume token: String?) -> [SharedFrame] {
        state.withLock { state in
            guard let snapshot = state.snapshot else { return [] }
            if let token, let dash = token.lastIndex(of: "-"), token[..<dash] == snapshot.epoch,
                let seen = UInt64(token[token.index(after: dash)...])
            {
                let newest = max(state.deltas.last?.seq ?? 0, snapshot.seq)
                if seen == newest { return [] }
                if let first = state.deltas.first, first.seq <= seen + 1, seen < newest {
                    return Array(state.deltas.drop { $0.seq <= seen })
                }
            }
            return [snapshot] + state.deltas.drop { $0.seq <= snapshot.seq }
        }
    }
}
