// What a comment or a document names is there: a file, a type, function or property in back-quotes, a heading (the
// document, then its words in quotes), and what a Markdown link leads to. Most comments that go wrong say where
// something else is.

import Foundation

struct ReferenceRule {
    /// Files of other projects and services that our prose names.
    static let otherFiles: Set<String> = [
        "Chart.js", "libjs-chart.js",
        // parquet-format's
        "Compression.md", "Encodings.md", "LogicalTypes.md",
        // Thrift's
        "thrift-binary-protocol.md", "thrift-compact-protocol.md", "thrift-rpc.md",
        // librdkafka's
        "CONFIGURATION.md",
    ]
    /// Words of other projects that our prose has in back-quotes.
    static let otherNames: Set<String> = [
        // parquet.thrift's
        "ColumnMetaData", "ColumnOrder", "ConvertedType", "FileMetaData", "PageEncodingStats",
        // Hive's metastore and manual
        "FieldSchema", "LanguageManual", "NoSuchObjectException", "StorageDescriptor",
        // Kafka's and HDFS's
        "DataNode", "ListOffsets", "MurmurHash2", "NameNode", "WebSocket",
    ]

    private let tree: Tree
    private let names: Set<String>
    private let headings: [String: Set<String>]
    private let anchors: [String: Set<String>]
    /// Every word of code and of string literals, anywhere.
    private let words: Set<String>

    init(_ tree: Tree) {
        self.tree = tree
        names = Set(tree.paths.flatMap(ReferenceRule.tails))
        var headings: [String: Set<String>] = [:]
        var anchors: [String: Set<String>] = [:]
        var words: Set<String> = []
        for file in tree.files {
            if file.path.hasSuffix(".md") {
                let found = ReferenceRule.headings(file.text)
                headings[file.path] = Set(found.map { $0.filter { $0 != "`" }.lowercased() })
                anchors[file.path] = Set(found.map(ReferenceRule.anchor))
            }
            for token in file.lexed.code where token.isName { words.insert(token.text) }
            for string in file.lexed.strings { words.formUnion(ReferenceRule.words(string.text)) }
            // A type or a file may be called after what it holds.
            words.insert(String(file.name.prefix { $0 != "." }))
        }
        self.headings = headings
        self.anchors = anchors
        self.words = words
    }

    static func faults(in tree: Tree) -> [Fault] {
        let rule = ReferenceRule(tree)
        return tree.files.flatMap(rule.faults(in:))
    }

    func faults(in file: TreeFile) -> [Fault] {
        let isMarkdown = file.path.hasSuffix(".md")
        var faults: [Fault] = []
        for prose in file.lexed.comments {
            let text = isMarkdown ? ReferenceRule.withoutFences(prose.text) : prose.text
            let whole = NSRange(text.startIndex..., in: text)
            func check(_ pattern: NSRegularExpression, _ objection: ([String]) -> String?) {
                for match in pattern.matches(in: text, range: whole) {
                    let groups = (0..<match.numberOfRanges).map { group in
                        Range(match.range(at: group), in: text).map { String(text[$0]) } ?? ""
                    }
                    guard let reason = objection(groups), let range = Range(match.range, in: text) else { continue }
                    let line = prose.line + text[..<range.lowerBound].utf8.count { $0 == 0x0A }
                    faults.append(Fault(path: file.path, line: line, reason: reason))
                }
            }
            check(ReferenceRule.files) { missingFile($0[1], from: file) }
            check(ReferenceRule.quotedHeadings) { missingHeading($0[2], of: $0[1], from: file) }
            if isMarkdown {
                check(ReferenceRule.links) { deadLink($0[1], from: file) }
            }
            if file.isSwift, file.isSource || file.isTest {
                check(ReferenceRule.quotedNames) { missingName($0[1]) }
                check(ReferenceRule.humps) { missingName($0[0]) }
            } else if isMarkdown {
                check(ReferenceRule.quotedTypes) { missingName($0[1]) }
            }
        }
        return faults
    }

    // Files

    private static let files = pattern(
        #"(?<![\w*./:<{@+-])((?:[\w.+-]+/)*[\w.+-]*\w\.(?:swift|js|mjs|py|md|css|html))\b(?![/*(]|\.\w)"#)

    private func missingFile(_ path: String, from file: TreeFile) -> String? {
        let folder = file.path.split(separator: "/").dropLast().joined(separator: "/")
        let isPlaceholder = (path.split(separator: "/").last ?? "").lowercased().hasPrefix("name")
        let isThere =
            isPlaceholder || names.contains(path) || ReferenceRule.otherFiles.contains(path)
            || tree.paths.contains(ReferenceRule.joined(folder, path))
        return isThere ? nil : "there is no file \(path)"
    }

    /// The path, and what is left of it without its first folder, its first two and so on.
    private static func tails(_ path: String) -> [String] {
        let parts = path.split(separator: "/")
        return parts.indices.map { parts[$0...].joined(separator: "/") }
    }

    /// `path` as seen from `folder`, without "." and "..".
    private static func joined(_ folder: String, _ path: String) -> String {
        var parts = folder.split(separator: "/")
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return parts.joined(separator: "/")
    }

    // Headings and links

    private static let quotedHeadings = pattern(#"([\w./-]+\.md),\s+"([^"]+)""#)
    private static let links = pattern(#"\]\(([^)\s]+)\)"#)

    private func missingHeading(_ heading: String, of document: String, from file: TreeFile) -> String? {
        guard let path = tree.paths.first(where: { $0 == document || $0.hasSuffix("/\(document)") }) else { return nil }
        let words = heading.split { $0 == " " || $0 == "\n" }.joined(separator: " ").filter { $0 != "`" }.lowercased()
        // A heading may say more: in brackets, or after a colon.
        let isThere = headings[path, default: []].contains {
            $0 == words || $0.hasPrefix("\(words) (") || $0.hasPrefix("\(words):")
        }
        return isThere ? nil : "\(path) has no heading \"\(heading)\""
    }

    private func deadLink(_ link: String, from file: TreeFile) -> String? {
        guard !link.contains("://"), !link.hasPrefix("mailto:") else { return nil }
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let folder = file.path.split(separator: "/").dropLast().joined(separator: "/")
        let path = parts[0].isEmpty ? file.path : ReferenceRule.joined(folder, String(parts[0]))
        let isFolder = tree.paths.contains { $0.hasPrefix(path + "/") }
        guard tree.paths.contains(path) || isFolder else { return "the link leads to no file: \(link)" }
        guard parts.count == 2 else { return nil }
        return anchors[path]?.contains(String(parts[1])) == true ? nil : "the link leads to no heading: \(link)"
    }

    private static func headings(_ text: String) -> [String] {
        withoutFences(text).split(separator: "\n").compactMap { line in
            let marks = line.prefix { $0 == "#" }.count
            guard (1...6).contains(marks), line.dropFirst(marks).first == " " else { return nil }
            return String(line.dropFirst(marks + 1))
        }
    }

    /// As forges make it: small letters, digits and hyphens.
    private static func anchor(_ heading: String) -> String {
        String(
            heading.lowercased().compactMap {
                $0 == " " ? "-" : $0.isLetter || $0.isNumber || "-_".contains($0) ? $0 : nil
            })
    }

    /// The text with the lines of fenced blocks empty, so that lines keep their numbers.
    private static func withoutFences(_ text: String) -> String {
        var isFenced = false
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> Substring in
            let isFence = line.drop(while: { $0 == " " }).hasPrefix("```")
            defer { if isFence { isFenced.toggle() } }
            return isFence || isFenced ? "" : line
        }
        return lines.joined(separator: "\n")
    }

    // Names

    /// `Type`, `Type.member`, `name(label:)`: what could be Swift.
    private static let quotedNames = pattern(#"(?<!`)`([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?:\([\w:]*\))?)`(?!`)"#)

    /// In a document, words in small letters alone may be anything: a field, a command, a value.
    private static let quotedTypes = pattern(#"(?<!`)`([A-Z]+[a-z]\w*(?:\.[A-Za-z_]\w*)*(?:\([\w:]*\))?)`(?!`)"#)

    /// A type's name needs no back-quotes to be known as one.
    private static let humps = pattern(#"(?<![\w.`"/])(?:[A-Z][a-z0-9]+){2,}(?![\w`./])"#)

    private func missingName(_ quoted: String) -> String? {
        let parts = ReferenceRule.words(quoted)
        let missing = parts.first { part in
            // Types are spoken of in the plural, too.
            ![part, part.hasSuffix("s") ? String(part.dropLast()) : part].contains {
                words.contains($0) || ReferenceRule.otherNames.contains($0)
            }
        }
        return missing.map { "nothing is called `\($0)`" }
    }

    private static func words(_ text: String) -> [String] {
        text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
    }

    private static func pattern(_ text: String) -> NSRegularExpression {
        try! NSRegularExpression(pattern: text)
    }
}
