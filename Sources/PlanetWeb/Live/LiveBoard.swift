// The newest frames of the live feed: the last snapshot and every delta after it. Relays bytes that it does not understand:
// a new aggregate never touches it. Bounded: the engine's next snapshot ends the list of deltas.

import Threads

/// One frame of the topic planet-live.
struct LiveFrame: Sendable {
    var isSnapshot: Bool
    var epoch: String
    var seq: Int64
    var bytes: [UInt8]

    var token: String { "\(epoch)-\(seq)" }
}

final class LiveBoard: Sendable {
    /// Deltas kept for resuming viewers; older ones are answered with a snapshot.
    private static let keptDeltas = 512
    private static let keptBytes = 8 << 20

    private struct State: Sendable {
        var snapshot: LiveFrame?
        /// Rising seq, one epoch; may begin before the snapshot's seq.
        var deltas: [LiveFrame] = []
        var deltaBytes = 0
    }
    private let state = Guarded(State())

    /// The newest snapshot, for GET /api/board.
    var snapshot: LiveFrame? { state.withLock { $0.snapshot } }

    /// Takes the next frame of the feed. True if viewers that are up to date need it: deltas, and the first snapshot of an epoch.
    func take(_ frame: LiveFrame) -> Bool {
        state.withLock { state in
            let isNewEpoch = state.snapshot?.epoch != frame.epoch
            if frame.isSnapshot {
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
            state.deltaBytes += frame.bytes.count
            while state.deltas.count > LiveBoard.keptDeltas || state.deltaBytes > LiveBoard.keptBytes,
                let first = state.deltas.first
            {
                // Never drop what the snapshot does not hold yet, unless it outgrows the bound: then viewers see a gap and reconnect.
                state.deltaBytes -= first.bytes.count
                state.deltas.removeFirst()
            }
            return true
        }
    }

    /// What a viewer needs to be up to date: the deltas after its token if all are kept, else the snapshot and the deltas after it.
    func catchUp(resume token: String?) -> [LiveFrame] {
        state.withLock { state in
            guard let snapshot = state.snapshot else { return [] }
            if let token, let dash = token.lastIndex(of: "-"), token[..<dash] == snapshot.epoch,
                let seen = Int64(token[token.index(after: dash)...])
            {
                let newest = state.deltas.last?.seq ?? snapshot.seq
                if seen == newest { return [] }
                if let first = state.deltas.first, first.seq <= seen + 1, seen < newest {
                    return Array(state.deltas.drop { $0.seq <= seen })
                }
            }
            return [snapshot] + state.deltas.drop { $0.seq <= snapshot.seq }
        }
    }
}
