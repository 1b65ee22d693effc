// How long the next frame waits after the last: what is dear comes less often, so that publishing never takes the time
// in which records are read.
// Not when a frame is due for its content (LiveFeed.swift).

import Telemetry

/// How a board was brought up to date.
enum BoardFilling {
    case changes
    /// All of it anew, as partitions had come or gone: what that cost says nothing of the next time.
    case anew
}

struct FrameSpacing {
    enum Kind { case delta, snapshot }

    /// Nanoseconds, at least.
    static let delta: UInt64 = 20_000_000
    static let snapshot: UInt64 = 1_000_000_000
    /// So long a delta that takes more than a twentieth of the time waits.
    private static let dearDelta: UInt64 = 50_000_000
    /// A board that changes all the time has a snapshot so often as long as that takes no more than a quarter of the
    /// time: web processes keep a thousand deltas.
    private static let longest: UInt64 = 10_000_000_000

    private var deltaCost: UInt64 = 0
    private var snapshotCost: UInt64 = 0
    private let gauges: (delta: Gauge, snapshot: Gauge)

    init() {
        func gauge(_ kind: String) -> Gauge {
            Metrics.shared.gauge(
                "planetarium_live_spacing_seconds", "Between two frames at least, by what the last one cost.",
                labels: ["kind": kind])
        }
        gauges = (gauge("delta"), gauge("snapshot"))
        tell()
    }

    /// A twentieth of the time goes into deltas, as long as none waits for more than 50 ms; then at most half.
    var delta: UInt64 { max(FrameSpacing.delta, min(20 * deltaCost, FrameSpacing.dearDelta), 2 * deltaCost) }

    /// At most a twentieth goes into snapshots.
    var snapshot: UInt64 { max(FrameSpacing.snapshot, restingSnapshot) }

    /// Between a snapshot and one that follows because things have come to rest.
    var restingSnapshot: UInt64 { max(min(20 * snapshotCost, FrameSpacing.longest), 4 * snapshotCost) }

    mutating func note(_ kind: Kind, _ filling: BoardFilling, cost: UInt64) {
        guard filling == .changes else { return }
        switch kind {
        case .delta: deltaCost = cost
        case .snapshot: snapshotCost = cost
        }
        tell()
    }

    private func tell() {
        gauges.delta.set(Double(delta) / 1e9)
        gauges.snapshot.set(Double(snapshot) / 1e9)
    }
}
