// No line is wider than 120 columns, but for what has no place to break: in Markdown a row of a table, a line of a
// fenced or indented block and a link, in Swift a string literal that has its line to itself.

enum WidthRule {
    static let columns = 120

    static func faults(in file: TreeFile) -> [Fault] {
        let isMarkdown = file.path.hasSuffix(".md")
        var isFenced = false
        var faults: [Fault] = []
        for (index, line) in file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if isMarkdown {
                if line.hasPrefix("```") || line.drop(while: { $0 == " " }).hasPrefix("```") { isFenced.toggle() }
                if isFenced || line.hasPrefix("|") || line.hasPrefix("    ") || isOneLink(line) { continue }
            }
            // A character has at least one byte: most lines need no counting.
            guard line.utf8.count > columns, line.count > columns else { continue }
            if file.isSwift, isOneLiteral(line) { continue }
            faults.append(
                Fault(path: file.path, line: index + 1, reason: "\(line.count) columns, more than \(columns)"))
        }
        return faults
    }

    private static func isOneLiteral(_ line: Substring) -> Bool {
        let text = line.drop { " =+".contains($0) }
        return (text.hasPrefix("\"") || text.hasPrefix("#\"")) && text.last.map { "\"#,)".contains($0) } == true
    }

    private static func isOneLink(_ line: Substring) -> Bool {
        guard let open = line.firstIndex(of: "["), let close = line.lastIndex(of: ")") else { return false }
        return line[..<open].count <= 2 && line[close...].count <= 2
    }
}
