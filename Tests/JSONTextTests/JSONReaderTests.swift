// The JSON reader against Foundation's, and against the limits it promises.
import Foundation
import JSONText
import TestSupport
import Testing

@Suite struct JSONReaderTests {
    func kinds(_ text: String) throws -> [(String, JSONKind, Double, String)] {
        var reader = JSONReader()
        var text = text
        return try text.withUTF8 { bytes in
            try reader.readObject(UnsafeRawBufferPointer(bytes)).map { ($0.keyString, $0.kind, $0.number, $0.string) }
        }
    }

    func refusal(_ text: String, limits: JSONLimits = JSONLimits()) -> JSONError? {
        var reader = JSONReader(limits: limits)
        return Array(text.utf8).withUnsafeBytes { bytes in
            do throws(JSONError) { _ = try reader.readObject(bytes) } catch { return error }
            return nil
        }
    }

    @Test func `Every kind of value`() throws {
        let fields = try kinds(
            #" {"a":null , "b":true,"c":false,"d":-1.5e3,"e":"x\n\u00e9\ud83e\ude90","f":{"g":[1,{}]} ,"h":[ ],"i":1e999,"\u006a":9007199254740993} "#
        )
        #expect(fields.map(\.0) == ["a", "b", "c", "d", "e", "f", "h", "i", "j"])
        #expect(
            fields.map(\.1) == [.null, .true, .false, .number, .string, .object, .array, .numberTooBig, .number])
        #expect(fields[3].2 == -1500)
        #expect(fields[4].3 == "x\né🪐")
        #expect(fields[5].3 == #"{"g":[1,{}]}"#)
        #expect(fields[6].3 == "[ ]")
        #expect(fields[7].3 == "1e999")
        #expect(fields[8].2 == 9_007_199_254_740_992)
    }

    @Test(arguments: [
        "", " ", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1}x", "{\"a\":1}{}", "{\"a\":01}", "{\"a\":1.}",
        "{\"a\":.5}", "{\"a\":+1}", "{\"a\":NaN}", "{\"a\":tru}", "{\"a\":truex}", "{\"a\":nul}", "{\"a\":'b'}",
        "{\"a\":\"\\x\"}", "{\"a\":\"\n\"}", "{a:1}", "{\"a\":[1,]}", "{\"a\":[1}", "{\"a\":{\"b\"}}",
        "{\"a\":[\"\\u12\"]}", "{\"a\":{\"b\":1.2.3}}", "{\"a\":1.2.3}", "{\"a\":-}", "{\"a\":1e}", "{\"a\":\"b}",
        "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{\"a\":0x10}",
    ]) func `What is not JSON is refused`(text: String) {
        #expect(refusal(text) != nil)
    }

    @Test func `Reasons`() {
        #expect(refusal("[1]")?.reason == .notAnObject)
        #expect(refusal("7")?.reason == .notAnObject)
        #expect(refusal(#"{"a":1,"b":2,"\u0061":3}"#)?.reason == .duplicateKey)
        #expect(refusal(#"{"a":1,"b":2}"#, limits: JSONLimits(fields: 1))?.reason == .tooMany)
        #expect(refusal(#"{"a":[[[[[1]]]]]}"#, limits: JSONLimits(depth: 4))?.reason == .tooDeep)
        #expect(refusal(#"{"a":[[[1]]]}"#, limits: JSONLimits(depth: 4)) == nil)
        #expect(refusal(#"{"a":1}"#, limits: JSONLimits(bytes: 6))?.reason == .tooLarge)
        #expect(refusal("{\"a\":" + String(repeating: "[", count: 100_000))?.reason != nil)
        var reader = JSONReader()
        let bytes: [UInt8] = Array(#"{"a":""#.utf8) + [0xff] + Array(#""}"#.utf8)
        let isRead = bytes.withUnsafeBytes { text in (try? reader.readObject(text)) != nil }
        #expect(!isRead)
    }

    @Test func `The line of a fault`() {
        let error = refusal("{\"a\":1,\n\"b\":2,\n\"c\":oops}")
        #expect(error?.line == 3)
        #expect((17...24).contains(error?.offset ?? 0))
    }

    @Test func `Every short cut of a text is refused`() {
        let text = #"{"a":[1,{"b":"c\u0041"}],"d":-1.5e-3,"e":true,"f":"gh"}"#
        for length in 0..<text.utf8.count { #expect(refusal(String(text.prefix(length))) != nil) }
        #expect(refusal(text) == nil)
    }

    /// Random damage to a good text: what we take, Foundation takes too, with the same names.
    @Test func `Damaged texts`() throws {
        var random = SplitMix(seed: 18)
        let good = Array(#"{"a":[1,{"b":"c\u0041"}],"d":-1.5e-3,"e":true,"f":"gh","ij":null,"k":{"l":[[],{}]}}"#.utf8)
        var reader = JSONReader()
        for _ in 0..<20_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes.remove(at: at)
                case 1: bytes.insert(Array("{}[]\",:0e-.\\ntu".utf8).randomElement(using: &random) ?? 0, at: at)
                default: bytes[at] = Array("{}[]\",:0e-.\\ntu\u{1}".utf8).randomElement(using: &random) ?? 0
                }
            }
            let names = bytes.withUnsafeBytes { text in try? reader.readObject(text).map(\.keyString) }
            guard let names else { continue }
            let theirs = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
            #expect(Set(theirs?.keys.map { $0 } ?? []) == Set(names), "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test func `Arrays are told apart`() throws {
        var reader = JSONReader()
        let text = Array(#" [ {"a":1} , 7,"x", [1,2] ,{"b":{"c":"]"}}, null ] "#.utf8)
        try text.withUnsafeBytes { bytes in
            let parts = try reader.splitArray(bytes, maxElements: 10).map { String(decoding: bytes[$0], as: UTF8.self) }
            #expect(parts == [#"{"a":1}"#, "7", #""x""#, "[1,2]", #"{"b":{"c":"]"}}"#, "null"])
            #expect((try? reader.splitArray(bytes, maxElements: 5)) == nil)
            #expect(try reader.readArray(bytes).map(\.kind) == [.object, .number, .string, .array, .object, .null])
        }
        for bad in ["[1,2", "[1 2]", "[{]", "[1]]", "[1],", "[,]", "{}", "[\"a]"] {
            let parts = Array(bad.utf8).withUnsafeBytes { bytes in try? reader.splitArray(bytes, maxElements: 10) }
            #expect(parts == nil, "\(bad)")
        }
        let none = try Array("[]".utf8).withUnsafeBytes { bytes in try reader.splitArray(bytes, maxElements: 0) }
        #expect(none.isEmpty)
    }
}
