// A web whose log has lost its beginning makes of the lake what it would have made of the whole log; where it has no
// lake it says so.

import EventLog
import Foundation
import Lake
import PlanetCore
import Synchronization
import TestSupport
import Testing

@testable import PlanetStream
@testable import PlanetWeb

/// A log of which retention has removed the records below `first` in each partition.
private final class TrimmedLog: EventLog {
    private let log: MemoryLog
    private let first: Int64
    /// The first answers about bounds are from before most of the records came.
    private let oldAnswers: Atomic<Int>

    init(_ log: MemoryLog, first: Int64, oldAnswers: Int = 0) {
        self.log = log
        self.first = first
        self.oldAnswers = Atomic(oldAnswers)
    }

    func identity(of topic: String) throws(LogError) -> String { try log.identity(of: topic) }
    func ensureTopic(_ name: String, _ options: TopicOptions) throws(LogError) { try log.ensureTopic(name, options) }
    func writer() throws(LogError) -> any LogWriter { try log.writer() }
    func bounds(of topic: String) throws(LogError) -> [PartitionBounds] {
        let isOld = oldAnswers.wrappingSubtract(1, ordering: .relaxed).newValue >= 0
        return try log.bounds(of: topic).map { bounds in
            var bounds = bounds
            bounds.first = min(first, bounds.next)
            if isOld { bounds.next = bounds.first }
            return bounds
        }
    }
    func reader(topics: [String], from: StartPosition, group: String?) throws(LogError) -> any LogReader {
        let reader = try log.reader(topics: topics, from: from, group: group)
        for topic in topics {
            for bounds in try bounds(of: topic) {
                try reader.seek(topic: topic, partition: bounds.partition, offset: bounds.first)
            }
        }
        return reader
    }
    func fetch(topic: String, partition: Int32, offsets: [Int64]) throws(LogError) -> RecordBatch {
        try log.fetch(topic: topic, partition: partition, offsets: offsets.filter { $0 >= first })
    }
    func close() {}
}

@Suite struct LakeCatalogueTests {
    private static let partitions: Int32 = 3
    private let log = MemoryLog()
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lake-\(UUID().uuidString)").path
    private let topics = TopicNames()

    private func append(_ records: [SentRecord], to topic: String) throws {
        var batch = RecordBatch()
        for record in records {
            batch.append(
                key: Array(record.key.utf8), value: record.value, headers: batch.addHeaders(record.headers))
        }
        let stored = DispatchSemaphore(value: 0)
        try log.writer().append(batch, topic: topic, ticket: 0) { _ in stored.signal() }
        stored.wait()
    }

    /// A random history in the log, and refused submissions; a stream stores all of it.
    private func store(_ seed: UInt64) throws {
        for topic in topics.stored { try log.ensureTopic(topic, TopicOptions(partitions: Self.partitions)) }
        let sent = RandomHistoryTests.sent(seed)
        for start in stride(from: 0, to: sent.count, by: 50) {
            try append(Array(sent[start..<min(sent.count, start + 50)]), to: topics.discoveries)
        }
        try append(
            (0..<20).map { SentRecord(key: "r\($0)", value: Array(#"{"raw":"x","errors":[{"rule":"mine"}]}"#.utf8)) },
            to: topics.rejected)
        let stream = try StreamService(log: log, lake: .folder(path: folder))
        try stream.start()
        let isDone = eventually(60) { stream.status.isCaughtUp }
        stream.stop()
        try #require(isDone)
    }

    private func services(_ log: any EventLog, hasLake: Bool, servesWhatIsLeft: Bool = false) throws -> WebServices {
        WebServices(
            log: log, writer: try log.writer(), topics: topics,
            catalogueArchive: hasLake ? LakeCatalogue(.folder(path: folder), topics, log) : nil,
            servesWhatIsLeft: servesWhatIsLeft, today: { Reading.today })
    }

    /// Reads until the catalogue is ready, or there is something to say.
    private func read(_ services: WebServices) throws {
        let tail = CatalogueTail(services: services)
        try tail.start()
        let isDone = eventually(60) { services.isCatalogueReady || services.health.trouble() != nil }
        tail.stop()
        try #require(isDone)
    }

    private func expectSame(_ one: WebServices, _ other: WebServices) {
        #expect(one.catalogue.count == other.catalogue.count)
        let rows = one.catalogue.rows().joined()
        #expect(rows.count == other.catalogue.rows().joined().count)
        for row in rows {
            guard let twin = other.catalogue.row(row.key) else {
                Issue.record("no \(row.key)")
                continue
            }
            #expect(row.discovery == twin.discovery && row.state.alias == twin.state.alias, "\(row.key)")
            #expect(row.history.map(\.position) == twin.history.map(\.position), "\(row.key)")
            #expect(row.history.map(\.change) == twin.history.map(\.change), "\(row.key)")
            #expect(row.history.map(\.revision) == twin.history.map(\.revision), "\(row.key)")
        }
        for group: RecordGroup in [
            .records, .revisions, .duplicates, .withdrawals, .late, .rejected, .warned, .reject("out_of_range"),
            .reject("mine"),
        ] {
            let (mine, theirs) = (one.records.records(group), other.records.records(group))
            #expect(mine.value == theirs.value && mine.total == theirs.total, "\(group)")
            #expect(Set(mine.list.map(\.position)) == Set(theirs.list.map(\.position)), "\(group)")
        }
    }

    @Test(arguments: [1 as UInt64, 2]) func theLakeAndTheLogMakeTheSameCatalogue(_ seed: UInt64) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try store(seed)
        // What comes after the lake's end is read from the log.
        try append(
            (0..<10).map { SentRecord("Later-\($0) b", #"{"pl_name":"Later-\#($0) b"}"#) }, to: topics.discoveries)
        let whole = try services(log, hasLake: false)
        try read(whole)
        #expect(whole.catalogue.count > 10 && whole.notice == nil)
        for first: Int64 in [1, 7] {
            let trimmed = try services(TrimmedLog(log, first: first), hasLake: true)
            try read(trimmed)
            #expect(trimmed.isCatalogueReady && trimmed.notice == nil, "\(trimmed.health.trouble() ?? "")")
            expectSame(trimmed, whole)
        }
    }

    /// Streams store what comes while the web reads the lake: its end lies behind the one the log had before.
    @Test func aLakeThatGrowsWhileItIsReadIsNotAheadOfTheLog() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try store(7)
        let whole = try services(log, hasLake: false)
        try read(whole)
        let grown = try services(TrimmedLog(log, first: 5, oldAnswers: topics.stored.count), hasLake: true)
        try read(grown)
        #expect(grown.isCatalogueReady && grown.notice == nil, "\(grown.health.trouble() ?? "")")
        expectSame(grown, whole)
    }

    /// Of the topic that was made again, a web that kept nothing knows from the lake alone.
    @Test func anotherLogThanTheLakesIsFound() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try store(3)
        #expect(try LakeCatalogue(.folder(path: folder), topics, log).objectionToLog() == nil)
        #expect(try LakeCatalogue(.folder(path: folder), topics, TrimmedLog(log, first: 5)).objectionToLog() == nil)
        let again = MemoryLog()
        for topic in topics.stored { try again.ensureTopic(topic, TopicOptions(partitions: Self.partitions)) }
        let shorter = try #require(try LakeCatalogue(.folder(path: folder), topics, again).objectionToLog())
        #expect(shorter.contains("ends before offset 0") && shorter.contains("topics adopt"))
        // No lake, or none of these topics: nothing to compare.
        #expect(try LakeCatalogue(.folder(path: folder + "-none"), topics, again).objectionToLog() == nil)
    }

    @Test func withoutALakeItIsNotReadyAndSaysWhy() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try store(3)
        let refusing = try services(TrimmedLog(log, first: 5), hasLake: false)
        try read(refusing)
        #expect(!refusing.isCatalogueReady && refusing.catalogue.count == 0)
        let trouble = try #require(refusing.health.trouble())
        #expect(trouble.contains("planet-discoveries/0 begins at offset 5") && trouble.contains("--serve-what-is-left"))
        #expect(refusing.notReady.status == 503 && refusing.notReady.header("Retry-After") != nil)
        #expect(refusing.notice?.value == "incomplete")

        let serving = try services(TrimmedLog(log, first: 5), hasLake: false, servesWhatIsLeft: true)
        try read(serving)
        #expect(serving.isCatalogueReady && serving.notice?.value == "incomplete")
    }

    @Test func anEmptyLakeIsNone() throws {
        try store(4)
        try FileManager.default.removeItem(atPath: folder)
        let refusing = try services(TrimmedLog(log, first: 5), hasLake: true)
        try read(refusing)
        #expect(!refusing.isCatalogueReady && refusing.notice?.value == "incomplete")
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Removed before they were stored: nobody has them, and what there is is served with a notice.
    @Test func whatNobodyHasIsMissing() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try store(5)
        let end = try log.bounds(of: topics.discoveries).map(\.next).max() ?? 0
        for number in 0..<300 {
            try append([SentRecord("Gap-\(number) b", #"{"pl_name":"Gap-\#(number) b"}"#)], to: topics.discoveries)
        }
        let services = try services(TrimmedLog(log, first: end + 10), hasLake: true)
        try read(services)
        #expect(services.isCatalogueReady && services.notice?.value == "incomplete")
    }

    @Test func aLakeOfAnotherLogIsRefused() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try store(6)
        let other = MemoryLog()
        for topic in topics.stored { try other.ensureTopic(topic, TopicOptions(partitions: Self.partitions)) }
        var batch = RecordBatch()
        let headers = batch.addHeaders([])
        for number in 0..<50 {
            batch.append(
                key: Array("n\(number)b".utf8), value: Array(#"{"pl_name":"N \#(number) b"}"#.utf8), headers: headers)
        }
        let stored = DispatchSemaphore(value: 0)
        try other.writer().append(batch, topic: topics.discoveries, ticket: 0) { _ in stored.signal() }
        stored.wait()
        let services = try services(TrimmedLog(other, first: 3), hasLake: true)
        try read(services)
        #expect(!services.isCatalogueReady && services.catalogue.count == 0)
        #expect(services.health.trouble()?.contains("the lake was made from the log") == true)
    }
}
