// The JSON writer, read back by Foundation.
import Foundation
import JSONText
import TestSupport
import Testing

@Suite struct JSONWriterTests {
    @Test func `Commas`() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("a", 1)
        writer.key("b")
        writer.beginArray()
        writer.integer(-2)
        writer.null()
        writer.beginObject()
        writer.endObject()
        writer.beginArray()
        writer.endArray()
        writer.boolean(true)
        writer.endArray()
        writer.member("c", "d\"\\\n\u{1}é")
        writer.key("e")
        writer.raw(#"{"f":1.5}"#)
        writer.member("g", 0.5)
        writer.endObject()
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"a":1,"b":[-2,null,{},[],true],"c":"d\"\\\n\u0001é","e":{"f":1.5},"g":0.5}"#)
    }

    @Test func `Every control character and plane is read back`() throws {
        var text = ""
        for value in UInt32(0)...0x2ff { if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) } }
        text += "\u{2028}\u{ffff}🪐"
        var writer = JSONWriter()
        writer.beginArray()
        writer.string(text)
        writer.endArray()
        let read = try JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String]
        #expect(read?.first == text)
    }

    @Test func `What is hidden is escaped, and nothing else`() {
        var bytes: [UInt8] = []
        JSONString.append("\u{7f}\u{85}°é\u{61c}ط–\u{200b}\u{200d}\u{202e}\u{2069}\u{feff}\u{ffff}ﷲ🪐", to: &bytes)
        let escaped = #""\u007f\u0085°é\u061cط–\u200b\#u{200d}\u202e\u2069\ufeff\uffffﷲ🪐""#
        #expect(String(decoding: bytes, as: UTF8.self) == escaped)
        // Cut in the middle of a character.
        bytes = []
        for cut: [UInt8] in [[0xc2], [0xe2, 0x80], [0xef], [0xd8]] {
            cut.withUnsafeBytes { JSONString.append($0, to: &bytes) }
        }
        #expect(bytes.count == 5 + 8, "as they are, and the quotes")
        bytes = []
        let json = Array(#"{"a":["\#u{202e}b°\#u{9b}",1.5,"\n"]}"#.utf8)
        json.withUnsafeBytes { JSONString.append(json: $0, to: &bytes) }
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"a":["\u202eb°\u009b",1.5,"\n"]}"#)
    }

    @Test(arguments: [
        (0.0, "0"), (-0.0, "-0"), (1, "1"), (-12, "-12"), (100_000, "100000"), (1e14, "100000000000000"), (0.1, "0.1"),
        (1e-5, "1e-05"), (1e22, "1e+22"), (.leastNonzeroMagnitude, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (123456.789, "123456.789"),
    ]) func `Doubles`(value: Double, text: String) {
        var bytes: [UInt8] = []
        JSONNumber.append(value, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }

    @Test func `Random doubles are read back bit for bit, in no more digits than Swift's`() throws {
        var reader = JSONReader()
        var random = SplitMix(seed: 17)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            var bytes = Array(#"{"a":"#.utf8)
            JSONNumber.append(value, to: &bytes)
            let digits = String(decoding: bytes[5...], as: UTF8.self)
            bytes.append(UInt8(ascii: "}"))
            let read = try bytes.withUnsafeBytes { try reader.readObject($0).first?.number }
            #expect(read?.bitPattern == value.bitPattern)
            #expect(Double(digits)?.bitPattern == value.bitPattern)
            #expect(digits.utf8.count <= "\(value)".utf8.count)
            #expect(
                digits.utf8.withContiguousStorageIfAvailable { JSONNumber.parse(UnsafeRawBufferPointer($0)) }
                    == .number(value))
        }
    }

    /// Measured values: written as they were given, with zeros at the end left out.
    @Test func `Decimals of few digits`() {
        var random = SplitMix(seed: 23)
        for _ in 0..<50_000 {
            let places = 1 + random.below(11)
            let whole = random.below([1, 10, 1000, 9_999_999, 20_000_000][random.below(5)])
            var fraction = String(repeating: "0", count: random.below(places))
            while fraction.utf8.count < places { fraction += "\(random.below(10))" }
            while fraction.last == "0" { fraction.removeLast() }
            let text = fraction.isEmpty ? "\(whole)" : "\(random.below(2) == 0 ? "" : "-")\(whole).\(fraction)"
            guard let value = Double(text), abs(value) >= 0.001 || value == 0 else { continue }
            // Beyond 15 digits a shorter decimal may mean the same double.
            guard text.utf8.count(where: { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ".") }) <= 15 else { continue }
            for value in [value, value.nextUp, value.nextDown] {
                var bytes: [UInt8] = []
                JSONNumber.append(value, to: &bytes)
                let written = String(decoding: bytes, as: UTF8.self)
                #expect(Double(written) == value)
                #expect(written.utf8.count <= "\(value)".utf8.count)
            }
            var bytes: [UInt8] = []
            JSONNumber.append(value, to: &bytes)
            #expect(String(decoding: bytes, as: UTF8.self) == text)
        }
    }

    /// Short ones are put together elsewhere than long ones and those with something to escape.
    @Test func `Texts and names of every length`() throws {
        for length in 0...140 {
            for end in ["x", "é", "\"", "\u{202e}", "ÿ"] {
                let text = String(repeating: "a", count: length) + end
                var writer = JSONWriter()
                writer.beginObject()
                writer.member("first", 1)
                writer.member(text, text)
                writer.endObject()
                #expect(!String(decoding: writer.bytes, as: UTF8.self).unicodeScalars.contains("\u{202e}"))
                let read = try JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String: Any]
                #expect(read?.count == 2 && read?[text] as? String == text)
            }
        }
    }

    @Test(arguments: [Int.min, -1, 0, 7, 10, 999, Int.max]) func `Integers`(value: Int) {
        var bytes: [UInt8] = []
        JSONNumber.append(value, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "\(value)")
    }

    @Test(arguments: [
        ("1", JSONNumber.Parsed.number(1)), ("+1.5", .number(1.5)), ("-.5", .number(-0.5)), ("1e3", .number(1000)),
        ("1.", .number(1)), ("1e999", .tooBig), ("", .notANumber), ("nan", .notANumber), ("-inf", .notANumber),
        ("0x10", .notANumber), ("1 ", .notANumber), (" 1", .notANumber), ("1,5", .notANumber), ("+-1", .notANumber),
        ("-", .notANumber), ("--1", .notANumber), ("1.5 kg", .notANumber), ("infinity", .notANumber),
        (".", .notANumber),
    ]) func `Numbers from text`(text: String, parsed: JSONNumber.Parsed) {
        let bytes = Array(text.utf8)
        #expect(bytes.withUnsafeBytes { JSONNumber.parse($0) } == parsed)
    }
}
