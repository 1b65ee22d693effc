// The text of Server-Sent Events (WHATWG HTML section 9.2.6). Not the stream's connection.

package enum EventStreamText {
    /// "id: TOKEN", one "data:" line for each line of the data, and the empty line that ends the event.
    package static func event(id: String?, data: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(data.count + 64)
        if let id, !id.isEmpty {
            out += Array("id: ".utf8)
            // A line end or NUL would end the field or void the id.
            out += id.utf8.filter { $0 != 0 && $0 != 0x0A && $0 != 0x0D }
            out.append(0x0A)
        }
        for line in data.split(omittingEmptySubsequences: false, whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            out += Array("data: ".utf8)
            out += line
            out.append(0x0A)
        }
        out.append(0x0A)
        return out
    }
}
