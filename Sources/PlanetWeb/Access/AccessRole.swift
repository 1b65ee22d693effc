// What a token lets its holder do, and what a route asks for.

/// Each may all that those before it may.
package enum AccessRole: String, Sendable, CaseIterable, Comparable {
    /// To read what is private.
    case read
    /// To send discoveries.
    case submit
    /// To withdraw planets, send and remove aliases, read others' receipts and the quarantine.
    case curate
    /// All of that, without a limit of rate.
    case admin

    package static func < (a: AccessRole, b: AccessRole) -> Bool { a.rank < b.rank }

    private var rank: Int { AccessRole.allCases.firstIndex(of: self) ?? 0 }
}

/// What a route needs from who asks.
package enum AccessNeed: Sendable {
    case nothing
    /// A token where `PrivateReading` says so.
    case metrics
    case submit
    case curate

    /// Whether it changes something.
    var isWrite: Bool { self == .submit || self == .curate }
}

/// Reading that is not open to everybody.
package enum PrivateReading: String, Sendable, CaseIterable {
    /// /metrics: any token.
    case metrics
    /// What was refused, and why: curate.
    case quarantine
    /// Receipts of records that somebody else sent: curate.
    case receipts
}
