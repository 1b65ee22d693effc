// Everything comes back bit for bit, and damaged bytes are an error, never a stop.

import StateBytes
import TestSupport
import Testing

struct StateBytesTests {
    static let reals: [Double] = [
        0, -0.0, 1, -1, 0.1, 1.23, -0.0372, 12.34567, 288.9, 1e-300, .leastNonzeroMagnitude, .pi,
        1.7976931348623157e308, 9e15, 9.1e15,
        123_456_789.25,
        4503599627370497.5, 0.30000000000000004, 187.2779, 1e7 + 1e-7,
    ]

    @Test func everyValueComesBack() throws {
        var writer = StateWriter()
        let integers = [0, 1, -1, 63, 64, -64, -65, .max, .min, 1 << 40]
        for value in integers { writer.integer(value) }
        for value in Self.reals { writer.real(value) }
        writer.text("Kepler-22 b, é, 🪐")
        writer.text("")
        writer.blob([0, 255, 7])
        writer.flag(true)
        writer.word(.max)
        writer.text("again")
        var reader = StateReader(writer.bytes)
        for value in integers { #expect(try reader.integer() == value) }
        for value in Self.reals { #expect(try reader.real().bitPattern == value.bitPattern) }
        #expect(try reader.text() == "Kepler-22 b, é, 🪐")
        #expect(try reader.text() == "")
        #expect(try reader.blob() == [0, 255, 7])
        #expect(try reader.flag())
        #expect(try reader.word() == .max)
        #expect(try reader.text { String(decoding: $0, as: UTF8.self) } == "again")
        #expect(reader.isAtEnd)
        #expect(throws: StateError.damaged) { try reader.byte() }
    }

    @Test func nonsenseIsAnErrorAndNoMore() {
        var random = SplitMix(seed: 16)
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0..<40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            var reader = StateReader(bytes)
            for _ in 0..<8 {
                switch Int.random(in: 0..<7, using: &random) {
                case 0: _ = try? reader.integer()
                case 1: _ = try? reader.count()
                case 2: _ = try? reader.text()
                case 3: _ = try? reader.blob()
                case 4: _ = try? reader.real()
                case 5: _ = try? reader.word()
                default: _ = try? reader.text { $0.count }
                }
            }
        }
    }
}
