import Testing

@testable import Basics

@Suite struct HiddenCharactersTests {
    @Test func whatIsSeenStaysAsItIs() {
        let seen = "Kepler-22 b, α Cen Bb, Étoile à 51 Pégase\u{0301}, کتاب\u{200C}ها, 👩\u{200D}🚀, ٣"
        #expect(seen.showingHidden() == seen)
    }

    @Test(arguments: [
        ("\u{1b}[2Jx", "\\u{1b}[2Jx"), ("a\u{202e}b", "a\\u{202e}b"), ("a\u{200b}b", "a\\u{200b}b"),
        ("a\u{85}b\u{9b}", "a\\u{85}b\\u{9b}"), ("\u{2028}", "\\u{2028}"), ("\u{ffff}", "\\u{ffff}"),
        ("a\tb\nc\r", "a\tb\nc\\u{d}"), ("e\u{e0041}", "e\\u{e0041}"), ("\u{7f}", "\\u{7f}"),
    ]) func whatIsHiddenIsWrittenOut(_ text: String, _ shown: String) {
        #expect(text.showingHidden(but: ["\t", "\n"]) == shown)
    }

    @Test func codePointsAreWrittenAsUnicodeDoes() {
        #expect(Unicode.Scalar(7).codePoint == "U+0007" && ("\u{1F600}" as Unicode.Scalar).codePoint == "U+1F600")
    }
}
