// An error in the API: application/problem+json (RFC 9457) with the list of failing fields. Validation and the routes
// decide what is wrong.

import HTTPWire
import JSONText

package enum Problem {
    /// The most faults in one answer: more than a record has fields. Only a long query can have more.
    fileprivate static let mostFaults = 600

    /// One failing field; `value` is the text as submitted, nil if there was none.
    package struct Fault: Sendable, Equatable {
        package var field: String
        package var value: String?
        package var rule: String
        package var detail: String
        package init(field: String, value: String? = nil, rule: String, detail: String) {
            self.field = field
            self.value = value
            self.rule = rule
            self.detail = detail
        }
        init(field: String, value: String? = nil, rule: RequestRule, detail: String) {
            self.init(field: field, value: value, rule: rule.rawValue, detail: detail)
        }
    }
}

extension Problem.Fault {
    func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("field", field)
            $0.optional("value", value)
            $0.member("rule", rule)
            $0.member("detail", detail)
        }
    }
}

extension Response {
    /// A problem+json reply.
    package static func problem(_ status: Int, _ detail: String? = nil, errors: [Problem.Fault] = []) -> Response {
        let json = JSONWriter.object {
            $0.member("type", "about:blank")
            $0.member("title", StatusText.of(status))
            $0.member("status", status)
            if let detail { $0.member("detail", detail) }
            if !errors.isEmpty {
                $0.array("errors") { for fault in errors.prefix(Problem.mostFaults) { fault.write(to: &$0) } }
            }
        }
        return Response(
            status: status, headers: [ResponseField("Content-Type", "application/problem+json")], body: .bytes(json))
    }
}
