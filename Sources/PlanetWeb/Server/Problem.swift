// An error as the API shows it: application/problem+json (RFC 9457) with the list of failing fields.
// Not the decision what is wrong; validation and the routes make that.

import HTTPWire

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
        var out = Array("{\"type\":".utf8)
        JSONString.append(type, to: &out)
        out += Array(",\"title\":".utf8)
        JSONString.append(title, to: &out)
        out += Array(",\"status\":\(status)".utf8)
        if let detail {
            out += Array(",\"detail\":".utf8)
            JSONString.append(detail, to: &out)
        }
        if !errors.isEmpty {
            out += Array(",\"errors\":[".utf8)
            for (i, fault) in errors.enumerated() {
                if i > 0 { out.append(0x2C) }
                fault.append(to: &out)
            }
            out.append(0x5D)
        }
        out.append(0x7D)
        return out
    }

    package var response: Response {
        Response(
            status: status, headers: [ResponseField("Content-Type", "application/problem+json")], body: .bytes(json))
    }
}

extension Problem.Fault {
    func append(to out: inout [UInt8]) {
        out += Array("{\"field\":".utf8)
        JSONString.append(field, to: &out)
        out += Array(",\"value\":".utf8)
        if let value { JSONString.append(value, to: &out) } else { out += Array("null".utf8) }
        out += Array(",\"rule\":".utf8)
        JSONString.append(rule, to: &out)
        out += Array(",\"detail\":".utf8)
        JSONString.append(detail, to: &out)
        out.append(0x7D)
    }
}

extension Response {
    /// A problem+json reply.
    package static func problem(_ status: Int, _ detail: String? = nil, errors: [Problem.Fault] = []) -> Response {
        Problem(status, detail, errors: errors).response
    }
}
