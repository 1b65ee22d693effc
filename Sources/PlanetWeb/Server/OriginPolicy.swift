// Which web pages may open a WebSocket here (RFC 6455 section 10.2): this server's own, and those the options name.

import HTTPWire

enum OriginPolicy {
    static func allows(_ head: RequestHead, _ allowed: [String]) -> Bool {
        // Without Origin it is no browser, and no other page's doing.
        guard let origin = head["origin"] else { return true }
        if allowed.contains("*") || allowed.contains(where: { $0.lowercased() == origin.lowercased() }) { return true }
        guard let separator = origin.firstRange(of: "://") else { return false }
        return origin[separator.upperBound...].lowercased() == head.authority.lowercased()
    }
}

extension String {
    fileprivate func firstRange(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
