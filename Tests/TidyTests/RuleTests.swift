// Each rule on texts that break it, and on texts that look like it and don't.

import Testing

@Suite struct RuleTests {
    private static let wide = String(repeating: "x ", count: 61)

    // Width

    @Test(arguments: ["a.swift", "a.py", "Makefile", "a.css", "a.md", "Scripts/run"])
    func aWideLineIsFound(path: String) {
        let file = TreeFile(path: path, text: "short\n\(RuleTests.wide)\n")
        #expect(WidthRule.faults(in: file) == [Fault(path: path, line: 2, reason: "122 columns, more than 120")])
    }

    @Test(arguments: ["| \(wide)|", "```\n\(wide)\n```", "    \(wide)", "[a](\(wide))"])
    func whatMarkdownCannotBreakMayBeWide(text: String) {
        #expect(WidthRule.faults(in: TreeFile(path: "a.md", text: text)).isEmpty)
    }

    @Test func aLiteralThatHasItsLineMayBeWide() {
        let file = TreeFile(path: "a.swift", text: "    == \"\(RuleTests.wide)\",\n    let a = \"\(RuleTests.wide)\"\n")
        #expect(WidthRule.faults(in: file).map(\.line) == [2])
    }

    @Test func columnsAreCharacters() {
        let file = TreeFile(path: "a.swift", text: String(repeating: "é", count: 120))
        #expect(WidthRule.faults(in: file).isEmpty)
    }

    // Names

    @Test func twoTypesOrFilesOfOneNameAreFound() {
        let tree = Tree([
            "Sources/A/Reply.swift": "struct Reply {}\n", "Sources/B/Other.swift": "\nfinal class Reply {}\n",
            "Sources/B/Reply.swift": "enum More { struct Reply {} }\n",
            "Sources/B/Alias.swift": "typealias Reply = A.Reply\n",
        ])
        #expect(
            TypeNameRule.faults(in: tree).map(\.description) == [
                "Sources/B/Other.swift:2: the type Reply is in Sources/A/Reply.swift too",
                "Sources/B/Reply.swift:1: Sources/A/Reply.swift has this name too",
            ])
    }

    // Determinism

    @Test(arguments: [
        "usleep(1)", "sleep(1)", "Thread.sleep(forTimeInterval: 1)", "try await Task.sleep(for: .seconds(1))",
        "Int.random(in: 0..<2)", "values.shuffled()", "values.randomElement()!",
        "var x = SystemRandomNumberGenerator()",
    ])
    func sleepingAndUnseededDrawsAreFound(line: String) {
        let file = TreeFile(path: "Tests/A/B.swift", text: "// usleep\nfunc a() {\n    \(line)\n}\n")
        #expect(DeterminismRule.faults(in: file).map(\.line) == [3])
    }

    @Test(arguments: [
        "Int.random(in: 0..<2, using: &random)", "values.shuffled(using: &random)", "let usleep = \"usleep(1)\"",
        "random()",
    ])
    func seededDrawsAreLeftAlone(line: String) {
        #expect(DeterminismRule.faults(in: TreeFile(path: "Tests/A/B.swift", text: line)).isEmpty)
    }

    // Dead code

    @Test(arguments: [
        "func unused() {}", "struct unused {}", "var unused: Int { 1 }", "protocol A { func unused() }",
        "enum A { case unused, used }\nlet a = A.used", "static func unused() {}\nfunc unused(_ x: Int) {}",
        "typealias unused = Int",
    ])
    func whatNothingUsesIsFound(text: String) {
        let tree = Tree(["Sources/A/A.swift": "// unused\n\(text)\n", "Tests/A/B.swift": "unused()"])
        #expect(DeadCodeRule.faults(in: tree).contains { $0.reason == "nothing in Sources uses `unused`" })
    }

    @Test(arguments: [
        "func a() { a() }", "enum a: String { case x }\nlet x = a.self", "var description: String { \"\" }",
        "class a { override func b() {} }\nlet c = a(c)", "func a() -> String { \"\\(a())\" }",
        "private let a = 1\nlet b = [a: b]",
    ])
    func whatIsUsedIsLeftAlone(text: String) {
        let faults = DeadCodeRule.faults(in: Tree(["Sources/A/A.swift": text]))
        #expect(faults.isEmpty, "\(faults)")
    }

    // Imports

    private static let package = """
        let row1: [Target] =
            swift("Base", [])
            + swift("Other", [])
            + swift("Top", ["Base"])
        """

    @Test func anImportThatNothingNeedsIsFound() {
        let base = "package struct Thing { package var size: Int }\nstruct Hidden {}\n"
        func faults(_ text: String) -> [String] {
            let tree = Tree([
                "Package.swift": RuleTests.package, "Sources/Base/Thing.swift": base, "Sources/Top/Top.swift": text,
            ])
            return ImportRule.faults(in: tree).map(\.description)
        }
        #expect(faults("import Base\nlet a: Thing\n").isEmpty)
        #expect(faults("import Base\nlet a = b.size\n").isEmpty)
        let unused = "Sources/Top/Top.swift:2: imports Base and uses nothing of it"
        #expect(faults("// Thing\nimport Base\nlet a = \"Thing\"\n") == [unused])
        #expect(faults("//\nimport Base\nlet a: Hidden\n") == [unused])
        #expect(faults("//\nimport Base\nstruct Thing { var size: Int }\nlet a: Thing\n") == [unused])
    }

    @Test func dependenciesAreThoseThatAreImported() {
        func faults(_ text: String) -> [String] {
            let base = "package struct Thing {}\n"
            let tree = Tree([
                "Package.swift": RuleTests.package, "Sources/Base/Thing.swift": base, "Sources/Other/Other.swift": base,
                "Sources/Top/Top.swift": text,
            ])
            return ImportRule.faults(in: tree).map(\.description)
        }
        #expect(faults("let a = 1\n") == ["Package.swift:4: Top depends on Base and does not import it"])
        #expect(
            faults("import Base\nimport Other\nlet a: Thing\n") == [
                "Package.swift:4: Top imports Other and does not depend on it"
            ])
    }

    // References

    private func references(_ path: String, _ text: String) -> [String] {
        ReferenceRule.faults(
            in: Tree([
                "docs/GUIDE.md": "# Guide\n\n## The first `part`\n",
                "Sources/A/Known.swift": "struct Known { var size: Int }",
                "Public/js/page.js": "x", path: text,
            ])
        ).map(\.reason)
    }

    @Test(arguments: [
        ("// In Gone.swift.", "there is no file Gone.swift"),
        ("/// Not here (B/Known.swift).", "there is no file B/Known.swift"),
        ("// docs/GONE.md has it", "there is no file docs/GONE.md"),
        ("// See docs/GUIDE.md, \"The last part\".", "docs/GUIDE.md has no heading \"The last part\""),
        ("// The `Unknown` is gone.", "nothing is called `Unknown`"),
        ("// `Known.weight` is gone.", "nothing is called `weight`"),
        ("// As GonePublisher does it.", "nothing is called `GonePublisher`"),
    ])
    func aCommentThatNamesWhatIsNotThereIsFound(text: String, reason: String) {
        #expect(references("Sources/A/File.swift", "\(text)\n") == [reason])
    }

    @Test(arguments: [
        "// Known.swift, A/Known.swift, js/page.js and Sources/A/Known.swift",
        "// See docs/GUIDE.md, \"The first part\".",
        "// See docs/GUIDE.md,\n// \"The first\n// part\".", "// `Known.size`, `Known`, Known(s)",
        "let a = \"Gone.swift\"", "// The files *.swift and PATH/x.swift.gz",
    ])
    func aCommentThatNamesWhatIsThereIsLeftAlone(text: String) {
        #expect(references("Sources/A/File.swift", "\(text)\n").isEmpty)
    }

    @Test(arguments: [
        ("docs/A.md", "[a](GONE.md)", "the link leads to no file: GONE.md"),
        ("docs/A.md", "[a](GUIDE.md#last)", "the link leads to no heading: GUIDE.md#last"),
        ("README.md", "[a](docs/GONE.md)", "the link leads to no file: docs/GONE.md"),
        ("README.md", "It is in `Unknown`.", "nothing is called `Unknown`"),
        ("spark/a.py", "\"\"\"As gone.py says.\"\"\"\n", "there is no file gone.py"),
        ("Public/js/a.js", "/* In gone.js. */\n", "there is no file gone.js"),
    ])
    func aDeadLinkIsFound(path: String, text: String, reason: String) {
        #expect(references(path, text).contains(reason))
    }

    @Test(arguments: [
        "[a](GUIDE.md#the-first-part)", "[a](../docs/GUIDE.md)", "[a](../Sources)", "`unknown`", "https://a.b/c.js",
    ])
    func aLiveLinkIsLeftAlone(text: String) {
        #expect(references("docs/A.md", text).isEmpty)
    }
}
