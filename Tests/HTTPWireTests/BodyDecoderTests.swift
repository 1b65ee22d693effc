import Testing

@testable import HTTPWire

/// The body and how many bytes were used, or the status of the refusal; nil body while unfinished.
private func decode(_ text: String, _ framing: BodyFraming = .chunked, limit: Int = 1000, step: Int) -> String {
    do throws(RequestError) {
        var decoder = try BodyDecoder(framing, limit: limit)
        var body: [UInt8] = []
        let bytes = Array(text.utf8)
        var used = 0
        while used < bytes.count, !decoder.isDone {
            let part = Array(bytes[used..<min(used + step, bytes.count)])
            var result: Result<Int, RequestError> = .success(0)
            part.withUnsafeBytes { part in
                do throws(RequestError) { result = .success(try decoder.decode(part, into: &body)) } catch {
                    result = .failure(error)
                }
            }
            used += try result.get()
        }
        return decoder.isDone ? "\(String(decoding: body, as: UTF8.self)) \(used)" : "unfinished"
    } catch {
        return "\(error.status)"
    }
}

private let rows: [(text: String, result: String)] = [
    ("4\r\nWiki\r\n5\r\npedia\r\n0\r\n\r\nNEXT", "Wikipedia 24"),
    ("0\r\n\r\n", " 5"),
    ("000004\r\nWiki\r\n0\r\n\r\n", "Wiki 19"),
    ("A;x=\"y z\";b\r\n0123456789\r\n0\r\nTrailer: x\r\nOther: y\r\n\r\n", "0123456789 52"),
    ("a \t;x\r\n0123456789\r\n0\r\n\r\n", "0123456789 24"),
    ("4\r\nWiki\r\n", "unfinished"),
    ("4\r\nWik", "unfinished"),
    ("4\nWiki\n0\n\n", "400"),
    ("4\r\nWikipedia\r\n0\r\n\r\n", "400"),
    ("4\r\nWiki\n0\r\n\r\n", "400"),
    ("4\r\nWikiX\n0\r\n\r\n", "400"),
    ("\r\nWiki", "400"),
    (";x\r\n", "400"),
    ("-4\r\nWiki\r\n", "400"),
    ("+4\r\nWiki\r\n", "400"),
    ("0x4\r\nWiki\r\n", "400"),
    ("4 4\r\nWiki\r\n", "400"),
    ("4\t\r\nWiki\r\n", "400"),
    ("4;\r\nWiki\r\n", "400"),
    ("4 \r\nWiki\r\n", "400"),
    ("4;a \r\nWiki\r\n", "400"),
    ("4;a=\r\nWiki\r\n", "400"),
    ("4;=b\r\nWiki\r\n", "400"),
    ("4;bad[=x\r\nWiki\r\n", "400"),
    ("4;a=b c\r\nWiki\r\n", "400"),
    ("4;a=\"b\r\nWiki\r\n", "400"),
    ("4;a=\"b\"c\r\nWiki\r\n", "400"),
    ("4;a;;b\r\nWiki\r\n", "400"),
    ("4;a=b ; c = \"d;\\\"e\" ;f\r\nWiki\r\n0;g\r\n\r\n", "Wiki 37"),
    ("4;a\rb\r\nWiki\r\n", "400"),
    ("4;a\nb\r\nWiki\r\n", "400"),
    ("FFFFFFFFFFFFFFFFF\r\n", "400"),
    ("8000000000000000\r\n", "400"),
    ("3E9\r\n", "413"),
    ("1F4\r\n" + String(repeating: "x", count: 500) + "\r\n1F5\r\n", "413"),
    ("4;" + String(repeating: "x", count: 5000) + "\r\nWiki\r\n0\r\n\r\n", "400"),
    ("0\r\nbad trailer\r\n\r\n", "400"),
    ("0\r\n folded: x\r\n\r\n", "400"),
    ("0\r\nA: b\n\r\n", "400"),
    ("0\r\nA: " + String(repeating: "x", count: 9000), "431"),
]

@Suite struct BodyDecoderTests {
    @Test(arguments: rows) func chunksAreReadStrictlyAtAnyStep(_ row: (text: String, result: String)) {
        for step in [1, 2, 3, 5, 1 << 20] {
            #expect(decode(row.text, step: step) == row.result, "\(row.text.prefix(40).debugDescription) by \(step)")
        }
    }

    @Test func aLengthIsReadToItsEndAndNoFurther() {
        for step in [1, 3, 100] {
            #expect(decode("hello world", .length(5), step: step) == "hello 5")
            #expect(decode("hell", .length(5), step: step) == "unfinished")
        }
        #expect(decode("", .none, step: 1) == " 0")
    }

    @Test func aLengthOverTheLimitIsRefusedBeforeTheBody() {
        #expect(throws: RequestError.self) { try BodyDecoder(.length(1001), limit: 1000) }
        #expect(decode(String(repeating: "x", count: 1000), .length(1000), step: 7).hasSuffix(" 1000"))
    }
}
