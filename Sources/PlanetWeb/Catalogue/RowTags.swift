// The entity tags of a planet or an alias in the API, and how a change's conditions compare with them.

import Basics
import HTTPWire
import PlanetCore

extension WebServices {
    /// The tags by which GET's answer for the row may be named: "3" for revision 3. If the answer shows more than its
    /// revisions (a duplicate or a late row in the history, an alias), its own tag comes first: "3-…", and "3" still
    /// names the revision.
    func tags(of row: PlanetRow) -> [EntityTag] {
        let revision = EntityTag("\(row.revision)")
        var rest = catalogue.aliases(of: row.key, limit: PlanetRoute.longestAliases).compactMap { $0.alias?.name }
        if let alias = row.alias { rest.append(alias.canonicalKey) }
        let records = row.records
        if rest.isEmpty, records == Int(row.revision) { return [revision] }
        var hash = FNV1a()
        for text in rest + ["\(records)"] {
            hash.add(text.utf8)
            hash.add(0)
        }
        return [EntityTag("\(row.revision)-" + String(hash.hash, radix: 16)), revision]
    }

    /// Whether a request that changes what is under `key` may proceed.
    enum Permission {
        /// Hold it until the change is stored or given up; nil if the request has no conditions.
        case change(ConditionalChange?)
        case refusal(Response)
        /// Another change of the key is under way: answer the request when it has ended.
        case later
    }

    func permission(_ request: Request, toChange key: String) -> Permission {
        let conditions = Preconditions(request.head)
        if conditions.isEmpty { return .change(nil) }
        if let fault = conditions.fault {
            let fault = Problem.Fault(
                field: fault.field, value: String(fault.value.prefix(200)), rule: .not_an_entity_tag,
                detail: "Either * or entity tags in quotes, as ETag has them: \"3\" is revision 3.")
            return .refusal(.problem(400, "The condition is not valid.", errors: [fault]))
        }
        let (head, responder) = (request.head, request.responder)
        let change = changes.begin(key) { [weak self] in
            guard let self else { return }
            responder.complete(self.refusal(conditions, head, key) ?? .changing(key))
        }
        guard let change else { return .later }
        // Checked after the change was begun, so that one that has just ended counts.
        if let refusal = refusal(conditions, head, key) { return .refusal(refusal) }
        return .change(change)
    }

    /// Nil if the conditions hold.
    private func refusal(_ conditions: Preconditions, _ head: RequestHead, _ key: String) -> Response? {
        let row = catalogue.row(key)
        let tags = row.map { self.tags(of: $0) } ?? []
        if conditions.allowsChange(of: tags) { return nil }
        guard let row, let tag = tags.first else {
            return .failed(conditions, head, "There is nothing under the key \(key).")
        }
        let state = row.isNothing ? ", withdrawn" : ""
        return .failed(conditions, head, "The key \(key) has revision \(row.revision) now\(state).")
            .with("ETag", tag.description)
    }
}

extension Response {
    fileprivate static func changing(_ key: String) -> Response {
        .problem(409, "Another change of \(key) was under way. Try again.").with("Retry-After", "1")
    }
}
