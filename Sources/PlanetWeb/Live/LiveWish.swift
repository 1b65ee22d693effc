// What a viewer wants of the feed, as it says it: in the query of /live and /api/live, and in messages to /live.

import HTTPWire
import JSONText

enum LiveWish {
    /// `aggregates` and `patches` of a query. `names`: those on the board; nil: not known yet.
    static func read(_ items: [QueryItem], names: [String]?) -> Result<LiveForm, Faults> {
        var (chosen, patches, faults): ([String]?, Bool, [Problem.Fault]) = (nil, false, [])
        for item in items {
            switch item.name {
            case "aggregates":
                chosen = (chosen ?? []) + item.value.split(separator: ",").map(String.init)
            case "patches":
                if item.value != "true", item.value != "false" { faults.append(notABoolean(item.value)) }
                patches = item.value == "true"
            default: break
            }
        }
        return form(chosen, patches, faults, names)
    }

    /// A message: {"aggregates":[NAME,...] or null,"patches":true or false}, what is left out stays as it is. Nil for
    /// one that says nothing of the feed.
    static func read(_ message: [UInt8], after form: LiveForm, names: [String]?) -> Result<LiveForm, Faults>? {
        var reader = JSONReader(limits: JSONLimits(fields: 64, depth: 4, bytes: 1 << 16))
        var (chosen, patches, faults): ([String]?, Bool, [Problem.Fault]) = (form.names, form.patches, [])
        var isSaid = false
        var list: [UInt8]?
        let isRead = message.withUnsafeBytes { bytes in
            guard let fields = try? reader.readObject(bytes) else { return false }
            for field in fields {
                if field.isKey("aggregates") {
                    isSaid = true
                    switch field.kind {
                    case .null: chosen = nil
                    case .array: list = Array(field.text)
                    default: faults.append(notAList(field.string))
                    }
                } else if field.isKey("patches") {
                    isSaid = true
                    patches = field.kind == .true
                    if field.kind != .true, field.kind != .false { faults.append(notABoolean(field.string)) }
                }
            }
            return true
        }
        guard isRead, isSaid else { return nil }
        if let list {
            let texts: [String]? = list.withUnsafeBytes { bytes in
                guard let elements = try? reader.readArray(bytes), elements.allSatisfy({ $0.kind == .string }) else {
                    return nil
                }
                return elements.map(\.string)
            }
            if texts == nil { faults.append(notAList(String(decoding: list, as: UTF8.self))) }
            chosen = texts
        }
        return self.form(chosen, patches, faults, names)
    }

    struct Faults: Error, Equatable {
        let faults: [Problem.Fault]
    }

    private static func form(
        _ chosen: [String]?, _ patches: Bool, _ faults: [Problem.Fault], _ names: [String]?
    ) -> Result<LiveForm, Faults> {
        var faults = faults
        if let names {
            let unknown = Set(chosen ?? []).subtracting(names).sorted().prefix(20)
            faults += unknown.map { name in
                Problem.Fault(
                    field: "aggregates", value: String(name.prefix(200)), rule: .unknown_aggregate,
                    detail: "The board has \(names.sorted().joined(separator: ", ")).")
            }
        } else if chosen?.count ?? 0 > 100 {
            faults.append(notAList("\(chosen?.count ?? 0) names"))
        }
        return faults.isEmpty ? .success(LiveForm(names: chosen, patches: patches)) : .failure(Faults(faults: faults))
    }

    private static func notABoolean(_ value: String) -> Problem.Fault {
        Problem.Fault(
            field: "patches", value: String(value.prefix(200)), rule: .not_a_boolean, detail: "Either true or false.")
    }

    private static func notAList(_ value: String) -> Problem.Fault {
        Problem.Fault(
            field: "aggregates", value: String(value.prefix(200)), rule: .unknown_aggregate,
            detail: "A list of at most 100 names, or null for all of them.")
    }
}

extension LiveWish.Faults {
    static var tooOften: LiveWish.Faults {
        LiveWish.Faults(
            faults: [Problem.Fault(field: "aggregates", rule: .too_often, detail: "Choose once a second at most.")])
    }

    /// The answer to a request.
    var response: Response { .problem(400, "The feed cannot be cut so.", errors: faults) }

    /// The answer to a message.
    var frame: [UInt8] {
        JSONWriter.object {
            $0.member("type", "refused")
            $0.array("errors") { for fault in faults { fault.write(to: &$0) } }
        }
    }
}
