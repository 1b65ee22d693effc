// What is imported is used, and what Package.swift declares is imported. A file uses a module when one of the names
// that the module makes public stands in its code and its own target has no such name.

struct ImportRule {
    /// How the names of a C library begin, where its headers are not in this repository.
    static let libraries: [String: [String]] = [
        "COpenSSL": ["SSL", "RAND", "EVP", "SHA", "ERR", "BIO", "OPENSSL", "X509"],
        "CExpat": ["XML_"],
        "CRdKafka": ["rd_", "RD_"],
        "CSQLite": ["sqlite", "SQLITE"],
        "CSnappy": ["snappy", "SNAPPY"],
        "CUnistring": ["u8_", "u16_", "u32_", "uc_", "UNINORM", "unicode"],
        "CZlib": ["Z_", "z_", "inflate", "deflate", "crc32", "gz"],
        "CZstd": ["ZSTD"],
        "Synchronization": ["Mutex", "Atomic", "ordering"],
    ]
    /// For whole rows of files, and with more names than a list could hold.
    private static let unchecked: Set<String> = ["Swift", "Glibc", "Foundation", "FoundationEssentials", "Testing"]

    /// The public names of each module in Sources.
    private let published: [String: Set<String>]
    /// Every name declared in each target.
    private let declared: [String: Set<String>]

    init(_ tree: Tree) {
        var published: [String: Set<String>] = [:]
        var declared: [String: Set<String>] = [:]
        for file in tree.files {
            guard let target = file.target else { continue }
            if file.isSwift {
                for declaration in Declarations(file.lexed.code).all {
                    declared[target, default: []].insert(declaration.name)
                    if declaration.isPublic { published[target, default: []].insert(declaration.name) }
                }
            } else if file.path.hasSuffix(".h") {
                published[target, default: []].formUnion(file.lexed.code.lazy.filter(\.isName).map(\.text))
            }
        }
        self.published = published
        self.declared = declared
    }

    static func faults(in tree: Tree) -> [Fault] {
        let rule = ImportRule(tree)
        return tree.files.filter(\.isSwift).flatMap(rule.unused(in:)) + rule.undeclared(in: tree)
    }

    /// Imports of `file` that nothing in it needs.
    private func unused(in file: TreeFile) -> [Fault] {
        guard let target = file.target else { return [] }
        let imports = Declarations(file.lexed.code).imports.filter { !ImportRule.unchecked.contains($0.module) }
        guard !imports.isEmpty else { return [] }
        let importing = Set(imports.map(\.line))
        let used = Set(file.lexed.code.lazy.filter { $0.isName && !importing.contains($0.line) }.map(\.text))
        return imports.compactMap { module, line in
            let isUsed: Bool
            if let beginnings = ImportRule.libraries[module] {
                isUsed = used.contains { name in beginnings.contains(where: name.hasPrefix) }
            } else {
                let names = published[module, default: []].subtracting(declared[target, default: []])
                // A test sees the internal names too.
                let all = file.isTest ? names.union(declared[module, default: []]) : names
                isUsed = !all.isDisjoint(with: used)
            }
            return isUsed ? nil : Fault(path: file.path, line: line, reason: "imports \(module) and uses nothing of it")
        }
    }

    /// Dependencies of Package.swift that no file of the target imports, and imports that it doesn't declare.
    private func undeclared(in tree: Tree) -> [Fault] {
        guard let package = tree.files.first(where: { $0.path == "Package.swift" }) else { return [] }
        var imported: [String: Set<String>] = [:]
        for file in tree.files where file.isSwift {
            guard let target = file.target else { continue }
            imported[target, default: []].formUnion(Declarations(file.lexed.code).imports.map(\.module))
        }
        let targets = ImportRule.dependencies(package)
        let modules = Set(targets.keys)
        return targets.sorted { $0.key < $1.key }.flatMap { target, found in
            let used = imported[target, default: []].intersection(modules.union(ImportRule.libraries.keys))
                .subtracting(["Synchronization"])
            return found.names.subtracting(used).sorted().map {
                Fault(path: package.path, line: found.line, reason: "\(target) depends on \($0) and does not import it")
            }
                + used.subtracting(found.names).subtracting([target]).sorted().map {
                    Fault(
                        path: package.path, line: found.line,
                        reason: "\(target) imports \($0) and does not depend on it")
                }
        }
    }

    /// Each target's dependencies as Package.swift writes them: `swift("Name", ["A", …])`, which makes the target's
    /// tests too, with the same ones, or `.target(name: "Name", dependencies: ["A", …])`.
    static func dependencies(_ package: TreeFile) -> [String: (names: Set<String>, line: Int)] {
        let lines = package.text.split(separator: "\n", omittingEmptySubsequences: false)
        let text = lines.map { $0.drop(while: { $0 == " " }).hasPrefix("//") ? "" : $0 }.joined(separator: "\n")
        var targets: [String: (names: Set<String>, line: Int)] = [:]
        for opening in ["+ swift(", "= swift(", "=\n    swift(", ".executableTarget(", ".testTarget(", ".target("] {
            for range in text.ranges(of: opening) {
                let call = inside(text[range.upperBound...], "(", ")")
                guard let name = quoted(call).first, !name.contains("\\") else { continue }
                let list = opening.hasSuffix("swift(") ? "[" : "dependencies: ["
                let names = call.ranges(of: list).first.map { quoted(inside(call[$0.upperBound...], "[", "]")) } ?? []
                let line = 1 + text[..<range.lowerBound].utf8.count { $0 == 0x0A }
                targets[name] = (Set(names), line)
            }
        }
        return targets
    }

    /// `text` up to the bracket that closes it.
    private static func inside(_ text: Substring, _ open: Character, _ close: Character) -> Substring {
        var depth = 1
        let end = text.firstIndex { character in
            if character == open { depth += 1 }
            if character == close { depth -= 1 }
            return depth == 0
        }
        return text[..<(end ?? text.endIndex)]
    }

    /// What stands in quotes in `text`.
    private static func quoted(_ text: Substring) -> [String] {
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
        return parts.indices.filter { $0 % 2 == 1 }.map { String(parts[$0]) }
    }
}
