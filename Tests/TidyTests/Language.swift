// How the kinds of file mark comments and strings: as much as the rules need to tell code from prose.

enum Language {
    case swift, c, javaScript, css, html, python, shell, markdown, other

    init(path: String) {
        let name = path.split(separator: "/").last ?? ""
        switch name.split(separator: ".").last {
        case "swift": self = .swift
        case "c", "cpp", "h", "modulemap": self = .c
        case "js", "mjs": self = .javaScript
        case "css": self = .css
        case "html": self = .html
        case "py": self = .python
        case "md": self = .markdown
        case "sh", "yml", "yaml", "env", "conf", "toml", "Makefile", "Dockerfile": self = .shell
        default:
            let isScript = path.hasPrefix("Scripts/") || path.hasPrefix(".ci/")
            self = isScript && !name.contains(".") ? .shell : .other
        }
    }

    var lineComment: [UInt8]? {
        switch self {
        case .swift, .c, .javaScript: Array("//".utf8)
        case .python, .shell: Array("#".utf8)
        case .css, .html, .markdown, .other: nil
        }
    }
    var blockComment: (open: [UInt8], close: [UInt8])? {
        switch self {
        case .swift, .c, .javaScript, .css: (Array("/*".utf8), Array("*/".utf8))
        case .html: (Array("<!--".utf8), Array("-->".utf8))
        case .python, .shell, .markdown, .other: nil
        }
    }
    var quotes: [UInt8] {
        switch self {
        case .swift: [UInt8(ascii: "\"")]
        case .c, .css, .python, .shell: [UInt8(ascii: "\""), UInt8(ascii: "'")]
        case .javaScript: [UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`")]
        case .html, .markdown, .other: []
        }
    }
    /// What opens code within a string.
    func interpolation(in quote: UInt8) -> [UInt8]? {
        switch self {
        case .swift: Array("\\(".utf8)
        case .javaScript where quote == UInt8(ascii: "`"): Array("${".utf8)
        default: nil
        }
    }
}
