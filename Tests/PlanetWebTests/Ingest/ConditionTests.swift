// If-Match and If-None-Match on changes, through the routes and a log in memory.

import HTTPWire
import Testing

@testable import PlanetWeb

@Suite struct ConditionTests {
    private func planet(_ radius: Double) -> String { #"{"pl_name":"Kepler-22 b","pl_rade":\#(radius)}"# }

    private func withdraw(_ way: WayIn, _ headers: [(String, String)] = []) throws -> Response {
        try way.answered(by: PlanetRoute(services: way.services).withdraw) {
            var request = try Request("DELETE", "/api/planets/kepler22b", headers: headers)
            request.pathParameters = [("key", "kepler22b")]
            return request
        }
    }

    private func tag(_ way: WayIn) throws -> String {
        let row = try #require(way.services.catalogue.row("kepler22b"))
        return try #require(way.services.tags(of: row).first).description
    }

    @Test func aSubmissionOfAnotherRevisionIsNotStored() throws {
        let way = try WayIn().start()
        #expect(try way.post(planet(1), [("If-Match", "*")]).status == 412)
        #expect(try way.post(planet(1), [("If-None-Match", "*")]).status == 201)
        let refused = try way.post(planet(2), [("If-None-Match", "*")])
        #expect(refused.status == 412 && refused.header("ETag") == "\"1\"")
        #expect(try refused.rule() == "precondition_failed")
        #expect(try way.post(planet(2), [("If-Match", "\"1\"")]).object()["revision"] as? Int == 2)
        #expect(try way.post(planet(3), [("If-Match", "\"1\"")]).status == 412)
        #expect(try way.post(planet(3), [("If-Match", "W/\"2\"")]).status == 412)
        #expect(try way.stored(way.services.topics.discoveries).count == 2)
    }

    @Test func aWithdrawalOfAnotherRevisionIsNotStored() throws {
        let way = try WayIn().start()
        _ = try way.post(planet(1))
        #expect(try withdraw(way, [("If-Match", "\"not-this\"")]).status == 412)
        #expect(try withdraw(way, [("If-None-Match", "*")]).status == 412)
        #expect(try withdraw(way, [("If-Match", "\"1\"")]).status == 200)
        // The page of a withdrawn planet is still there, and so is its revision.
        #expect(try way.post(planet(1), [("If-None-Match", "*")]).status == 412)
        #expect(try way.post(planet(1), [("If-Match", "\"2\"")]).object()["change"] as? String == "reinstatement")
    }

    @Test func ofTwoChangesOfOneRevisionOneIsStored() throws {
        let way = try WayIn().start()
        _ = try way.post(planet(1))
        let first = try way.begin(planet(2), [("If-Match", "\"1\"")])
        let second = try way.begin(planet(3), [("If-Match", "\"1\"")])
        #expect(first.answer == nil && second.answer == nil)
        way.endTick()
        #expect(try way.answer(first.number).status == 201)
        #expect(try way.answer(second.number).status == 412)
        #expect(try way.post(planet(3), [("If-Match", "\"2\"")]).status == 201)
    }

    /// The first stores nothing, so the second may try again.
    @Test func aChangeThatWaitedForNothingMayBeSentAgain() throws {
        let way = try WayIn().start()
        _ = try way.post(planet(1))
        var change = way.services.changes.begin("kepler22b") {}
        #expect(change != nil)
        let waiting = try way.begin(planet(2), [("If-Match", "\"1\"")])
        change = nil
        let answer = try way.answer(waiting.number)
        #expect(answer.status == 409 && answer.header("Retry-After") == "1")
        #expect(try way.post(planet(2), [("If-Match", "\"1\"")]).status == 201)
    }

    @Test func aRepeatedRequestIsNotJudgedAgain() throws {
        let way = try WayIn().start()
        _ = try way.post(planet(1))
        let headers = [("If-Match", "\"1\""), ("Idempotency-Key", "k")]
        let first = try way.post(planet(2), headers)
        #expect(first.status == 201)
        #expect(try way.post(planet(2), headers).body.array == first.body.array)
        // A refused one leaves its key free.
        #expect(try way.post(planet(3), [("If-Match", "\"1\""), ("Idempotency-Key", "l")]).status == 412)
        #expect(try way.post(planet(3), [("If-Match", "\"2\""), ("Idempotency-Key", "l")]).status == 201)
    }

    @Test func conditionsThatAreNoneAreRefused() throws {
        let way = try WayIn().start()
        _ = try way.post(planet(1))
        let answer = try way.post(planet(2), [("If-Match", "1")])
        #expect(answer.status == 400)
        #expect(try answer.rule() == "not_an_entity_tag")
        let many = try way.post("[\(planet(2))]", [("If-Match", "\"1\"")])
        #expect(many.status == 400)
        #expect(try many.rule() == "condition_on_many")
        #expect(try way.post(#"{"pl_name":"X","pl_rade":-1}"#, [("If-Match", "\"1\"")]).status == 422)
        #expect(try way.stored(way.services.topics.discoveries).count == 1)
    }

    /// A strong tag changes with everything that is shown; the revision's number goes on naming the revision.
    @Test func theTagIsTheRevisionUnlessMoreIsShown() throws {
        let way = try WayIn().start()
        _ = try way.post(planet(1))
        #expect(try tag(way) == "\"1\"")
        _ = try way.post(planet(1))
        let duplicate = try tag(way)
        #expect(duplicate.hasPrefix("\"1-"))
        _ = try way.post(#"{"alias":"KOI-87.01","canonical":"Kepler-22 b"}"#, to: "/api/aliases")
        #expect(try tag(way).hasPrefix("\"1-") && (try tag(way)) != duplicate)
        #expect(try way.post(planet(2), [("If-Match", duplicate)]).status == 412)
        #expect(try way.post(planet(2), [("If-Match", try tag(way))]).status == 201)
        #expect(try way.post(planet(3), [("If-Match", "\"2\"")]).status == 201)
        #expect(
            try way.post(#"{"alias":"KOI-87.01","canonical":"Other c"}"#, to: "/api/aliases", [("If-None-Match", "*")])
                .status == 422)
    }
}
