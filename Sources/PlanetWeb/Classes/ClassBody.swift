// The JSON objects that requests about classes carry: a few members, each with a rule of its own.

import Basics
import HTTPWire
import JSONText
import PlanetCore

struct ClassBody {
    static let mostBytes = 4096

    private(set) var title: String?
    /// Microseconds since 1970-01-01 UTC.
    private(set) var ends: Int64?
    private(set) var isOpen: Bool?
    private(set) var key: String?
    private(set) var partition: Int32?
    private(set) var offset: Int64?
    private(set) var after: String?
    private var faults: [Problem.Fault] = []

    struct Refused: Error {
        let response: Response
    }

    /// `members`: those that this request may have.
    init(_ request: Request, _ members: Set<String>, now: Int64) throws(Refused) {
        // None that another site's page could send without a question first.
        let types = ["application/json", "application/merge-patch+json"]
        guard let type = request.contentType?.essence, types.contains(type) else {
            throw Refused(response: .problem(415, "Send application/json: an object."))
        }
        if let refusal = Response.codingRefusal(request) { throw Refused(response: refusal) }
        var reader = JSONReader()
        var malformed: String?
        request.body.withUnsafeBytes { bytes in
            do throws(JSONError) {
                for field in try reader.readObject(bytes) { take(field, members, now) }
            } catch {
                malformed = "\(error)."
            }
        }
        if let malformed {
            let fault = Problem.Fault(field: "", rule: BodyError.Code.not_json.rawValue, detail: malformed)
            throw Refused(response: .problem(400, "The body is no JSON object.", errors: [fault]))
        }
        guard faults.isEmpty else {
            throw Refused(response: .problem(400, "The body has \(faults.count) fault(s).", errors: faults))
        }
    }

    private mutating func fault(_ field: JSONField, _ rule: RequestRule, _ detail: String) {
        faults.append(
            Problem.Fault(
                field: field.keyString, value: String(field.string.prefix(200)), rule: rule, detail: detail))
    }

    private mutating func take(_ field: JSONField, _ members: Set<String>, _ now: Int64) {
        let name = field.keyString
        guard members.contains(name) else {
            return fault(field, .unknown_member, "The members are \(members.sorted().joined(separator: ", ")).")
        }
        switch name {
        case "title":
            title = text(field).flatMap { DisplayName.parse($0, longest: DisplayName.longestTitle) }
            if title == nil {
                fault(field, .not_a_name, "A text of 1 to \(DisplayName.longestTitle) characters, without controls.")
            }
        case "ends": takeEnd(field, now)
        case "open":
            isOpen = field.kind == .true ? true : field.kind == .false ? false : nil
            if isOpen == nil { fault(field, .not_a_boolean, "Either true or false.") }
        case "key", "after":
            let given = text(field)
            if name == "key" { key = given } else { after = given }
            if given == nil { fault(field, .not_a_name, "A planet's key or name.") }
        case "partition":
            partition = field.kind == .number ? Int32(field.string).flatMap { $0 >= 0 ? $0 : nil } : nil
            if partition == nil { fault(field, .out_of_range, "A whole number from 0.") }
        default:
            offset = field.kind == .number ? Int64(field.string) : nil
            if offset == nil { fault(field, .out_of_range, "A whole number.") }
        }
    }

    private func text(_ field: JSONField) -> String? {
        field.kind == .string && (1...1000).contains(field.text.count) ? field.string : nil
    }

    /// A time, or a day, which ends with it.
    private mutating func takeEnd(_ field: JSONField, _ now: Int64) {
        let day = field.kind == .string ? CivilDate(field.text).map { (Int64($0.days) + 1) * UTCDay.micros } : nil
        guard let ends = text(field).flatMap({ RFC3339.micros($0) }) ?? day else {
            return fault(field, .not_a_time, "RFC 3339, such as 2026-11-30T16:00:00+01:00, or a day (UTC).")
        }
        guard ends > now, ends <= now + SchoolClass.longestTime else {
            return fault(field, .out_of_range, "Later than now, and in 30 days at most.")
        }
        self.ends = ends
    }
}
