// When frames are published, and their form (docs/LIVE.md): the first delta at once, then at most one in 20 ms; a
// snapshot at most every second while things change, and soon after they have come to rest. Both come less often where
// they are dear (FrameSpacing.swift).
// Not what is on the board; not who reads the topic.

import Basics
import EventLog
import JSONText
import Lake
import PlanetFigures
import Telemetry
import Threads

struct LiveFeed {
    /// A snapshot follows when nothing has changed for so long.
    static let rest: UInt64 = 60_000_000

    let epoch: String
    /// Frames of a lower term come from a replaced publisher; 0 if there is only one.
    let term: Int64
    /// The longest time without a snapshot, for web processes that start while nothing happens; nil: no limit.
    private let idleSpacing: UInt64?
    private(set) var seq = 0
    private let writer: any LogWriter
    private let topic: String
    private let numbering: LakeNumbering
    private var board: Board
    /// Monotonic nanoseconds; 0: never.
    private var lastDelta: UInt64 = 0
    private var lastSnapshot: UInt64 = 0
    private var lastChange: UInt64 = 0
    /// When to retry after the log refused a frame.
    private var blockedUntil: UInt64 = 0
    private var spacing = FrameSpacing()
    /// The aggregates hold something that the board doesn't.
    private var isStale = false
    /// The board has changes that no snapshot has had.
    private var needsSnapshot = true
    private let frames: (delta: Counter, snapshot: Counter, dropped: Counter)
    private let refreshSeconds: Histogram
    private let snapshotSeconds: Histogram

    /// `numbering`: converts positions for the web, which knows the log's offsets.
    init(
        writer: any LogWriter, topic: String, numbering: LakeNumbering = LakeNumbering(), term: Int64 = 0,
        idleSpacing: UInt64? = nil
    ) {
        epoch = Hex.random(bytes: 16)
        self.writer = writer
        self.topic = topic
        self.numbering = numbering
        self.term = term
        self.idleSpacing = idleSpacing
        board = Board(Aggregates().all)
        let metrics = Metrics.shared
        func counter(_ kind: String) -> Counter {
            metrics.counter("planetarium_live_frames_total", "Frames published.", labels: ["kind": kind])
        }
        frames = (counter("delta"), counter("snapshot"), counter("dropped"))
        refreshSeconds = metrics.histogram(
            "planetarium_live_refresh_seconds",
            "Time to merge what partitions have changed and write it for one frame.")
        snapshotSeconds = metrics.histogram(
            "planetarium_live_snapshot_seconds", "Time to bring the board up to date, write a snapshot and its digest.")
    }

    /// Records have been applied to the aggregates.
    mutating func noteChange(now: UInt64) {
        isStale = true
        lastChange = now
    }

    /// Publishes what is due; only snapshots, as progress, while history is read. `fill` brings the board up to date.
    mutating func publish(now: UInt64, isCaughtUp: Bool, fill: (inout Board) -> BoardFilling) {
        guard now >= blockedUntil else { return }
        if lastSnapshot == 0 { return publishSnapshot(now: now, fill: fill) }
        if isStale, isCaughtUp, now >= lastDelta + spacing.delta {
            let begun = Clock.monotonic
            let filling = refresh(fill)
            _ = sendDelta(now)
            spacing.note(.delta, filling, cost: Clock.monotonic - begun)
        }
        // The next delta comes before the next snapshot.
        if isStale, isCaughtUp { return }
        let atRest = isCaughtUp && !isStale && now >= restMoment
        let isDue = now >= lastSnapshot + spacing.snapshot || atRest
        let isIdleDue = idleSpacing.map { now >= lastSnapshot + $0 } ?? false
        if (isDue && (needsSnapshot || isStale)) || isIdleDue { publishSnapshot(now: now, fill: fill) }
    }

    /// When a snapshot is due that follows the last change.
    private var restMoment: UInt64 { max(lastChange + LiveFeed.rest, lastSnapshot + spacing.restingSnapshot) }

    mutating func publishSnapshot(now: UInt64, fill: (inout Board) -> BoardFilling) {
        let begun = Clock.monotonic
        var filling = BoardFilling.changes
        if isStale || lastSnapshot == 0 { filling = refresh(fill) }
        // Before the first frame nobody has anything that a delta could change.
        if lastSnapshot == 0 { board.clearChanges() }
        // A snapshot with groups that no delta has sent would hide them from viewers that are up to date.
        guard !board.hasChanges || sendDelta(now) else { return }
        if sendSnapshot() {
            lastSnapshot = now
            needsSnapshot = false
        }
        let cost = Clock.monotonic - begun
        spacing.note(.snapshot, filling, cost: cost)
        snapshotSeconds.record(seconds: Double(cost) / 1e9)
    }

    /// Nanoseconds until something is due; nil: nothing is.
    func due(now: UInt64, isCaughtUp: Bool) -> UInt64? {
        func wait(_ moment: UInt64) -> UInt64 { moment > now ? moment - now : 0 }
        var next: UInt64?
        if isStale {
            next = wait(isCaughtUp ? lastDelta + spacing.delta : lastSnapshot + spacing.snapshot)
        }
        if needsSnapshot {
            let moment = min(lastSnapshot + spacing.snapshot, isCaughtUp ? restMoment : .max)
            next = min(next ?? .max, wait(moment))
        }
        if lastSnapshot == 0 { next = 0 }
        if let idleSpacing { next = min(next ?? .max, wait(lastSnapshot + idleSpacing)) }
        if let moment = next { next = max(moment, wait(blockedUntil)) }
        return next
    }

    private mutating func refresh(_ fill: (inout Board) -> BoardFilling) -> BoardFilling {
        let begun = Clock.monotonic
        let filling = fill(&board)
        isStale = false
        if board.hasChanges { needsSnapshot = true }
        refreshSeconds.record(seconds: Double(Clock.monotonic - begun) / 1e9)
        return filling
    }

    /// False if the log refused it; the changes stay for the next one.
    private mutating func sendDelta(_ now: UInt64) -> Bool {
        guard board.hasChanges else { return true }
        var writer = frame("delta", seq: seq + 1)
        board.writePositions(to: &writer)
        board.writeChanges(to: &writer)
        writer.endObject()
        guard send(writer.bytes, kind: "delta", seq: seq + 1) else {
            isStale = true
            return false
        }
        seq += 1
        lastDelta = now
        board.clearChanges()
        frames.delta.add()
        return true
    }

    private mutating func sendSnapshot() -> Bool {
        var writer = frame("snapshot", seq: seq)
        board.writePositions(to: &writer)
        writer.member("digest", board.digest())
        board.writeAll(to: &writer)
        writer.endObject()
        guard send(writer.bytes, kind: "snapshot", seq: seq) else { return false }
        frames.snapshot.add()
        return true
    }

    private func frame(_ type: String, seq: Int) -> JSONWriter {
        var writer = JSONWriter(capacity: type == "delta" ? 8192 : 1 << 18)
        writer.beginObject()
        writer.member("seq", seq)
        writer.member("t_ns", Int(Clock.wall))
        writer.member("type", type)
        writer.member("epoch", epoch)
        writer.member("resume", "\(epoch)-\(seq)")
        return writer
    }

    private mutating func send(_ frame: [UInt8], kind: String, seq: Int) -> Bool {
        var batch = RecordBatch()
        // What the web must know about a frame without reading it.
        var headers = [
            RecordHeader("kind", kind), RecordHeader("epoch", epoch), RecordHeader("seq", "\(seq)"),
            RecordHeader("positions", board.positions.inLog(numbering).text),
        ]
        if term > 0 { headers.append(RecordHeader("term", "\(term)")) }
        let set = batch.addHeaders(headers)
        batch.append(key: [UInt8](), value: frame, headers: set)
        let dropped = frames.dropped
        do {
            // A frame lost after it was accepted leaves a gap in seq: viewers then ask for a snapshot.
            try writer.append(batch, topic: topic, ticket: 0) { ack in
                if case .failure = ack.result { dropped.add() }
            }
            return true
        } catch {
            dropped.add()
            blockedUntil = Clock.monotonic + 100_000_000
            return false
        }
    }
}
