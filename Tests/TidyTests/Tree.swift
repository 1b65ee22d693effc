// The repository's text files, as the rules read them: walked once, without what is generated, fetched or private.

import Foundation

/// One text file of the repository.
struct TreeFile {
    /// From the root, with "/".
    let path: String
    let text: String
    /// The text as code, comments and string literals. Markdown and unknown kinds are one comment.
    let lexed: Lexed

    init(path: String, text: String) {
        self.path = path
        self.text = text
        lexed = Lexed(text, Language(path: path))
    }

    var name: String { String(path.split(separator: "/").last ?? "") }
    var isSwift: Bool { path.hasSuffix(".swift") }
    var isSource: Bool { path.hasPrefix("Sources/") }
    var isTest: Bool { path.hasPrefix("Tests/") }
    /// The target of a file in Sources/TARGET/ or Tests/TARGET/.
    var target: String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && (parts[0] == "Sources" || parts[0] == "Tests") ? String(parts[1]) : nil
    }
}

/// What a rule found, as "path:line: reason".
struct Fault: CustomStringConvertible, Equatable {
    let path: String
    let line: Int
    let reason: String

    var description: String { "\(path):\(line): \(reason)" }
}

struct Tree {
    let files: [TreeFile]
    /// Every file there is, text or not, for the rules on names.
    let paths: Set<String>

    init(_ files: [TreeFile], others: [String] = []) {
        self.files = files
        paths = Set(files.map(\.path)).union(others)
    }

    /// A tree made up for a rule's own test.
    init(_ texts: KeyValuePairs<String, String>) {
        self.init(texts.map { TreeFile(path: $0.key, text: $0.value) })
    }

    /// Fetched, built or written by a run; hidden folders and files are left out too (but `.ci`).
    private static let left: Set<String> = ["vendor", "node_modules", "__pycache__", "data", "reports"]

    /// The repository that this file is in.
    static let repository: Tree = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        var files: [TreeFile] = []
        var others: [String] = []
        var folders = [""]
        while let folder = folders.popLast() {
            let url = root.appendingPathComponent(folder)
            let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
            for name in names.sorted() where !left.contains(name) && (!name.hasPrefix(".") || name == ".ci") {
                let path = folder.isEmpty ? name : "\(folder)/\(name)"
                var isFolder: ObjCBool = false
                guard
                    FileManager.default.fileExists(
                        atPath: root.appendingPathComponent(path).path, isDirectory: &isFolder)
                else { continue }
                if isFolder.boolValue {
                    folders.append(path)
                } else if Language(path: path) != .other,
                    let text = try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
                {
                    files.append(TreeFile(path: path, text: text))
                } else {
                    others.append(path)
                }
            }
        }
        return Tree(files.sorted { $0.path < $1.path }, others: others)
    }()
}
