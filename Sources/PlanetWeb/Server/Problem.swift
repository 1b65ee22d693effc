// An error as the API shows it: application/problem+json (RFC 9457) with the list of failing fields.
// Not the decision what is wrong; validation and the routes make that.

import HTTPWire
import JSONText

package struct Problem: Sendable {
    /// One failing field; `value` is the text as submitted, nil where there was none.
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

    package var status: Int
    /// "about:blank", or a path under /problems/.
    package var type: String
    package var title: String
    package var detail: String?
    package var errors: [Fault]

    package init(
        _ status: Int, _ detail: String? = nil, type: String = "about:blank", title: String? = nil,
        errors: [Fault] = []
    ) {
        self.status = status
        self.type = type
        self.title = title ?? StatusText.of(status)
        self.detail = detail
        self.errors = errors
    }

    package var json: [UInt8] {
        JSONWriter.object {
            $0.member("type", type)
            $0.member("title", title)
            $0.member("status", status)
            if let detail { $0.member("detail", detail) }
            if !errors.isEmpty { $0.array("errors") { for fault in errors { fault.write(to: &$0) } } }
        }
    }

    package var response: Response {
        Response(
            status: status, headers: [ResponseField("Content-Type", "application/problem+json")], body: .bytes(json))
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
        Problem(status, detail, errors: errors).response
    }
}
