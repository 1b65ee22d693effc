// What a token lets its holder do, and what a route requires.

/// Each may do all that those before it may.
package enum AccessRole: String, Sendable, CaseIterable, Comparable {
    /// To read what is private.
    case read
    /// To send discoveries.
    case submit
    /// To withdraw planets, send and remove aliases, open classes, read others' receipts and the quarantine.
    case curate
    /// All of that, without a rate limit.
    case admin

    package static func < (a: AccessRole, b: AccessRole) -> Bool { a.rank < b.rank }

    private var rank: Int { AccessRole.allCases.firstIndex(of: self) ?? 0 }
}

/// What a route requires of its caller.
package enum AccessNeed: Sendable {
    case nothing
    /// A token if `PrivateReading` says so.
    case metrics
    case submit
    case curate

    /// Whether it changes anything.
    var isWrite: Bool { self == .submit || self == .curate }
}

/// Reading that is not open to everybody.
package enum PrivateReading: String, Sendable, CaseIterable {
    /// /metrics: any token.
    case metrics
    /// Refused records and the reasons: needs curate.
    case quarantine
    /// Receipts of records that somebody else sent: needs curate.
    case receipts
}
