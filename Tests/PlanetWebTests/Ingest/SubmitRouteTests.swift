// POST /api/discoveries and /api/aliases from the request to the answer, through a log in memory.

import EventLog
import PlanetCore
import Testing

@testable import PlanetWeb

@Suite struct SubmitRouteTests {
    private let planet = #"{"pl_name":"Kepler-22 b","pl_rade":2.1}"#

    @Test func theCatalogueTakesWhatTheDoorHasDecoded() throws {
        let decoded = DecodedRecords(readers: 1)
        let way = try WayIn(decoded: decoded).start()
        #expect(try way.post(planet).status == 201)
        #expect(decoded.taken == 1 && decoded.bytes == 0)
        #expect(way.services.catalogue.row("kepler22b")?.discovery?[.pl_rade] == 2.1)
        // Nothing is kept of what is only looked at.
        #expect(try way.post(planet, to: "/api/discoveries?dry_run=true").status == 200)
        #expect(decoded.bytes == 0)
    }

    // MARK: What is refused before the log

    @Test func nothingIsTakenBeforeTheCatalogueIsRead() throws {
        let answer = try WayIn().post(planet)
        #expect(answer.status == 503 && answer.header("Retry-After") == "1")
    }

    @Test(arguments: [
        (nil, 415), ("text/html", 415), ("application/json; charset=latin1", 415),
        ("application/json; charset=UTF-8", 201), ("application/jsonl", 201), ("application/x-ndjson", 201),
    ])
    func theContentType(_ type: String?, _ status: Int) throws {
        #expect(try WayIn().start().post(planet, type: type).status == status)
    }

    @Test func aContentCodingIsNotUnderstood() throws {
        let way = try WayIn().start()
        let answer = try way.post(planet, [("Content-Encoding", "br")])
        #expect(answer.status == 415 && answer.header("Accept-Encoding") == "gzip, identity")
        #expect(try answer.rule() == "unknown_coding")
        #expect(try way.post(planet, [("Content-Encoding", "Identity")]).status == 201)
    }

    @Test func aKeyThatCannotBeAHeader() throws {
        let way = try WayIn().start()
        for key in ["two words", String(repeating: "k", count: 256)] {
            let answer = try way.post(planet, [("Idempotency-Key", key)])
            #expect(answer.status == 400)
            #expect(try answer.rule() == "not_printable")
        }
    }

    @Test func bodiesThatHoldNoRecords() throws {
        let way = try WayIn().start()
        for (body, status, rule) in [
            ("", 400, "empty"), ("{", 400, "not_json"), ("7", 400, "not_an_object_or_array"),
            ("[" + String(repeating: "0,", count: SubmitRoute.maxRecords) + "0]", 413, "too_many_records"),
        ] {
            // Twice with one key: a request that stored nothing leaves it free.
            for _ in 0..<2 {
                let answer = try way.post(body, [("Idempotency-Key", "k")])
                #expect(answer.status == status)
                #expect(try answer.rule() == rule)
            }
        }
        #expect(try way.post("[]", [("Idempotency-Key", "k")]).status == 400)
        #expect(try way.post(planet, [("Idempotency-Key", "k")]).status == 201)
    }

    // MARK: Large bodies

    /// `count` records of one body.
    private func lines(_ count: Int, _ rest: String = "") -> String {
        (0..<count).map { #"{"pl_name":"Planet \#($0) b"\#(rest)}"# }.joined(separator: "\n")
    }

    @Test func aLargeBodyIsReadOnAnotherThread() throws {
        let way = try WayIn().start()
        let body = lines(2000)
        #expect(body.utf8.count > SubmitRoute.bytesOnLoop)
        let answer = try way.post(body, type: "application/x-ndjson", [("Idempotency-Key", "k")])
        #expect(answer.status == 201)
        #expect(try way.stored(way.services.topics.discoveries).count == 2000)
        let again = try way.post(body, type: "application/x-ndjson", [("Idempotency-Key", "k")])
        #expect(again.body.array == answer.body.array)
        #expect(try way.post("[" + String(repeating: " ", count: 100_000), type: "application/json").status == 400)
        #expect(try way.post(String(repeating: ";", count: 3 << 20), type: "text/csv").rule() == "too_many_fields")
    }

    /// Nobody waits for it any more, and it was promised to nobody.
    @Test func aLargeBodyWhoseClientIsGoneIsNotStored() throws {
        let way = try WayIn()
        let work = Work()
        work.cancel()
        let reader = SubmissionReader(today: way.services.today)
        let names = SubmittedNames(catalogue: way.services.catalogue, source: "api")
        var draft = SubmissionDraft(headers: [], names: names)
        let body = SubmittedBody(text: Array(lines(10).utf8), as: .ndjson)
        try draft.decode(body, of: .discoveries, with: reader, unless: work, maxRecords: 100)
        #expect(draft.accepted.isEmpty && draft.answer.records.isEmpty)
    }

    @Test func anAnswerListsOnlySoManyResults() throws {
        let way = try WayIn().start()
        let answer = try way.post(lines(SubmissionAnswer.longest + 7), type: "application/x-ndjson").object()
        #expect((answer["results"] as? [Any])?.count == SubmissionAnswer.longest)
        #expect(answer["not_listed"] as? Int == 7 && answer["accepted"] as? Int == SubmissionAnswer.longest + 7)
        // Few records with much to say.
        let long = String(repeating: "x", count: 190)
        let faults = ["pl_rade", "pl_bmasse", "pl_orbper", "st_mass", "st_rad", "st_teff", "sy_dist", "pl_eqt"]
            .map { ",\"\($0)\":\"\(long)\"" }.joined()
        let refused = try way.post(lines(6000, faults), type: "application/x-ndjson")
        #expect(refused.status == 422 && refused.body.count < SubmissionAnswer.largest + 20_000)
        let object = try refused.object()
        let listed = try #require(object["results"] as? [[String: Any]])
        #expect(listed.count + (object["not_listed"] as? Int ?? 0) == 6000 && object["rejected"] as? Int == 6000)
        #expect(listed.allSatisfy { ($0["errors"] as? [Any])?.count == 8 })
        let brief = String(decoding: try #require(refused.brief), as: UTF8.self)
        #expect(brief == #"{"accepted":0,"rejected":6000,"results":[],"not_listed":6000}"#)
    }

    // MARK: What is stored

    @Test func oneRecordIsAnsweredByItself() throws {
        let way = try WayIn().start()
        let answer = try way.post(planet, [("X-Planetarium-Source", "arXiv")])
        #expect(answer.status == 201 && answer.header("Location") == "/api/planets/kepler22b")
        let receipt = try answer.object()
        #expect(receipt["key"] as? String == "kepler22b" && receipt["revision"] as? Int == 1)
        #expect(receipt["change"] as? String == "new")
        let batch = try way.stored(way.services.topics.discoveries)
        #expect(batch.count == 1 && batch.keyText(0) == "kepler22b")
        #expect(batch.header(0, "source") == Array("arXiv".utf8))
        #expect(batch.header(0, SubmissionID.keyHeader) == nil)
        #expect(try way.post(#"{"pl_name":"Kepler-22 b","pl_rade":2.2}"#).object()["revision"] as? Int == 2)
    }

    @Test func oneRecordThatBreaksARuleIsQuarantined() throws {
        let way = try WayIn().start()
        let body = #"{"pl_name":"Kepler-22 b","pl_rade":-1}"#
        let answer = try way.post(body)
        #expect(answer.status == 422)
        #expect(try answer.rule() == "out_of_range")
        let batch = try way.stored(way.services.topics.rejected)
        #expect(batch.count == 1)
        var reader = RejectedReader()
        let content = reader.content(of: batch.value(0) ?? [])
        #expect(content.raw == body && content.rules == ["out_of_range"] && content.line == 1)
        #expect(try way.stored(way.services.topics.discoveries).isEmpty)
    }

    @Test func aListSaysWhatBecameOfEach() throws {
        let way = try WayIn().start()
        let lines = [
            planet, #"{"pl_name":"X"}"#, "", #"{"pl_name":"TRAPPIST-1 e"}"#, #"{"pl_name":"Y b","pl_rade":0}"#,
        ]
        let body = lines.joined(separator: "\n")
        let answer = try way.post(body, type: "application/x-ndjson")
        #expect(answer.status == 207)
        let object = try answer.object()
        let results = try #require(object["results"] as? [[String: Any]])
        let accepted = results.filter { $0["status"] as? Int == 201 }
        #expect(object["accepted"] as? Int == accepted.count)
        #expect(object["rejected"] as? Int == results.count - accepted.count)
        #expect(results.compactMap { $0["line"] as? Int } == [1, 2, 4, 5])
        #expect(accepted.compactMap { $0["key"] as? String }.contains("trappist1e"))
        #expect(accepted.allSatisfy { $0["revision"] as? Int == 1 })
        let few = try way.post(body, to: "/api/discoveries?results=rejected", type: "application/x-ndjson").object()
        #expect((few["results"] as? [[String: Any]])?.allSatisfy { $0["status"] as? Int == 422 } == true)
        #expect(few["accepted"] as? Int == accepted.count)
    }

    @Test func aliasesHaveAnAddressOfTheirOwn() throws {
        let way = try WayIn().start()
        _ = try way.post(planet)
        let answer = try way.post(#"{"alias":"KOI-87.01","canonical":"Kepler-22 b"}"#, to: "/api/aliases")
        #expect(answer.status == 201 && answer.header("Location") == "/api/aliases/koi87.01")
        #expect(try answer.object()["planet"] as? String == "kepler22b")
        // A planet given under its alias is stored under its own name.
        #expect(try way.post(#"{"pl_name":"KOI-87.01","pl_rade":2}"#).header("Location") == "/api/planets/kepler22b")
    }

    /// Valid when it was sent, refused by the log's order: another alias of that name came between.
    @Test func whatTheLogsOrderRefusesIsNoReceipt() throws {
        let way = try WayIn().start()
        let first = try way.begin(planet)
        let second = try way.begin(#"{"alias":"Kepler-22 b","canonical":"Other c"}"#, to: "/api/aliases")
        way.endTick()
        #expect(try way.answer(first.number).status == 201)
        let answer = try way.answer(second.number)
        #expect(answer.status == 422)
        #expect(try answer.rule() == "alias_joins_planets")
    }

    @Test func theSourceIsAPlainWordOrTheAPI() throws {
        for (given, source) in [("import", "import"), ("my-lab_7", "my-lab_7"), ("no spaces", "api"), ("", "api")] {
            let request = try Request("POST", "/", headers: [("X-Planetarium-Source", given)])
            #expect(SubmitRoute.source(request) == source)
        }
        let long = try Request("POST", "/", headers: [("X-Planetarium-Source", String(repeating: "a", count: 33))])
        #expect(SubmitRoute.source(long) == "api")
        #expect(SubmitRoute.source(try Request("POST", "/")) == "api")
    }

    // MARK: Repetitions

    @Test func aRepeatedRequestGetsTheSameReceiptsAndStoresNothing() throws {
        let way = try WayIn().start()
        let body = (0..<20).map { #"{"pl_name":"Planet \#($0) b","pl_rade":\#($0 % 3)}"# }.joined(separator: "\n")
        let headers = [("Idempotency-Key", "k")]
        let first = try way.post(body, type: "application/x-ndjson", headers)
        #expect(first.status == 207)
        let stored = try way.stored(way.services.topics.discoveries)
        let again = try way.post(body, type: "application/x-ndjson", headers)
        #expect(again.status == first.status && again.body.array == first.body.array)
        #expect(try way.stored(way.services.topics.discoveries).count == stored.count)
        #expect(stored.header(0, IdempotencyIndex.countHeader) == Array("20".utf8))
        let other = try way.post(body + "\n" + planet, type: "application/x-ndjson", headers)
        #expect(other.status == 422)
        // The path is a part of what was sent.
        #expect(try way.post(body, to: "/api/aliases", type: "application/x-ndjson", headers).status == 422)
    }

    @Test func aRequestUnderWayIsNotBegunAgain() throws {
        let way = try WayIn().start()
        let first = try way.begin(planet, [("Idempotency-Key", "k")])
        let second = try way.begin(planet, [("Idempotency-Key", "k")])
        #expect(second.answer?.status == 409 && second.answer?.header("Retry-After") == "1")
        way.endTick()
        #expect(try way.answer(first.number).status == 201)
        #expect(try way.post(planet, [("Idempotency-Key", "k")]).status == 201)
        #expect(try way.stored(way.services.topics.discoveries).count == 1)
    }

    // MARK: A log that fails

    @Test func aRequestThatCouldNotBeStoredMayBeSentAgain() throws {
        var options = LogOptions()
        options.memoryBytes = 10
        let way = try WayIn(options).start()
        for _ in 0..<3 {
            let answer = try way.post(planet, [("Idempotency-Key", "k")])
            #expect(answer.status == 503 && answer.header("Retry-After") == "2")
        }
    }

    @Test func recordsThatAreTooLargeForTheLog() throws {
        var options = LogOptions()
        options.maxRecordBytes = 20
        #expect(try WayIn(options).start().post(planet).status == 413)
    }

    @Test func aLogThatIsFullOfWaitingRecords() throws {
        var options = LogOptions()
        options.maxWaitingRecords = 1
        let way = try WayIn(options).start()
        // One larger than the bound is taken while nothing waits; what comes behind it in the same moment is not.
        let held = try way.log.hold()
        let first = try way.begin("[\(planet),\(planet)]")
        way.endTick()
        let second = try way.begin(planet, [("Idempotency-Key", "k")])
        way.endTick()
        let answer = try way.answer(second.number)
        #expect(answer.status == 503 && answer.header("Retry-After") == "1")
        held.release()
        #expect(try way.answer(first.number).status == 201)
        #expect(try way.post(planet, [("Idempotency-Key", "k")]).status == 201)
    }

    @Test func aLogThatIsClosed() throws {
        let way = try WayIn().start()
        try way.log.writer().close()
        #expect(try way.post(planet).status == 503)
    }
}
