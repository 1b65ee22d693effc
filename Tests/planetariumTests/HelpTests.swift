// Names that were mistyped, and help in the width of a terminal.

import Testing

@testable import planetarium

@Suite struct HelpTests {
    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("", "ab", 2), ("listen", "lisetn", 1), ("listen", "listne", 1),
        ("kitten", "sitting", 3), ("ca", "abc", 3), ("same", "same", 0),
    ])
    func distances(_ one: String, _ other: String, _ expected: Int) {
        #expect(Nearest.distance(one, other) == expected)
        #expect(Nearest.distance(other, one) == expected)
    }

    @Test func theNearestIsNamedIfItIsNear() {
        #expect(Nearest.name("improt", in: ["export", "import"]) == "import")
        #expect(Nearest.name("fly", in: ["serve", "import"]) == nil)
        #expect(Nearest.name("x", in: []) == nil)
        #expect(Nearest.name(String(repeating: "x", count: 1_000_000), in: ["x"]) == nil)
    }

    @Test func anUnknownCommandNamesTheNearest() throws {
        for arguments in [["srve"], ["help", "srve"], ["srve", "--help"]] {
            let error = try #require(throws: UsageError.self) { try Command.run(arguments) }
            #expect(error.text == "unknown command: srve; did you mean serve?")
        }
        let error = try #require(throws: UsageError.self) { try Command.run(["config", "sream"]) }
        #expect(error.text == "no command with settings: sream; did you mean stream?")
    }

    @Test func anUnknownOptionNamesTheNearest() throws {
        let error = try #require(throws: UsageError.self) {
            try Settings.read(arguments: ["--lsten=127.0.0.1:0"], for: .serve)
        }
        #expect(error.text == "unknown argument: --lsten=127.0.0.1:0; did you mean --listen?")
    }

    @Test(
        arguments: [
            (nil, nil, 80), ("72", nil, 72), (nil, 90, 90), ("70", 90, 70), ("1000", nil, 100), ("1", nil, 60),
            ("wide", 90, 90), ("", nil, 80),
        ] as [(String?, Int?, Int)])
    func widths(_ variable: String?, _ terminal: Int?, _ expected: Int) {
        #expect(Width(variable: variable, terminal: terminal).columns == expected)
    }

    @Test func everyCommandKeepsToTheWidthAndHasAnExample() {
        for columns in [60, 80, 100] {
            let help = HelpText(width: Width(variable: "\(columns)", terminal: nil))
            for text in Command.all.map(help.text) + [help.overview] {
                for line in text.split(separator: "\n") where line.count > columns {
                    // Only an example, and a word that cannot be broken.
                    let words = line.split(separator: " ")
                    #expect(words.count == 1 || words.first == "planetarium", "\(columns): \(line)")
                }
            }
        }
        for command in Command.all {
            #expect(command.example.hasPrefix("planetarium \(command.name)"))
            #expect(command.part == nil || command.part?.rawValue == command.name)
        }
    }

    @Test func helpSaysTheSameInEveryWidth() {
        func words(_ columns: Int) -> [Substring] {
            let help = HelpText(width: Width(variable: "\(columns)", terminal: nil))
            return Command.all.flatMap { help.text(of: $0).split { $0 == " " || $0 == "\n" } }
        }
        #expect(words(60) == words(100))
    }

    @Test func aLongNameHasALineOfItsOwnAndBasicsComeFirst() {
        let text = HelpText(width: Width(variable: nil, terminal: nil)).text(of: .serve)
        #expect(
            text.contains(
                """
                Basics:
                  --config FILE         file of settings, NAME = VALUE a line (default none,
                                        PLANETARIUM_CONFIG)
                """), "\(text)")
        #expect(text.contains("\n  --kafka-property NAME=VALUE\n                        a librdkafka property"))
        #expect(text.contains("Basics:") && !text.contains("status-listen"))
    }
}
