// Why a request can't be understood, with the status that says so. After one the connection's framing is unknown: it
// closes.

package struct RequestError: Error, Sendable, Equatable, CustomStringConvertible {
    package let status: Int
    package let detail: String
    package init(_ status: Int, _ detail: String) {
        self.status = status
        self.detail = detail
    }
    package var description: String { "\(status) \(detail)" }
}
