// How a command line is taken apart.

import Testing

@testable import planetarium

@Suite struct OptionsTests {
    @Test func valuesFlagsAndArguments() throws {
        var options = Options(["--a", "1", "file", "--b=2=3", "--quiet", "-", "--a", "4"])
        #expect(try options.value("--a") == "1")
        #expect(try options.value("--b") == "2=3")
        #expect(try options.value("--c") == nil)
        #expect(options.flag("--quiet") && !options.flag("--quiet"))
        #expect(try options.value("--a") == "4")
        #expect(try options.positional("FILE") == "file" && options.positional("FILE") == "-")
        try options.finish()
    }

    @Test func whatIsWrongIsNamed() throws {
        var options = Options(["--a"])
        #expect(throws: UsageError.self) { try options.value("--a") }
        var number = Options(["--n", "7"])
        let range = try #require(throws: UsageError.self) { try number.number("--n", 1...5, fallback: 2) }
        #expect(range.text == "--n 7 is not a whole number from 1 to 5")
        #expect(try number.number("--n", 1...5, fallback: 2) == 2)
        var missing = Options(["--wordy"])
        _ = try missing.value("--words")
        let error = try #require(throws: UsageError.self) { try missing.positional("FILE") }
        #expect(error.text == "missing: FILE; unknown argument: --wordy; did you mean --words?")
        let left = try #require(throws: UsageError.self) { try missing.finish() }
        #expect(left.text == "unknown argument: --wordy; did you mean --words?")
    }

    @Test func addresses() {
        #expect(ListenAddress("[::1]:80")?.url == "http://[::1]:80")
        #expect(ListenAddress("localhost:0") == ListenAddress(host: "localhost", port: 0))
        for wrong in ["", ":80", "host", "host:", "host:x", "[]:80"] { #expect(ListenAddress(wrong) == nil) }
    }

    @Test func partsStopInReverseAndOnce() {
        var order: [Int] = []
        var parts = StartedParts()
        for part in 1...3 { parts.add { order.append(part) } }
        parts.stop()
        parts.stop()
        #expect(order == [3, 2, 1])
    }
}
