// The thread that reads the topic planet-live and hands its frames to the board and to the viewers.

import EventLog
import Synchronization
import Telemetry
import Threads

final class LiveTail: Sendable {
    /// During changes there is a snapshot at least every second, and at most fifty deltas.
    private static let firstLook: Int64 = 64
    /// What a frame may cost a loop for each viewer, in nanoseconds, and the longest pause after one: many viewers get
    /// several frames in one write each.
    private static let costPerViewer = 10_000
    private static let longestPause = 50_000_000
    private let services: WebServices
    private let stopping = Atomic<Bool>(false)
    private let interrupt = Guarded<(@Sendable () -> Void)?>(nil)
    private let thread = Guarded<SystemThread?>(nil)

    init(services: WebServices) { self.services = services }

    func start() throws(LogError) {
        let reader = try LogPatience.wait { () throws(LogError) in try open() }
        let started = SystemThread.start("web-live") { self.run(reader) }
        thread.withLock { $0 = started }
    }

    func stop() {
        stopping.store(true, ordering: .releasing)
        interrupt.withLock { $0 }?()
        thread.withLock { $0 }?.join()
    }

    private var isStopping: Bool { stopping.load(ordering: .acquiring) }

    private func open() throws(LogError) -> any LogReader {
        let reader = try services.log.reader(topics: [services.topics.live], from: .earliest, group: nil)
        let wake = reader.interrupt
        interrupt.withLock { $0 = wake }
        return reader
    }

    /// A reader that failed may have skipped frames: a new one looks for the newest snapshot again. The board
    /// recognises the frames it already has.
    private func run(_ opened: any LogReader) {
        var opened: (any LogReader)? = opened
        while !isStopping {
            do throws(LogError) {
                let reader = if let first = opened.take() { first } else { try open() }
                defer { reader.close() }
                try follow(reader)
            } catch {
                if case .closed = error, isStopping { return }
                Log.warning("live feed cannot be read", ["error": "\(error)"])
                Clock.pause(200_000_000)
            }
        }
    }

    private func follow(_ reader: any LogReader) throws(LogError) {
        var patches = LivePatches()
        let ends = try services.log.bounds(of: services.topics.live)
        var back = LiveTail.firstLook
        var unread: [Int32: Int64] = [:]
        if try begin(reader, ends, back, &unread) { back = .max }
        while !isStopping {
            if unread.isEmpty, back != .max {
                // Read to the end without a snapshot: it lies further back.
                back = services.board.snapshot == nil && back < 1 << 20 ? back * 16 : .max
                if back != .max, try begin(reader, ends, back, &unread) { back = .max }
            }
            let batch = try reader.poll(maxRecords: 256, maxBytes: 4 << 20, timeout: 1_000_000_000)
            _ = reader.takeChanges()
            var isNews = false
            for index in 0..<batch.count {
                let entry = batch.entries[index]
                if let goal = unread[entry.partition], entry.offset + 1 >= goal { unread[entry.partition] = nil }
                if let reason = MismatchNotice.reason(batch, index) {
                    // One from before this start may be about a log that no longer exists.
                    let start = ends.first { $0.partition == entry.partition }?.next ?? 0
                    if entry.offset >= start { services.health.heard(reason) }
                    continue
                }
                guard let frame = LiveTail.frame(batch, index) else {
                    Log.warning("live frame without its headers", ["offset": batch.entries[index].offset])
                    continue
                }
                let parted = patches.parted(frame)
                if services.board.take(parted) {
                    services.hub.broadcast(parted)
                    isNews = true
                }
            }
            for end in reader.takeEnds() {
                let partition = end.partition.partition
                if let goal = unread[partition], end.offset >= goal { unread[partition] = nil }
            }
            if isNews {
                Clock.pause(UInt64(min(services.hub.viewerCount * LiveTail.costPerViewer, LiveTail.longestPause)))
            }
        }
    }

    /// Seeks this many records before the end: a new web process needs the newest snapshot, not a day of frames. True
    /// if that is the beginning.
    private func begin(
        _ reader: any LogReader, _ ends: [PartitionBounds], _ back: Int64, _ unread: inout [Int32: Int64]
    ) throws(LogError) -> Bool {
        var isBeginning = true
        for end in ends where end.next > end.first {
            if end.next - back > end.first { isBeginning = false }
            unread[end.partition] = end.next
            try reader.seek(
                topic: services.topics.live, partition: end.partition, offset: max(end.first, end.next - back))
        }
        return isBeginning
    }

    /// A frame from a record: what the web has to know about it is in the headers.
    private static func frame(_ batch: RecordBatch, _ index: Int) -> SharedFrame? {
        func text(_ name: String) -> String? { batch.header(index, name).map { String(decoding: $0, as: UTF8.self) } }
        guard let value = batch.value(index), let kind = text("kind"), let epoch = text("epoch"),
            let seq = text("seq").flatMap({ UInt64($0) })
        else { return nil }
        return SharedFrame(
            kind: kind == "snapshot" ? .snapshot : .delta, seq: seq, epoch: epoch,
            term: text("term").flatMap { Int64($0) } ?? 0, positions: text("positions"), resume: "\(epoch)-\(seq)",
            payload: Array(value))
    }
}
