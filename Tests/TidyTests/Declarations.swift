// What a Swift text declares outside function bodies: found by its keywords and braces, which `swift format` keeps
// regular.

/// One declaration that other code can name.
struct Declaration: Equatable {
    enum Kind: String {
        case type, function, property, enumCase
        /// A type's own name in another module: `typealias Name = Module.Name`.
        case alias
    }
    let name: String
    let kind: Kind
    let line: Int
    /// The names of the types (and extended types) around it; empty at the top.
    let inside: [String]
    /// Other modules see it: `package` or `public`, a case of such an enum, a requirement of such a protocol.
    let isPublic: Bool
    /// The compiler, the standard library or a superclass calls it by this name.
    let isCalledFromElsewhere: Bool
}

struct Declarations {
    private(set) var all: [Declaration] = []
    /// The modules imported, each with its line.
    private(set) var imports: [(module: String, line: Int)] = []

    /// A brace that is open.
    private struct Scope {
        /// Nil: code.
        var type: Home?
    }
    private struct Home {
        var name: String
        var keyword: String
        var isPublic: Bool
        /// Its cases are reached by a raw value or by `allCases`.
        var hasListedCases: Bool
    }
    private static let types: Set<String> = ["struct", "class", "enum", "protocol", "actor", "extension"]
    private static let access: Set<String> = ["public", "open", "package", "internal", "fileprivate", "private"]
    private static let modifiers: Set<String> = access.union([
        "static", "final", "override", "mutating", "nonmutating", "lazy", "weak", "unowned", "required", "convenience",
        "indirect", "nonisolated", "isolated", "class", "borrowing", "consuming", "unsafe", "set", "get", "inline",
    ])
    private static let rawTypes: Set<String> = [
        "CaseIterable", "String", "Int", "UInt8", "UInt16", "UInt32", "UInt64", "Int8", "Int16", "Int32", "Int64",
        "Codable",
    ]

    init(_ code: [Token]) {
        var scopes: [Scope] = []
        var pending: Home?
        var round = 0
        var index = 0
        while index < code.count {
            let token = code[index]
            let previous = index > 0 ? code[index - 1].text : ""
            defer { index += 1 }
            switch token.text {
            case "(", "[": round += 1
            case ")", "]": round -= 1
            case "{":
                if round == 0, let type = pending {
                    scopes.append(Scope(type: type))
                    pending = nil
                } else {
                    scopes.append(Scope(type: nil))
                }
            case "}": _ = scopes.popLast()
            case "import":
                guard scopes.isEmpty, let module = Declarations.module(code[(index + 1)...]) else { continue }
                imports.append((module, token.line))
            default: break
            }
            guard round == 0, token.isName, previous != ".", previous != "`" else { continue }
            // Only what stands straight in a type or at the top.
            guard !scopes.contains(where: { $0.type == nil }) else { continue }
            let around = scopes.compactMap(\.type)
            guard let (name, next) = Declarations.name(code, index + 1) else { continue }
            let words = Declarations.modifiers(code, before: index)
            let outer = around.last
            let isPublic =
                !words.isDisjoint(with: ["public", "package", "open"])
                || (outer?.isPublic == true && words.isDisjoint(with: Declarations.access)
                    && (outer?.keyword == "protocol" || outer?.keyword == "extension" || token.text == "case"))
            func add(_ name: String, _ kind: Declaration.Kind, elsewhere: Bool = false) {
                all.append(
                    Declaration(
                        name: name, kind: kind, line: code[index].line, inside: around.map(\.name), isPublic: isPublic,
                        isCalledFromElsewhere: elsewhere || words.contains("override") || words.contains("@main")))
            }
            switch token.text {
            case "struct", "enum", "protocol", "actor", "extension", "class":
                if token.text == "class", ["func", "var", "let"].contains(name) || previous == ":" || previous == "," {
                    continue
                }
                let conforms = Declarations.inheritance(code, next)
                pending = Home(
                    name: name, keyword: token.text, isPublic: isPublic,
                    hasListedCases: !conforms.isDisjoint(with: Declarations.rawTypes))
                if token.text != "extension" { add(name, .type) }
            case "typealias", "associatedtype":
                let isSame = next + 3 < code.count && code[next + 2].text == "." && code[next + 3].text == name
                add(name, isSame ? .alias : .type)
            case "func": add(name, .function)
            case "var", "let":
                add(name, .property)
            case "case" where outer?.keyword == "enum":
                for name in Declarations.cases(code, index + 1) {
                    add(name, .enumCase, elsewhere: outer?.hasListedCases == true)
                }
            default: break
            }
        }
    }

    /// The name at `index`, without its back-quotes, and the index after it.
    private static func name(_ code: [Token], _ index: Int) -> (String, Int)? {
        guard index < code.count else { return nil }
        if code[index].text == "`", index + 2 < code.count { return (code[index + 1].text, index + 3) }
        return code[index].isName ? (code[index].text, index + 1) : nil
    }

    /// The words straight before a declaration's keyword: modifiers and attributes.
    private static func modifiers(_ code: [Token], before index: Int) -> Set<String> {
        var words: Set<String> = []
        var at = index - 1
        while at >= 0 {
            let text = code[at].text
            if text == ")" {
                // `private(set)`, `nonisolated(unsafe)`, `@available(…)`
                while at >= 0, code[at].text != "(" { at -= 1 }
                at -= 1
                continue
            }
            if at > 0, code[at - 1].text == "@" {
                words.insert("@" + text)
                at -= 2
            } else if modifiers.contains(text) {
                // `private(set) var` is as visible as it was.
                if !(at + 1 < index && code[at + 1].text == "(" && text != "nonisolated") { words.insert(text) }
                at -= 1
            } else {
                break
            }
        }
        return words
    }

    /// The names between a type's colon and its brace.
    private static func inheritance(_ code: [Token], _ index: Int) -> Set<String> {
        var names: Set<String> = []
        var at = index
        while at < code.count, code[at].text != "{" {
            if code[at].isName { names.insert(code[at].text) }
            at += 1
        }
        return names
    }

    /// The names of `case a, b(Int), c = 1`.
    private static func cases(_ code: [Token], _ index: Int) -> [String] {
        var names: [String] = []
        var at = index
        while let (name, next) = name(code, at) {
            names.append(name)
            at = next
            if at < code.count, code[at].text == "(" {
                var depth = 0
                repeat {
                    if code[at].text == "(" { depth += 1 }
                    if code[at].text == ")" { depth -= 1 }
                    at += 1
                } while at < code.count && depth > 0
            }
            if at < code.count, code[at].text == "=" {
                at += 1
                while at < code.count, code[at].text != ",", code[at].line == code[at - 1].line { at += 1 }
            }
            guard at < code.count, code[at].text == "," else { break }
            at += 1
        }
        return names
    }

    private static func module(_ rest: ArraySlice<Token>) -> String? {
        let kinds: Set<String> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias", "actor"]
        return rest.prefix(2).first { !kinds.contains($0.text) }?.text
    }
}
