// The number of partitions at a topic's birth: written down once, found by all, kept by the writer.

import Basics
import Testing
import Threads

@testable import EventLog

@Suite struct KeyedPartitionsTests {
    private let fixtures = Fixtures()

    private func log(_ backend: Backend, partitions: Int32) throws -> any EventLog {
        let log = try fixtures.open(backend)
        try log.ensureTopic("planets", TopicOptions(partitions: partitions))
        try log.ensureTopic("state", TopicOptions(isCompacted: true))
        return log
    }

    private func settle(_ log: any EventLog, known: Int32? = nil, chapter: Int? = nil) throws -> KeyedPartitions {
        try KeyedPartitions.settle(log, of: "planets", in: "state", known: known, chapter: chapter)
    }

    @Test(arguments: [Backend.memory, .kafka].filter(Backend.available.contains))
    func whatIsWrittenFirstStays(_ backend: Backend) throws {
        let log = try log(backend, partitions: 3)
        #expect(try KeyedPartitions.read(log, of: "planets", in: "state") == nil)
        let first = try settle(log)
        #expect(first.count == 3 && first.name.count == 8)
        // The same for all who ask (spark/planetarium/sent_on.py).
        #expect(first.name == SHA256.hex("\(try log.identity(of: "planets")) 1".utf8).prefix(8))
        try log.put(batch([("other", "x")], [RecordHeader("kind", "state")]), "state")
        #expect(try settle(log) == first)
        #expect(try settle(log, known: 3) == first)
        // Two that found nothing write at once: the first in the log counts for both.
        let late = try KeyedPartitions.begin(log, of: "planets", in: "state", count: 3, after: nil)
        #expect(late == first)
        // A topic that has grown: as the lake says, and everyone after it.
        let second = try settle(log, known: 2)
        #expect(second.count == 2 && second.name != first.name)
        #expect(try settle(log) == second)
        // Its lake has had another log before; who knows of no lake says the same.
        let adopted = try settle(log, known: 2, chapter: 2)
        #expect(adopted.count == 2 && adopted.chapter == 2 && adopted.name != second.name)
        #expect(try settle(log) == adopted && settle(log, known: 2, chapter: 2) == adopted)
        #expect(try settle(log, known: 2, chapter: 1).chapter == 1)
        // Another topic of the name, which has fewer.
        let third = try KeyedPartitions.begin(
            log, of: "planets", in: "state", count: 9, after: KeyedPartitions.read(log, of: "planets", in: "state"))
        #expect(third.count == 9)
        #expect(try settle(log).count == 3)
    }

    @Test(.enabled(if: TestBroker.isInstalled)) func aGrownTopicKeepsItsKeys() throws {
        let log = try log(.kafka, partitions: 6)
        log.keepKeys(of: "planets", within: 2)
        let keys = (0..<40).map { "planet\($0)b" }
        let places = try log.put(batch(keys.map { ($0, "{}") }), "planets")
        let keyed = KeyedPartitions(topic: "planets", count: 2, name: "a")
        #expect(places.map(\.partition) == keys.map { keyed.home(of: $0) })
        #expect(Set(places.map(\.partition)) == [0, 1])
        // Records without a key, and other topics, go everywhere.
        let unkeyed = try (0..<6).map { _ in try log.put("", "x", "planets").partition }
        #expect(Set(unkeyed) == Set(0..<6))
    }
}
