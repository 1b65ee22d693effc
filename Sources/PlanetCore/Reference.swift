// A reference in the archive's form, `<a refstr=... href=https://ui.adsabs.harvard.edu/abs/... target=ref>Text</a>`,
// taken apart: text and link, never markup. Anything else is plain text.

package struct Reference: Sendable, Equatable {
    package let text: String
    /// Only to the Astrophysics Data System (ADS).
    package let link: String?

    private static let hosts = ["ui.adsabs.harvard.edu/", "adsabs.harvard.edu/", "www.adsabs.harvard.edu/"]

    package init(_ given: String) {
        guard let start = given.range(of: "<a "), start.lowerBound == given.startIndex,
            let close = given[start.upperBound...].firstIndex(of: ">")
        else {
            text = given
            link = nil
            return
        }
        let rest = given[given.index(after: close)...]
        let shown = rest.prefix { $0 != "<" }.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        text = shown.isEmpty ? given : Reference.plain(shown)
        link = Reference.target(given[start.upperBound..<close]).flatMap { Reference.link($0) }
    }

    /// The value of href, in quotes or without.
    private static func target(_ attributes: Substring) -> String? {
        guard let found = attributes.range(of: "href=") else { return nil }
        var value = attributes[found.upperBound...]
        if let quote = value.first, quote == "\"" || quote == "'" {
            value = value.dropFirst().prefix { $0 != quote }
        } else {
            value = value.prefix { !$0.isWhitespace }
        }
        return plain(String(value))
    }

    private static func link(_ target: String) -> String? {
        for scheme in ["https://", "http://"] where target.hasPrefix(scheme) {
            let rest = target.dropFirst(scheme.count)
            let isLink = hosts.contains { rest.hasPrefix($0) } && rest.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
            let isClean = !rest.contains { "\"'<>\\`".contains($0) }
            return isLink && isClean ? "https://" + rest : nil
        }
        return nil
    }

    private static func plain(_ text: String) -> String {
        text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&amp;", with: "&")
    }
}

extension String {
    fileprivate func range(of part: String) -> Range<String.Index>? { self[...].range(of: part) }
}

extension Substring {
    fileprivate func range(of part: String) -> Range<Index>? { firstRange(of: part) }
}
