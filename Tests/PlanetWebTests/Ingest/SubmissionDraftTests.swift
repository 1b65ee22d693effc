// A request's body taken apart: keys, values and headers of what goes into the log, without a log.

import EventLog
import PlanetCore
import Testing

@testable import PlanetWeb

@Suite struct SubmissionDraftTests {
    private let catalogue = Catalogue()

    private func draft(
        _ body: String, of kind: RecordKind = .discoveries, as format: SubmissionFormat = .ndjson,
        key: String? = nil, maxRecords: Int = 100
    ) throws -> SubmissionDraft {
        var headers = [RecordHeader("source", "test")]
        if let key { headers.append(RecordHeader(IdempotencyIndex.keyHeader, key)) }
        var draft = SubmissionDraft(headers: headers, names: SubmittedNames(catalogue: catalogue, source: "test"))
        let reader = SubmissionReader(today: { 20_500 })
        try draft.decode(
            SubmittedBody(text: Array(body.utf8), as: format), of: kind, with: reader, maxRecords: maxRecords)
        return draft
    }

    private func names(_ batch: RecordBatch, _ index: Int) -> [String] { batch.headers(index).map(\.name) }

    @Test func acceptedRecordsAreCanonicalJSONUnderTheirKey() throws {
        let draft = try draft(#"{"pl_rade": 2.50, "pl_name": " Kepler-22 b "}"#)
        #expect(draft.accepted.count == 1 && draft.refused.isEmpty)
        #expect(draft.accepted.keyText(0) == "kepler22b")
        let value = String(decoding: draft.accepted.value(0) ?? [], as: UTF8.self)
        #expect(value == #"{"pl_name":"Kepler-22 b","pl_rade":2.5}"#)
        #expect(names(draft.accepted, 0) == ["source"])
    }

    @Test func refusedRecordsKeepTheirTextAndLine() throws {
        let draft = try draft("\n{\"pl_name\":\"A b\",\"pl_rade\":-1}\r\n{oops\n")
        #expect(draft.accepted.isEmpty && draft.refused.count == 2)
        #expect(draft.refused.keyText(0) == "ab" && draft.refused.keyText(1) == "")
        var reader = RejectedReader()
        let first = reader.content(of: draft.refused.value(0) ?? [])
        #expect(first.raw == #"{"pl_name":"A b","pl_rade":-1}"# && first.line == 2)
        let second = reader.content(of: draft.refused.value(1) ?? [])
        #expect(second.raw == "{oops" && second.line == 3 && second.rules == ["malformed_json"])
    }

    /// What a reader of the log would make of it: not what has a warning of what the sender wrote, another planet's
    /// name, or is refused.
    @Test func plainRecordsAreDecodedOnce() throws {
        let decoded = DecodedRecords(readers: 1)
        let lines = [
            #"{"pl_name":"A b","pl_rade":1}"#, #"{"pl_name":"A c","pl_rade":-1}"#, #"{"pl_name":"B b","mass":2}"#,
            #"{"pl_name":"C b","pl_rade":2.50}"#, #"{"pl_name":"D b","colour":"red"}"#,
        ]
        try draft(lines.joined(separator: "\n")).share(with: decoded)
        var reader = RecordReader(today: { 20_500 })
        func isKnown(_ value: String) -> Bool {
            let before = decoded.taken
            _ = Array(value.utf8).withUnsafeBytes {
                reader.read(
                    $0, keyText: "", partition: 0, source: "test", size: { 0 }, home: { _ in nil }, decoded: decoded)
            }
            return decoded.taken > before
        }
        #expect(isKnown(#"{"pl_name":"A b","pl_rade":1}"#))
        #expect(isKnown(#"{"pl_name":"C b","pl_rade":2.5}"#))
        #expect(!isKnown(#"{"pl_name":"D b","extra":"{\"colour\":\"red\"}"}"#))
        #expect(decoded.bytes == 0)
    }

    /// Equal records of one request differ from copies of a request that was sent again.
    @Test func equalRecordsOfARequestAreNumbered() throws {
        let line = #"{"pl_name":"A b","pl_rade":1}"#
        let other = #"{"pl_name":"B c"}"#
        let draft = try draft([line, other, line, line, other].joined(separator: "\n"), key: "k")
        let copies = (0..<5).map { index in
            draft.accepted.header(index, SubmissionID.copyHeader).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(copies == [nil, nil, "1", "2", "1"])
        for index in 0..<5 {
            #expect(draft.accepted.header(index, IdempotencyIndex.keyHeader) == Array("k".utf8))
            #expect(draft.accepted.header(index, IdempotencyIndex.countHeader) == Array("5".utf8))
        }
    }

    @Test func withoutAKeyNothingIsNumbered() throws {
        let line = #"{"pl_name":"A b","pl_rade":1}"#
        let draft = try draft("\(line)\n\(line)\n{}")
        for index in 0..<2 { #expect(names(draft.accepted, index) == ["source"]) }
        #expect(names(draft.refused, 0) == ["source"])
    }

    /// The count is that of all records, over both topics.
    @Test func theCountHasTheRefusedOnesToo() throws {
        let draft = try draft("{\"pl_name\":\"A b\"}\n{}\n", key: "k")
        for batch in [draft.accepted, draft.refused] {
            #expect(batch.header(0, IdempotencyIndex.countHeader) == Array("2".utf8))
        }
    }

    @Test func aNameThatIsAnAliasIsStoredUnderThePlanets() throws {
        let item = HistoryItem(position: .none, change: .new, revision: 0)
        _ = catalogue.apply(
            key: "xb", .alias(PlanetAlias(name: "X b", canonical: "A b", canonicalKey: "ab", source: nil)), at: item)
        // While that planet is not there, the name is its own: the alias goes, and is taken the other way round.
        let own = try draft(#"{"pl_name":"X b","pl_rade":1}"#)
        #expect((0..<3).map { own.accepted.keyText($0) } == ["xb", "xb", "ab"])
        #expect(own.accepted.value(0) == nil && own.answer.unasked == [0, 2] && own.answer.acceptedCount == 1)
        var planet = DiscoveryDraft()
        planet[.pl_name] = "A b"
        _ = catalogue.apply(key: "ab", .discovery(planet.discovery), at: item)
        let draft = try draft(#"{"pl_name":"X b","pl_rade":1}"#)
        #expect(draft.accepted.keyText(0) == "ab")
        let value = String(decoding: draft.accepted.value(0) ?? [], as: UTF8.self)
        #expect(value.contains(#""pl_name":"A b""#) && value.contains(#""pl_name_given":"X b""#))
    }

    @Test func oneObjectIsAnsweredByItselfAndAListAsAList() throws {
        #expect(try draft(#"{"pl_name":"A b"}"#, as: .json).answer.shape == .one)
        #expect(try draft(#"[{"pl_name":"A b"}]"#, as: .json).answer.shape == .many)
        #expect(try draft("pl_name\nA b\n", as: .csv).answer.shape == .many)
        #expect(try draft(#"{"pl_name":"A b"}"#).answer.shape == .many)
    }

    @Test func aBodyWithTooManyRecordsIsRefusedAsAWhole() throws {
        let body = String(repeating: "{\"pl_name\":\"A b\"}\n", count: 4)
        #expect(try draft(body, maxRecords: 4).accepted.count == 4)
        #expect(throws: BodyError.self) { try draft(body, maxRecords: 3) }
    }
}
