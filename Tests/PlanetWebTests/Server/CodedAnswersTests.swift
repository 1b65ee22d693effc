import HTTPWire
import Reactor
import TableFiles
import Testing
import Threads

@testable import PlanetWeb

/// Which answers are compressed, and what else of them changes with it.
@Suite struct CodedAnswersTests {
    private let text = Array(String(repeating: "{\"pl_name\":\"Kepler-22 b\"}\n", count: 100).utf8)

    private func coded(_ response: Response, _ accepted: String?) -> Response {
        response.coded(for: AcceptEncoding(accepted))
    }

    private func unzipped(_ response: Response) throws -> [UInt8] {
        try GzipText.unpacked(response.body.array, limit: 1 << 30)
    }

    @Test func aLongAnswerComesAsItIsAccepted() throws {
        let zipped = coded(.json(text), "gzip")
        #expect(zipped.header("Content-Encoding") == "gzip" && zipped.header("Vary") == "Accept-Encoding")
        #expect(try unzipped(zipped) == text && zipped.body.count < text.count / 5)
        #expect(coded(.json(text), "gzip, zstd").header("Content-Encoding") == "zstd")
        for accepted in [nil, "", "br", "identity", "gzip;q=0", "gzip;q=0.5, identity"] {
            let plain = coded(.json(text), accepted)
            #expect(plain.header("Content-Encoding") == nil && plain.body.array == text, "\(accepted ?? "nothing")")
            #expect(plain.header("Vary") == "Accept-Encoding", "which one it is depends on the field")
        }
        let few = coded(.json(Array("{}".utf8)), "gzip")
        #expect(few.header("Content-Encoding") == nil && few.header("Vary") == nil)
    }

    @Test func whatExcludesTheAnswerAsItIsGetsNoneOrACoding() throws {
        let few = coded(.json(Array("{}".utf8)), "identity;q=0, gzip")
        #expect(try unzipped(few) == Array("{}".utf8))
        for accepted in ["identity;q=0", "*;q=0", "br, *;q=0"] {
            let refused = coded(.json(text), accepted)
            #expect(refused.status == 406 && refused.header("Vary") == "Accept-Encoding", "\(accepted)")
        }
        #expect(coded(.problem(404), "*;q=0").status == 404, "an error is told all the same")
    }

    @Test func eachCodingHasAStrongTagOfItsOwn() throws {
        let tagged = Response.json(text).with("ETag", "\"a\"")
        #expect(coded(tagged, nil).header("ETag") == "\"a\"")
        #expect(coded(tagged, "gzip").header("ETag") == "\"a-gzip\"")
        #expect(coded(tagged, "zstd").header("ETag") == "\"a-zstd\"")
        #expect(coded(Response.json(text).with("ETag", "W/\"a\""), "gzip").header("ETag") == "W/\"a\"")
        // Short ones too: what a 304 compares with is decided before the body is made.
        let few = coded(Response.json(Array("{}".utf8)).with("ETag", "\"a\""), "gzip")
        #expect(few.header("ETag") == "\"a-gzip\"" && few.header("Content-Encoding") == "gzip")
    }

    @Test func conditionsAreOfTheCodingThatWouldBeSent() throws {
        func read(_ accepted: String, _ condition: (String, String)) throws -> Response {
            let request = try Request("GET", "/", headers: [("Accept-Encoding", accepted), condition])
            return coded(Response.read(request, [EntityTag("a")], isCoded: true) { .json(text) }, accepted)
        }
        let known = try read("gzip", ("If-None-Match", "\"a-gzip\""))
        #expect(known.status == 304 && known.header("ETag") == "\"a-gzip\"")
        #expect(known.header("Vary") == "Accept-Encoding" && known.header("Content-Encoding") == nil)
        // A cache that has another coding must not be told that it may give that one.
        #expect(try read("gzip", ("If-None-Match", "\"a\"")).status == 200)
        #expect(try read("identity", ("If-None-Match", "\"a-gzip\"")).status == 200)
        #expect(try read("identity", ("If-None-Match", "\"a\"")).status == 304)
        for tag in ["\"a\"", "\"a-gzip\"", "\"a-zstd\"", "*"] {
            #expect(try read("gzip", ("If-Match", tag)).status == 200, "\(tag)")
        }
        #expect(try read("gzip", ("If-Match", "\"b\"")).status == 412)
    }

    @Test func whatDependsOnWhoAsksIsNotCompressed() {
        for control in ["private, no-cache", "no-store"] {
            let answer = coded(Response.json(text).with("Cache-Control", control), "gzip, zstd")
            #expect(answer.body.array == text && answer.header("Content-Encoding") == nil, "\(control)")
        }
        var fixed = Response.json(text).with("ETag", "\"3\"")
        fixed.keepsCoding = true
        #expect(coded(fixed, "gzip").header("ETag") == "\"3\"")
        let table = Response(
            status: 200, headers: [ResponseField("Content-Type", "application/vnd.apache.parquet")],
            body: .bytes(text))
        #expect(coded(table, "gzip").header("Content-Encoding") == nil)
        #expect(coded(Response.json(text, status: 201), "gzip").header("Content-Encoding") == nil)
    }

    @Test func aSharedBodyIsCompressedOnce() throws {
        let body = CodedBytes(SharedBytes(text))
        #expect(body.known(.gzip) == nil)
        let first = coded(.json(body), "gzip")
        let second = coded(.json(body), "gzip")
        func address(_ response: Response) -> UnsafeRawPointer? {
            if case .shared(let bytes) = response.body { return bytes.withUnsafeBytes { $0.baseAddress } }
            return nil
        }
        #expect(address(first) != nil && address(first) == address(second))
        #expect(try unzipped(second) == text && body.known(.gzip) != nil && body.known(.zstd) == nil)
    }

    @Test func anEventLoopLeavesLargeBodiesToAThread() throws {
        let large = [UInt8](repeating: 0x20, count: Response.quicklyCoded + 1)
        let body = CodedBytes(SharedBytes(large))
        let gzip = AcceptEncoding("gzip")
        #expect(Response.json(body).coded(for: gzip, isQuick: true).header("Content-Encoding") == nil)
        #expect(Response.json(large).coded(for: gzip, isQuick: true).body.count == large.count)
        #expect(Response.json(body).coded(for: gzip).header("Content-Encoding") == "gzip")
        #expect(Response.json(body).coded(for: gzip, isQuick: true).header("Content-Encoding") == "gzip", "made now")
    }

    @Test func partsAreOneStream() throws {
        let source = BodyParts(first: .more(text)) { responder in
            responder.part(.last(Array("end".utf8)))
            return true
        }
        let response = Response(
            status: 200, headers: [ResponseField("Content-Type", "text/csv; charset=utf-8")], body: .parts(source))
        guard case .parts(let parts) = coded(response, "gzip").body, case .more(let first) = parts.first else {
            Issue.record("no parts")
            return
        }
        let mailbox = Mailbox<LoopMessage>()
        #expect(parts.ask(Responder(mailbox: mailbox, connection: 1, request: 1)))
        var rest: [UInt8] = []
        for message in mailbox.takeAll() {
            if case .part(_, _, .last(let bytes)) = message { rest = bytes }
        }
        #expect(try GzipText.unpacked(first + rest, limit: 1 << 20) == text + Array("end".utf8))
    }
}
