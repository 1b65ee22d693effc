// The engine's side of misplaced records: which of them go on to their planets' partitions, and up to where that is
// done. Sinks/SentOnRecords.swift sends.

import EventLog
import PlanetCore
import Telemetry

extension Engine {
    /// How long the log may refuse all records that are sent on.
    private static let sendingPatience: UInt64 = 15_000_000_000

    /// The log's name in the `source` of copies; nil on an embedded log, where no record is misplaced.
    private var nameInCopies: String? {
        // A log that replaced another starts its offsets afresh.
        let chapter = around.identity.chapters.count
        return around.keys.map { chapter == 0 ? $0.name : "\($0.name).\(chapter)" }
    }

    private var sentThrough: SentThrough? {
        // Other rules may find other records misplaced.
        nameInCopies.map { SentThrough(topic: options.topics.discoveries, name: "\($0) \(SchemaJSON.digest)") }
    }

    /// A record that belongs to another partition. False once the log takes no more of them.
    func sendOn(_ batch: RecordBatch, _ index: Int, key: String, from partition: OwnedPartition) -> Bool {
        guard let log = nameInCopies else { return true }
        let offset = batch.entries[index].offset - base(of: partition)
        if offset < partition.sentThrough {
            sentOn.noteKnown()
            return true
        }
        if !sentOn.hasRoom, !areSentOn(until: { $0 < SentOnRecords.capacity / 2 }) { return false }
        partition.hasSentOn = true
        sentOn.add(batch, index, key: key, from: SentFrom(partition.place, offset: offset, log: log))
        return true
    }

    /// False, with a failure, once the log has refused them for too long.
    func areSentOn(until isEnough: @Sendable (Int) -> Bool = { $0 == 0 }) -> Bool {
        if sentOn.wait(timeout: 500_000_000, until: isEnough) { return true }
        report()
        let patience = around.isStopping() ? Engine.sendingPatience / 10 : Engine.sendingPatience
        if sentOn.wait(timeout: patience, until: isEnough) { return true }
        failure = refusal ?? "log: it does not take the records that are sent on to their partition"
        return false
    }

    /// Why misplaced records are not sent on now; nil while they are.
    var refusal: String? {
        sentOn.trouble.map { "log: records cannot be sent on to their partition: \($0)" }
    }

    /// By partition of the discoveries: below which offset of the log all has been sent on before, by whichever
    /// process. Where that can't be found out, all is sent again.
    func sentThrough(_ partitions: Set<Int32>) -> [Int32: Int64] {
        guard let sentThrough, !partitions.isEmpty else { return [:] }
        do throws(LogError) {
            return try sentThrough.read(log, partitions)
        } catch {
            Log.warning("up to where records were sent on is unknown", ["error": "\(error)"])
            return [:]
        }
    }

    /// To be called when the log has acknowledged all that was sent on of the partition.
    func keepSentThrough(_ partition: OwnedPartition) {
        guard partition.hasSentOn, let sentThrough, let record = partition.record else { return }
        let last = around.identity.numbering.inLog(record, partition.place)
        do throws(LogError) {
            try sentThrough.keep(last, of: partition.key.partition, in: log)
            partition.sentThrough = last.offset + 1
            partition.hasSentOn = false
        } catch {
            // The next roll says it, too.
            Log.warning(
                "up to where records were sent on is not kept",
                ["topic": partition.topic, "partition": partition.key.partition, "error": "\(error)"])
        }
    }
}
