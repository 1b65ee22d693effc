// The thread that reads the topic planet-live and hands its frames to the board and to the viewers, bytes untouched.

import EventLog
import Glibc
import Synchronization
import Telemetry
import Threads

final class LiveTail: Sendable {
    private let services: WebServices
    private let stopping = Atomic<Bool>(false)
    private let interrupt = Guarded<(@Sendable () -> Void)?>(nil)
    private let thread = Guarded<SystemThread?>(nil)

    init(services: WebServices) { self.services = services }

    func start() throws(LogError) {
        let reader = try services.log.reader(topics: [services.topics.live], from: .earliest, group: nil)
        let wake = reader.interrupt
        interrupt.withLock { $0 = wake }
        nonisolated(unsafe) let handedOver = reader
        let started = SystemThread.start("web-live") { self.run(handedOver) }
        thread.withLock { $0 = started }
    }

    func stop() {
        stopping.store(true, ordering: .releasing)
        interrupt.withLock { $0 }?()
        thread.withLock { $0 }?.join()
    }

    private func run(_ reader: any LogReader) {
        defer { reader.close() }
        while !stopping.load(ordering: .acquiring) {
            do throws(LogError) {
                let batch = try reader.poll(maxRecords: 256, maxBytes: 4 << 20, timeout: 1_000_000_000)
                for index in 0..<batch.count {
                    guard let frame = LiveTail.frame(batch, index) else {
                        Log.warning("live frame without its headers", ["offset": batch.entries[index].offset])
                        continue
                    }
                    if services.board.take(frame) { services.hub.broadcast(frame) }
                }
            } catch {
                Log.warning("live feed cannot be read", ["error": "\(error)"])
                usleep(200_000)
            }
        }
    }

    /// A frame from a record: what the web has to know of it stands in the headers.
    private static func frame(_ batch: RecordBatch, _ index: Int) -> SharedFrame? {
        func text(_ name: String) -> String? { batch.header(index, name).map { String(decoding: $0, as: UTF8.self) } }
        guard let value = batch.value(index), let kind = text("kind"), let epoch = text("epoch"),
            let seq = text("seq").flatMap({ UInt64($0) })
        else { return nil }
        return SharedFrame(
            kind: kind == "snapshot" ? .snapshot : .delta, seq: seq, epoch: epoch, resume: "\(epoch)-\(seq)",
            payload: Array(value))
    }
}
