// One event loop's way into the log: what its requests submit during a tick is appended at the tick's end, once per
// topic. Also the loop's decoder. Never leaves its loop; acks arrive on the log's thread and continue there
// (PendingReply).

import EventLog
import PlanetCore
import Telemetry

final class LoopIngest {
    let reader: SubmissionReader
    private let services: WebServices
    private var discoveries: TickBatch
    private var rejected: TickBatch

    init(services: WebServices, context: LoopContext) {
        self.services = services
        reader = SubmissionReader(today: services.today)
        discoveries = TickBatch(.discoveries)
        rejected = TickBatch(.rejected)
        context.onTickEnd { [weak self] in self?.flush() }
    }

    /// Queues the records of one request for this tick. `reply` is completed after both topics have acknowledged.
    func submit(_ accepted: RecordBatch, _ refused: RecordBatch, _ reply: PendingReply) {
        if !accepted.isEmpty { discoveries.add(accepted, reply) }
        if !refused.isEmpty { rejected.add(refused, reply) }
    }

    /// Appends the records of one request by themselves, from any thread.
    static func append(
        _ accepted: RecordBatch, _ refused: RecordBatch, _ reply: PendingReply, _ services: WebServices
    ) {
        var discoveries = TickBatch(.discoveries)
        var rejected = TickBatch(.rejected)
        if !accepted.isEmpty { discoveries.add(accepted, reply) }
        if !refused.isEmpty { rejected.add(refused, reply) }
        discoveries.send(services)
        rejected.send(services)
    }

    /// Called at the tick's end.
    func flush() {
        discoveries.send(services)
        rejected.send(services)
    }
}

/// Records of several requests for one topic, in order of arrival.
private struct TickBatch {
    let topic: StoredTopic
    private var batch = RecordBatch()
    private var replies: [(reply: PendingReply, count: Int)] = []

    init(_ topic: StoredTopic) { self.topic = topic }

    mutating func add(_ records: RecordBatch, _ reply: PendingReply) {
        replies.append((reply, records.count))
        if batch.isEmpty {
            batch = records
            return
        }
        var sets: [Int] = []
        for headers in records.headerSets { sets.append(batch.addHeaders(headers)) }
        for index in 0..<records.count {
            batch.append(
                key: records.key(index), value: records.value(index), headers: sets[records.entries[index].headers])
        }
    }

    mutating func send(_ services: WebServices) {
        guard !replies.isEmpty else { return }
        let sent = replies
        let topic = topic
        let records = batch
        replies = []
        batch = RecordBatch()
        services.append(records, to: topic) { TickBatch.settle(sent, $0, in: topic) }
    }

    private static func settle(
        _ replies: [(reply: PendingReply, count: Int)], _ result: Result<[LogPosition], LogError>, in topic: StoredTopic
    ) {
        var start = 0
        for (reply, count) in replies {
            switch result {
            case .success(let positions):
                let mine = replies.count == 1 ? positions : Array(positions[start..<start + count])
                reply.stored(mine, in: topic)
                start += count
            case .failure(let error):
                reply.failed(error, in: topic)
            }
        }
    }
}
