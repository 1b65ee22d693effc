// What a class did is taken back, and nothing else: by cases, and by chance against a model.

import EventLog
import PlanetCore
import TestSupport
import Testing

@testable import PlanetWeb

@Suite struct ClassResetTests {
    private func planet(_ radius: Double, _ more: String = "") -> String {
        #"{"pl_name":"Kepler-22 b","pl_rade":\#(radius)\#(more)}"#
    }

    /// What says which record is meant, for an undo.
    private func place(_ receipt: [String: Any]) -> String {
        #"{"partition":\#(receipt["partition"] as? Int ?? -1),"offset":\#(receipt["offset"] as? Int ?? -1)}"#
    }

    @Test func aPlanetGetsItsEarlierValueAgain() throws {
        let room = try ClassRoom()
        let code = try room.open()
        _ = try room.post(planet(1, #","rowupdate":"2020-01-01""#))
        let before = room.value("kepler22b")
        _ = try room.post(planet(2, #","rowupdate":"2024-01-01""#), in: code)
        _ = try room.withdraw("kepler22b", in: code)
        let answer = try room.undo(#"{"key":"Kepler-22 b"}"#, code).object()
        #expect(answer["outcome"] as? String == "restored" && answer["revision"] as? Int == 5)
        #expect(room.value("kepler22b") == before)
        let board = try room.board(code)
        #expect((board["planets"] as? [String: Int])?["changed"] == 0)
        let records = try #require(board["records"] as? [[String: Any]])
        #expect(records.map { $0["undone"] as? Bool } == [false, true, true])
        #expect(records[0]["undo"] as? Bool == true && records[0]["pupil"] is String == false)
        #expect(records[2]["columns"] as? [String] == ["pl_rade", "rowupdate"])
        // Once more: nothing is left to do, and nothing is stored.
        let stored = try room.way.stored(room.way.services.topics.discoveries).count
        #expect(try room.undo(#"{"key":"kepler22b"}"#, code).object()["outcome"] as? String == "unchanged")
        #expect(try room.reset(code)["restored"] as? Int == 0)
        #expect(try room.way.stored(room.way.services.topics.discoveries).count == stored)
    }

    @Test func whatOthersChangedSinceStays() throws {
        let room = try ClassRoom()
        let code = try room.open()
        _ = try room.post(planet(1), in: code)
        let record = try #require((try room.board(code)["records"] as? [[String: Any]])?.first)
        _ = try room.post(planet(2))
        #expect(try room.undo(#"{"key":"kepler22b"}"#, code).status == 409)
        let which = place(record)
        #expect(try room.undo(which, code).status == 409)
        let reset = try room.reset(code)
        #expect(reset["changed_by_others"] as? Int == 1 && reset["stay"] as? [String] == ["kepler22b"])
        #expect(room.value("kepler22b").discovery?[.pl_rade] == 2)
        #expect(try room.undo(#"{"key":"kepler452b"}"#, code).status == 404)
    }

    /// A pupil's record goes, the one before it comes back, which is another pupil's.
    @Test func oneRecordIsTakenBack() throws {
        let room = try ClassRoom()
        let code = try room.open()
        _ = try room.post(planet(1))
        _ = try room.post(planet(2), in: code, as: "Mia")
        let second = try room.post(planet(3), in: code, as: "Tom").object()
        let which = place(second)
        #expect(try room.undo(which, code).object()["outcome"] as? String == "restored")
        #expect(room.value("kepler22b").discovery?[.pl_rade] == 2)
        #expect(try room.undo(which, code).object()["outcome"] as? String == "unchanged")
        #expect(try room.reset(code)["restored"] as? Int == 1)
        #expect(room.value("kepler22b").discovery?[.pl_rade] == 1)
        let pupils = try #require(try room.board(code)["pupils"] as? [[String: Any]])
        #expect(pupils.map { $0["name"] as? String } == ["Mia", "Tom"])
        #expect(pupils.allSatisfy { $0["records"] as? Int == 1 && $0["revisions"] as? Int == 1 })
    }

    /// What another class changed in between is its own; once that is taken back, the first class's is.
    @Test func oneClassUponAnother() throws {
        let room = try ClassRoom()
        let (first, second) = (try room.open(), try room.open())
        _ = try room.post(planet(1))
        _ = try room.post(planet(2), in: first)
        _ = try room.post(planet(3), in: second)
        #expect(try room.reset(first)["restored"] as? Int == 0)
        #expect(room.value("kepler22b").discovery?[.pl_rade] == 3)
        #expect(try room.reset(second)["restored"] as? Int == 1)
        #expect(room.value("kepler22b").discovery?[.pl_rade] == 2)
        #expect(try room.reset(first)["restored"] as? Int == 1)
        #expect(room.value("kepler22b").discovery?[.pl_rade] == 1)
    }

    /// A class that comes back upon another one, and takes that back, can still take back what it had sent before.
    @Test func whatAClassSentBeforeAnotherCanStillGo() throws {
        let room = try ClassRoom()
        let (first, second) = (try room.open(), try room.open())
        _ = try room.post(planet(1))
        let earlier = try room.post(planet(2), in: first).object()
        _ = try room.post(planet(3), in: second)
        _ = try room.post(planet(4), in: first)
        #expect(try room.undo(#"{"key":"kepler22b"}"#, first).object()["outcome"] as? String == "restored")
        let records = try #require(try room.board(first)["records"] as? [[String: Any]])
        #expect(records.map { $0["undone"] as? Bool } == [false, true, false])
        #expect(try room.undo(#"{"key":"kepler22b"}"#, second).object()["outcome"] as? String == "restored")
        let which = place(earlier)
        #expect(try room.undo(which, first).object()["outcome"] as? String == "restored")
        #expect(room.value("kepler22b").discovery?[.pl_rade] == 1)
    }

    @Test func anAliasThatAPupilTurnedRound() throws {
        let room = try ClassRoom()
        let code = try room.open()
        _ = try room.ask(
            "POST", "/api/aliases", #"{"alias":"KOI-87.01","alias_of":"Kepler-22 b"}"#)
        let before = room.value("koi87.01")
        #expect(before.alias != nil)
        // The planet isn't there: the name becomes the planet's own, and the alias turns round.
        _ = try room.post(#"{"pl_name":"KOI-87.01","pl_rade":2}"#, in: code)
        #expect(room.value("koi87.01").discovery != nil)
        _ = try room.reset(code)
        #expect(room.value("koi87.01") == before && room.value("kepler22b") == .nothing)
    }

    @Test func refusedRecordsAreTheirSendersToo() throws {
        let room = try ClassRoom()
        let code = try room.open()
        #expect(try room.post(#"{"pl_name":"Kepler-22 b","pl_rade":-1}"#, in: code, as: "Élodie").status == 422)
        #expect(eventually { ((try? room.board(code)["counts"]) as? [String: Int])?["refused"] == 1 })
        let record = try #require((try room.board(code)["records"] as? [[String: Any]])?.first)
        #expect(record["topic"] as? String == "planet-rejected" && record["pupil"] as? String == "Élodie")
        #expect(record["rules"] as? [String] == ["out_of_range"])
    }

    @Test func manyPlanetsGoByParts() throws {
        let room = try ClassRoom()
        let code = try room.open()
        let count = ClassUndoRoute.atOnce + 20
        let lines = (0..<count).map { #"{"pl_name":"Planet \#($0) b","pl_rade":1}"# }.joined(separator: "\n")
        _ = try room.ask("POST", "/api/discoveries", lines, in: code, type: "application/x-ndjson")
        let first = try room.reset(code)
        #expect(first["withdrawn"] as? Int == ClassUndoRoute.atOnce && first["left"] as? Int == 20)
        let next = try #require(first["next"] as? String)
        let rest = try room.ask("POST", "/api/classes/\(code)/reset", #"{"after":"\#(next)"}"#).object()
        #expect(rest["withdrawn"] as? Int == 20 && rest["left"] as? Int == 0)
        #expect(room.way.services.catalogue.count == 0)
    }

    @Test func whatIsNoRequest() throws {
        let room = try ClassRoom()
        let code = try room.open()
        #expect(try room.undo("{}", code).rule() == "missing_member")
        #expect(try room.undo(#"{"key":"a","offset":1}"#, code).rule() == "missing_member")
        #expect(try room.undo(#"{"planet":"a"}"#, code).rule() == "unknown_member")
        #expect(try room.undo(#"{"partition":-1,"offset":1.5}"#, code).object()["errors"] as? [Any] != nil)
        #expect(try room.undo("[]", code).rule() == "not_json")
        #expect(try room.ask("POST", "/api/classes/\(code)/reset", "{}", type: "text/plain").status == 415)
        #expect(try room.ask("POST", "/api/classes/222222/reset", "{}").status == 404)
        #expect(try room.ask("POST", "/api/classes", #"{"ends":"2020-01-01"}"#).rule() == "out_of_range")
        #expect(try room.ask("POST", "/api/classes", "{}").rule() == "missing_member")
        #expect(try room.ask("POST", "/api/classes", #"{"title":"a\u202eb"}"#).rule() == "not_a_name")
    }

    /// Names are for the class while it lasts, and for who may curate.
    @Test func whoSeesTheBoard() throws {
        let room = try ClassRoom()
        let code = try room.open()
        _ = try room.post(planet(1), in: code)
        let path = "/api/classes/\(code)"
        #expect(try room.ask("GET", path, role: .read).object()["pupils"] != nil)
        #expect(try room.ask("GET", "/api/planets/kepler22b", role: .read).text.contains("Mia") == false)
        #expect(try room.ask("GET", "/api/planets/kepler22b", in: code, role: .read).text.contains("Mia"))
        #expect(try room.ask("PATCH", path, #"{"open":false}"#).object()["state"] as? String == "closed")
        #expect(try room.ask("GET", path, role: .read).object()["pupils"] == nil)
        let shown = try room.ask("GET", path)
        #expect(try shown.object()["pupils"] != nil)
        let tag = try #require(shown.header("ETag"))
        #expect(try room.ask("GET", path, headers: [("If-None-Match", tag)]).status == 304)
        #expect(try room.ask("PATCH", path, #"{"open":true,"title":"7c"}"#).object()["state"] as? String == "open")
        #expect(try room.ask("GET", path, headers: [("If-None-Match", tag)]).status == 200)
        #expect(try room.ask("DELETE", path).status == 204)
        #expect(try room.ask("GET", path).status == 404)
    }
}

extension Response {
    fileprivate var text: String { String(decoding: body.array, as: UTF8.self) }
}
