// Why a request can't be understood, and its status. The framing is unknown after it, so the connection closes.

package struct RequestError: Error, Sendable, Equatable, CustomStringConvertible {
    package let status: Int
    package let detail: String
    package init(_ status: Int, _ detail: String) {
        self.status = status
        self.detail = detail
    }
    package var description: String { "\(status) \(detail)" }
}
