// Which web pages may open a WebSocket here (RFC 6455 section 10.2): this server's own, and those the options name.

import HTTPWire

enum OriginPolicy {
    static func allows(_ head: RequestHead, _ allowed: [String]) -> Bool {
        // Without Origin it is not a browser, so not another page either.
        guard let origin = head["origin"] else { return true }
        if allowed.contains("*") || allowed.contains(where: { $0.lowercased() == origin.lowercased() }) { return true }
        // A scheme has no colon of its own.
        guard let colon = origin.firstIndex(of: ":"), origin[colon...].hasPrefix("://") else { return false }
        return origin[colon...].dropFirst(3).lowercased() == head.authority.lowercased()
    }
}
