import Testing

@testable import PlanetWeb

@Suite struct ClassWordsTests {
    @Test func aCodeIsReadAsItIsTyped() throws {
        for _ in 0..<200 {
            let code = ClassCode.drawn()
            #expect(code.utf8.count == ClassCode.length)
            #expect(ClassCode.parse(code.lowercased()) == code)
            #expect(ClassCode.parse(" \(code.prefix(3))-\(code.dropFirst(3)) ") == code)
        }
        #expect(Set((0..<100).map { _ in ClassCode.drawn() }).count > 95)
    }

    /// Those that look alike are no letters of a code; nor are vowels.
    @Test(arguments: ["", "K7MQ2", "K7MQ2FF", "K7MQ20", "K7MQ2O", "K7MQ21", "K7MQ2I", "K7MQ2L", "K7MQ2A", "K7MQ2é"])
    func whatIsNoCode(_ text: String) { #expect(ClassCode.parse(text) == nil) }

    @Test func aCodeOfAnyLength() { #expect(ClassCode.parse(String(repeating: " ", count: 100_000)) == nil) }

    @Test(arguments: [
        ("Mia", "Mia"), ("  Mia   K. ", "Mia K."), ("Élodie", "Élodie"), ("Ελένη", "Ελένη"), ("李雷", "李雷"),
        ("محمد", "محمد"), ("अदिति", "अदिति"), ("👩‍🚀 team", "👩‍🚀 team"), ("a\u{00A0}b", "a b"), ("5", "5"),
        (String(repeating: "x", count: 40), String(repeating: "x", count: 40)),
    ])
    func names(_ given: String, _ stored: String) { #expect(DisplayName.parse(given) == stored) }

    @Test(arguments: [
        "", "   ", "a\nb", "a\tb", "a\u{0}b", "a\u{202E}b", "a\u{2066}b", "a\u{FEFF}b", "a\u{FFFD}", "\u{200D}a",
        "\u{E000}", "\u{0301}", "a\u{2028}b", "a" + String(repeating: "\u{0301}", count: 5),
        String(repeating: "x", count: 41),
    ])
    func whatIsNoName(_ text: String) { #expect(DisplayName.parse(text) == nil) }

    @Test func aNameInAField() {
        #expect(DisplayName.parse(field: "%C3%89lodie%20B.") == "Élodie B.")
        #expect(DisplayName.parse(field: "Élodie") == "Élodie")
        #expect(DisplayName.parse(field: "%C3") == nil)
        #expect(DisplayName.parse(field: "100%") == nil)
        #expect(DisplayName.parse(field: "%0a") == nil)
    }
}
