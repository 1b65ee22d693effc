// Records in another partition than their planet's: sent on in order, none dropped, and no roll is in the lake before
// the log has the copies of what is in it.

import Basics
import EventLog
import Foundation
import Lake
import PlanetCore
import TestSupport
import Testing
import Threads

@testable import PlanetStream

/// A log whose writer refuses what is sent on while the gate is shut.
private final class GatedLog: EventLog {
    private let log: any EventLog
    let isShut = Guarded(false)
    /// Appends of copies that were refused.
    let refused = Guarded(0)

    init(_ log: any EventLog) { self.log = log }

    func identity(of topic: String) throws(LogError) -> String { try log.identity(of: topic) }
    func ensureTopic(_ name: String, _ options: TopicOptions) throws(LogError) { try log.ensureTopic(name, options) }
    func writer() throws(LogError) -> any LogWriter { GatedWriter(self, try log.writer()) }
    func reader(topics: [String], from: StartPosition, group: String?) throws(LogError) -> any LogReader {
        try log.reader(topics: topics, from: from, group: group)
    }
    func bounds(of topic: String) throws(LogError) -> [PartitionBounds] { try log.bounds(of: topic) }
    func notes(of topic: String, group: String) throws(LogError) -> [Int32: GroupNote] {
        try log.notes(of: topic, group: group)
    }
    func keep(_ notes: [Int32: GroupNote], of topic: String, group: String) throws(LogError) {
        try log.keep(notes, of: topic, group: group)
    }
    func fetch(topic: String, partition: Int32, offsets: [Int64]) throws(LogError) -> RecordBatch {
        try log.fetch(topic: topic, partition: partition, offsets: offsets)
    }
    func close() { log.close() }
}

private final class GatedWriter: LogWriter {
    private let gate: GatedLog
    private let writer: any LogWriter

    init(_ gate: GatedLog, _ writer: any LogWriter) {
        self.gate = gate
        self.writer = writer
    }

    func append(
        _ batch: RecordBatch, topic: String, ticket: UInt64, onAck: @escaping @Sendable (Ack) -> Void
    ) throws(LogError) {
        if topic == "planet-discoveries", gate.isShut.withLock({ $0 }) {
            gate.refused.withLock { $0 += 1 }
            throw .unavailable("shut")
        }
        try writer.append(batch, topic: topic, ticket: ticket, onAck: onAck)
    }
    func close() { writer.close() }
}

/// Keeps what it is given, and answers on demand.
private final class PatientWriter: LogWriter {
    private let state = Guarded<(batches: [RecordBatch], waiting: [@Sendable (Ack) -> Void])>(([], []))
    let limit: Int

    init(limit: Int = .max) { self.limit = limit }

    func append(
        _ batch: RecordBatch, topic: String, ticket: UInt64, onAck: @escaping @Sendable (Ack) -> Void
    ) throws(LogError) {
        for index in 0..<batch.count where batch.wholeSize(index) > limit { throw .tooLarge(limit: limit) }
        state.withLock {
            $0.batches.append(batch)
            $0.waiting.append(onAck)
        }
    }
    func close() {}

    func answer(_ error: LogError? = nil) {
        let all = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for answer in all { answer(Ack(ticket: 0, result: error.map { .failure($0) } ?? .success([]))) }
    }

    /// "key=value key=value" of each append.
    var appends: [String] {
        state.withLock { state in
            state.batches.map { batch in
                (0..<batch.count).map { index in
                    "\(batch.keyText(index))=\(batch.value(index).map { String(decoding: $0, as: UTF8.self) } ?? "-")"
                }.joined(separator: " ")
            }
        }
    }
    var headers: [RecordHeader] { state.withLock { $0.batches.first?.headers(0) ?? [] } }
}

@Suite struct SentOnRecordsTests {
    private func add(_ records: SentOnRecords, _ key: String, _ value: String?, _ offset: Int64) {
        var batch = RecordBatch()
        let headers = batch.addHeaders([RecordHeader("source", "kcat"), RecordHeader("idempotency-key", "k")])
        batch.append(key: "any".utf8, value: value.map { Array($0.utf8) }, headers: headers)
        records.add(batch, 0, key: key, from: SentFrom(TopicPartition("t", 2), offset: offset, log: "aa"))
    }

    @Test func twoOfAPlanetNeverGoTogether() {
        let writer = PatientWriter()
        let records = SentOnRecords(writer, topic: "t")
        for (offset, record) in [("a", "1"), ("b", "2"), ("a", "3"), ("c", "4"), ("a", "5")].enumerated() {
            add(records, record.0, record.1, Int64(offset))
        }
        add(records, "b", nil, 9)
        records.send()
        records.send()
        #expect(writer.appends == ["a=1 b=2"])
        #expect(
            writer.headers
                == [RecordHeader("idempotency-key", "k"), RecordHeader("source", "sent-on/t/2/0/aa")])
        // What failed goes again before anything else does.
        writer.answer(.unavailable("gone"))
        #expect(records.trouble == .unavailable("gone"))
        records.send()
        writer.answer()
        #expect(records.trouble == nil)
        records.send()
        writer.answer()
        records.send()
        #expect(!records.wait(timeout: 0))
        writer.answer()
        #expect(records.wait(timeout: 0))
        #expect(writer.appends == ["a=1 b=2", "a=1 b=2", "a=3 c=4", "a=5 b=-"])
    }

    @Test func oneThatIsTooLargeGoesAlone() {
        let writer = PatientWriter(limit: 100)
        let records = SentOnRecords(writer, topic: "t")
        for (offset, key) in ["a", "b", "c"].enumerated() {
            add(records, key, String(repeating: "x", count: key == "b" ? 200 : 3), Int64(offset))
        }
        for _ in 0..<8 {
            records.send()
            writer.answer()
        }
        #expect(records.wait(timeout: 0))
        #expect(writer.appends == ["a=xxx", "c=xxx"])
    }
}

@Suite(.serialized) struct SentOnTests {
    /// Planets and revisions by a program whose key is the name as written, and the same by one that knows better.
    private func records(_ range: Range<Int>, isForeign: Bool) -> [(key: String, value: [UInt8]?)] {
        range.map { number in
            let name = "Fo-\(number % 40) b"
            let key = isForeign ? name : IdentityKey.of(name) ?? ""
            if number % 37 == 36 { return (key, nil) }
            return (key, Array(#"{"pl_name":"\#(name)","pl_rade":\#(1 + number / 40)}"#.utf8))
        }
    }

    private func counted(_ bench: Bench) throws -> NSObject? {
        try bench.frames().last { $0["type"] as? String == "snapshot" }
            .flatMap { ($0["aggregates"] as? [String: [String: NSObject]])?["totals"]?["planets"] }
    }

    @Test func eachPlanetCountsOnceAndTheLakeHasEveryRecord() throws {
        let own = try GroupBench()
        try own.join()
        own.share()
        try own.bench.append(records(0..<400, isForeign: false))
        let right = try own.sole()

        let group = try GroupBench()
        try group.join()
        try group.join()
        group.share()
        for start in stride(from: 0, to: 400, by: 80) {
            try group.bench.append(records(start..<start + 80, isForeign: true))
            // Nobody else orders a planet's revisions that lie in several partitions.
            group.bench.wait("the records") {
                group.services.allSatisfy { $0.status.lag == 0 && $0.status.isCaughtUp }
            }
            group.share(first: start)
        }
        // The digest is of what the planets are, not of how many records that took.
        try group.bench.wait("each planet once") { try group.last("planet-live").digest == right.digest }
        for service in group.services + own.services { service.stop() }
        try group.checkLake()
        var verification = try LakeVerification(try LocalFileStore(root: group.bench.folder))
        let report = try verification.run()
        #expect(report.findings.isEmpty, "\(report.findings)")
        let letters = try group.bench.log.bounds(of: "planet-dead-letters").reduce(0) { $0 + $1.next }
        #expect(letters == 0)
        // The originals that lay wrong have a copy each, and some of these may have come twice.
        let all = try group.bench.log.bounds(of: "planet-discoveries").reduce(0) { $0 + $1.next }
        #expect(all > 500)
    }

    @Test func noRollIsInTheLakeBeforeTheCopiesAreInTheLog() throws {
        var gate: GatedLog?
        let group = try GroupBench { log in
            let gated = GatedLog(log)
            gate = gated
            return gated
        }
        let log = try #require(gate)
        try group.join()
        group.share()
        log.isShut.withLock { $0 = true }
        try group.bench.append(records(0..<100, isForeign: true))
        group.bench.wait("copies that the log refuses") { log.refused.withLock { $0 } > 20 }
        group.bench.wait("the reason") {
            group.services[0].status.trouble?.contains("cannot be sent on") == true
        }
        // Stopped so: what is not acknowledged is in no file.
        group.leave(0)
        let wrong = group.bench.files("discoveries").filter { file in
            (try? group.bench.log.fetch(
                topic: "planet-discoveries", partition: file.partition, offsets: Array(file.first...file.last)))
                .map { batch in
                    (0..<batch.count).contains { index in
                        let key = IdentityKey.of(batch.keyText(index)) ?? ""
                        return Partitioner.partition(of: Array(key.utf8)[...], among: 3) != file.partition
                    }
                } ?? true
        }
        #expect(wrong.isEmpty, "\(wrong.map(\.path))")
        log.isShut.withLock { $0 = false }
        try group.join()
        group.share()
        // Of 40 the 34th is withdrawn at last.
        try group.bench.wait("each planet once") { try counted(group.bench) == 39 as NSNumber }
        for service in group.services { service.stop() }
        try group.checkLake()
    }

    /// The size of the log after another lake was made of it.
    private func sizeAfterAnotherLake(of group: GroupBench) throws -> Int64 {
        let size = try group.bench.log.bounds(of: "planet-discoveries").reduce(0) { $0 + $1.next }
        var options = group.bench.options
        options.topics.live = "live-\(UUID().uuidString)"
        let folder = group.bench.folder + "-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let before = group.log.present.count
        let service = try StreamService(log: group.log, lake: .folder(path: folder), options: options)
        try service.start()
        defer { service.stop() }
        group.bench.wait("a member") { group.log.present.count > before }
        group.log.share([(try #require(group.log.last), GroupBench.all)])
        group.bench.wait("the records") { service.status.lag == 0 && service.status.isCaughtUp }
        service.stop()
        return try group.bench.log.bounds(of: "planet-discoveries").reduce(0) { $0 + $1.next } - size
    }

    @Test func anotherLakeOfTheSameLogSendsNothingAgain() throws {
        let group = try GroupBench()
        try group.join()
        group.share()
        try group.bench.append(records(0..<100, isForeign: true))
        try group.bench.wait("each planet once") { try counted(group.bench) == 39 as NSNumber }
        group.leave(0)
        let log = group.bench.log
        let known = try log.notes(of: "planet-discoveries", group: SentThrough.group)
        #expect(known.count == 3)
        #expect(try sizeAfterAnotherLake(of: group) == 0)
        // What is said of another record, by other rules or beyond the end doesn't count: all is sent again.
        let (partition, note) = try #require(known.first)
        for other in [
            GroupNote(offset: note.offset, text: note.text + "0"), GroupNote(offset: note.offset - 1, text: note.text),
            GroupNote(offset: note.offset + 1000, text: note.text),
        ] {
            try log.keep([partition: other], of: "planet-discoveries", group: SentThrough.group)
            #expect(try sizeAfterAnotherLake(of: group) > 5)
            #expect(try sizeAfterAnotherLake(of: group) == 0)
        }
    }
}
