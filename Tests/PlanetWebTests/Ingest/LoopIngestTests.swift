// Requests of one tick go into the log as one append a topic, and each gets its own records' places.

import EventLog
import PlanetCore
import Testing
import Threads

@testable import PlanetWeb

@Suite struct LoopIngestTests {
    private let planets = (0..<6).map { #"{"pl_name":"Planet \#($0) b"}"# }

    @Test func aTicksRequestsAreOneAppend() throws {
        let way = try WayIn(partitions: 1).start()
        let first = try way.begin("[\(planets[0]),\(planets[1]),{}]", [("X-Planetarium-Source", "one")])
        let second = try way.begin(planets[2], [("X-Planetarium-Source", "two")])
        let third = try way.begin("[{},\(planets[3]),\(planets[4])]", [("X-Planetarium-Source", "three")])
        #expect(try way.stored(way.services.topics.discoveries).isEmpty, "nothing goes out before the tick ends")
        way.endTick()
        let answers = try [first, second, third].map { try way.answer($0.number) }
        #expect(answers.map(\.status) == [207, 201, 207])
        func offsets(_ answer: Response) throws -> [Int] {
            let object = try answer.object()
            guard let results = object["results"] as? [[String: Any]] else {
                return [try #require(object["offset"] as? Int)]
            }
            return results.compactMap { $0["offset"] as? Int }
        }
        #expect(try answers.map(offsets) == [[0, 1], [2], [3, 4]])
        let batch = try way.stored(way.services.topics.discoveries)
        let sources = (0..<5).map { String(decoding: batch.header($0, "source") ?? [], as: UTF8.self) }
        #expect(sources == ["one", "one", "two", "three", "three"])
        let refused = try way.stored(way.services.topics.rejected)
        #expect(
            (0..<2).map { String(decoding: refused.header($0, "source") ?? [], as: UTF8.self) } == ["one", "three"])
        // One append: its records have one time stamp.
        #expect(Set(batch.entries.map(\.timestamp)).count == 1)
    }

    /// One of the tick's appends fails as a whole; the other topic's is stored.
    @Test func aTicksFailureIsEveryRequests() throws {
        var options = LogOptions()
        options.maxRecordBytes = 100
        let way = try WayIn(options).start()
        let long = #"{"pl_name":"Long b","disc_facility":"\#(String(repeating: "L", count: 100))"}"#
        let first = try way.begin(planets[0], [("Idempotency-Key", "k")])
        let second = try way.begin(long)
        way.endTick()
        #expect(try way.answer(first.number).status == 413)
        #expect(try way.answer(second.number).status == 413)
        #expect(try way.post(planets[0], [("Idempotency-Key", "k")]).status == 201)
    }

    @Test func anEmptyTickAppendsNothing() throws {
        let way = try WayIn().start()
        way.endTick()
        way.endTick()
        #expect(try way.stored(way.services.topics.discoveries).isEmpty)
    }
}
