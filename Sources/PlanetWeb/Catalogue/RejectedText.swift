// Reads the value of a record of planet-rejected: what was sent, and why it was refused. Any bytes are taken: other programs write there too.
// Not the writing (PlanetCore/RejectedJSON.swift).

import JSONText
import PlanetCore

struct RejectedText: ~Copyable {
    private var reader = JSONReader()
    private var elements = JSONReader()
    private var fields = JSONReader()

    struct Content {
        var raw: String?
        var line: Int?
        /// A JSON array; empty where there is none.
        var errors = ""
        var rules: [String] = []
    }

    mutating func content(of value: [UInt8]) -> Content {
        var content = Content()
        value.withUnsafeBytes { bytes in
            guard let members = try? reader.readObject(bytes) else { return }
            for member in members {
                if member.isKey("raw"), member.kind == .string { content.raw = member.string }
                if member.isKey("line"), member.kind == .number { content.line = Int(exactly: member.number) }
                if member.isKey("errors"), member.kind == .array {
                    content.errors = member.string
                    content.rules = rules(in: member.text)
                }
            }
        }
        // As the stream counts it.
        if content.raw == nil, content.rules.isEmpty { content.rules = [Rule.malformed_json.rawValue] }
        return content
    }

    mutating func rules(of value: [UInt8]) -> [String] { content(of: value).rules }

    private mutating func rules(in text: UnsafeRawBufferPointer) -> [String] {
        guard let issues = try? elements.readArray(text) else { return [] }
        var rules: [String] = []
        for issue in issues where issue.kind == .object {
            guard let members = try? fields.readObject(issue.text) else { continue }
            for member in members where member.isKey("rule") && member.kind == .string { rules.append(member.string) }
        }
        return rules
    }
}
