// If-Match and If-None-Match of a request, held against the entity tags of what is there (RFC 9110 section 13). Not
// where the tags come from, and not If-Modified-Since, which only files have.

package struct Preconditions: Sendable {
    private enum Condition {
        case any
        case tags([EntityTag])
    }

    /// A field whose value is neither "*" nor a list of entity tags.
    package struct Fault: Sendable, Equatable {
        package let field: String
        package let value: String
    }

    /// What a GET is answered with.
    package enum Reading: Sendable, Equatable {
        case send
        /// 304.
        case notModified
        /// 412.
        case failed
    }

    private let match: Condition?
    private let noneMatch: Condition?
    /// Of a fault: such a field matches no tag.
    package let fault: Fault?

    package init(_ head: RequestHead) {
        var fault: Fault?
        func read(_ field: String) -> Condition? {
            guard let value = head[field] else { return nil }
            let bytes = Array(trimmed(Array(value.utf8)))
            if bytes.elementsEqual("*".utf8) { return .any }
            let (tags, isWhole) = EntityTag.list(bytes)
            if tags.isEmpty || !isWhole { fault = fault ?? Fault(field: field, value: value) }
            return .tags(tags)
        }
        match = read("If-Match")
        noneMatch = read("If-None-Match")
        self.fault = fault
    }

    /// The request names no condition.
    package var isEmpty: Bool { match == nil && noneMatch == nil }

    /// The names of the conditions, for an answer.
    package var field: String { match == nil ? "If-None-Match" : "If-Match" }

    /// Whether a change may be made. `current`: the tags by which what is there now may be named; none: nothing is.
    package func allowsChange(of current: [EntityTag]) -> Bool {
        guard matchHolds(current) else { return false }
        return !isKnown(current)
    }

    /// `own`: the tag of what would be sent; `others`: further tags by which it may be named in If-Match.
    package func reading(_ own: EntityTag, or others: [EntityTag] = []) -> Reading {
        guard matchHolds([own] + others) else { return .failed }
        return isKnown([own]) ? .notModified : .send
    }

    /// RFC 9110 section 13.1.1: compared strongly.
    private func matchHolds(_ current: [EntityTag]) -> Bool {
        switch match {
        case nil: true
        case .any: !current.isEmpty
        case .tags(let given): given.contains { given in current.contains { $0.matchesStrongly(given) } }
        }
    }

    /// RFC 9110 section 13.1.2: compared weakly.
    private func isKnown(_ current: [EntityTag]) -> Bool {
        switch noneMatch {
        case nil: false
        case .any: !current.isEmpty
        case .tags(let given): given.contains { given in current.contains { $0.matchesWeakly(given) } }
        }
    }
}
