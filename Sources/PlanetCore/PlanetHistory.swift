// The effect of a log record on the planet of its key (docs/ARCHITECTURE.md, "State of a planet"). Shared by the web's
// catalogue and the stream's engine, so that they agree. The web's catalogue handles names across keys.

package enum Change: String, Sendable, CaseIterable {
    case new
    case revision
    case duplicate
    case withdrawal
    case reinstatement
    /// Older than the known value, by its rowupdate or by the revision it was made from, or not the source's default
    /// solution of the planet (default_flag 0): kept in the history, changes nothing.
    case late
    /// From here on the key's name is another planet's alias.
    case alias
    case alias_removal
}

/// What a valid record of planet-discoveries says about its key.
package enum PlanetRecord: Sendable, Equatable {
    /// Withdraws the planet, or removes the alias.
    case tombstone
    case discovery(Discovery)
    case alias(PlanetAlias)

    /// Nil for a tombstone.
    package var name: String? {
        switch self {
        case .tombstone: nil
        case .discovery(let discovery): discovery[.pl_name]
        case .alias(let alias): alias.name
        }
    }
}

/// The revision a record was made from.
package enum RecordBasis: Sendable, Equatable {
    /// None: it is complete by itself.
    case none
    /// It changes this revision of its key, or takes it back, and counts only if that is the last one.
    case revision(UInt32)
    /// Read from the lake, where it was late.
    case late

    /// The log's header with the revision.
    package static let header = "made-from"

    /// From the header's value, if the record has one; anything but a number is a revision that never existed.
    package init(header: (some Collection<UInt8>)?) {
        guard let header else {
            self = .none
            return
        }
        self = .revision(UInt32(String(decoding: header, as: UTF8.self)) ?? .max)
    }
}

/// The state of one key after its records so far. They are compared as discoveries, so the same values in another
/// spelling are a duplicate.
package struct PlanetState: Equatable, Sendable {
    package enum Value: Equatable, Sendable {
        /// Before the first record, after a withdrawal, or after an alias's removal.
        case nothing
        case planet(Discovery)
        case alias(PlanetAlias)

        /// Nil unless it is a planet's.
        package var discovery: Discovery? { if case .planet(let discovery) = self { discovery } else { nil } }

        /// Nil unless it is an alias.
        package var alias: PlanetAlias? { if case .alias(let alias) = self { alias } else { nil } }
    }

    package enum Effect: Equatable, Sendable {
        case change(Change)
        /// The record is quarantined under this rule; nothing changes.
        case refused(Rule)
    }

    package private(set) var value = Value.nothing
    /// 0 before the first record.
    package private(set) var revision: UInt32 = 0
    /// Whether a discovery was ever accepted under this key.
    package private(set) var wasPlanet = false
    /// The rowupdate of the last discovery accepted, in days since 1970-01-01; kept through withdrawals and aliases.
    package private(set) var rowupdate: Int32?
    /// The last keyed submissions, the newest last; a repeat of any of them is a duplicate.
    package private(set) var submissions: [SubmissionID] = []
    /// A client without an answer retries within seconds, or after 15 s if a web process died half-way
    /// (IdempotencyIndex.patience). Even a planet revised every second has fewer records in that time.
    package static let submissionsKept = 64
    /// How far records sent on from other partitions are known, one mark each; the latest last.
    package private(set) var sentMarks: [SentMark] = []
    /// More partitions than a topic should have keys of one planet in.
    package static let sentMarksKept = 64

    package init() {}

    /// From a saved state.
    package init(
        _ value: Value, revision: UInt32, wasPlanet: Bool, rowupdate: Int32?, submissions: [SubmissionID],
        sentMarks: [SentMark]
    ) {
        self.value = value
        self.revision = revision
        self.wasPlanet = wasPlanet
        self.rowupdate = rowupdate
        self.submissions = submissions
        self.sentMarks = sentMarks
    }

    /// Nil unless the key is a planet that is not withdrawn.
    package var discovery: Discovery? { value.discovery }

    package var alias: PlanetAlias? { value.alias }

    /// `submission`: nil if the record has no Idempotency-Key. `sent`: nil if it was not sent on.
    package mutating func apply(
        _ record: PlanetRecord, _ submission: SubmissionID? = nil, _ sent: SentFrom? = nil,
        from basis: RecordBasis = .none
    ) -> Effect {
        guard let sent else { return apply(sending: record, submission, basis) }
        let place = sentMarks.firstIndex { $0.origin == sent.origin }
        if let place, sentMarks[place].offset >= sent.offset { return .change(.duplicate) }
        let effect = apply(sending: record, submission, basis)
        if case .change = effect {
            if let place {
                sentMarks[place].offset = sent.offset
            } else {
                if sentMarks.count == PlanetState.sentMarksKept { sentMarks.removeFirst() }
                sentMarks.append(SentMark(origin: sent.origin, offset: sent.offset))
            }
        }
        return effect
    }

    private mutating func apply(
        sending record: PlanetRecord, _ submission: SubmissionID?, _ basis: RecordBasis
    ) -> Effect {
        guard let submission else { return apply(record: record, basis) }
        if submissions.contains(submission) { return .change(.duplicate) }
        let effect = apply(record: record, basis)
        if case .change = effect {
            if submissions.count == PlanetState.submissionsKept { submissions.removeFirst() }
            submissions.append(submission)
        }
        return effect
    }

    private mutating func apply(record: PlanetRecord, _ basis: RecordBasis) -> Effect {
        switch (record, value) {
        case (.tombstone, .nothing): return .change(.duplicate)
        case (.tombstone, .planet): return isOutdated(basis) ? .change(.late) : take(.nothing, .withdrawal)
        case (.tombstone, .alias): return isOutdated(basis) ? .change(.late) : take(.nothing, .alias_removal)
        // The alias's planet may be in another partition: no order decides between the two.
        case (.discovery, .alias): return .refused(.known_alias)
        case (.discovery(let arriving), .planet(let current)):
            if arriving == current { return .change(.duplicate) }
            if isOutdated(basis) || arriving.isOtherSolution && !current.isOtherSolution { return .change(.late) }
            // The default solution replaces another one, whichever was changed last.
            return take(arriving, .revision, whatever: current.isOtherSolution && !arriving.isOtherSolution)
        case (.discovery(let arriving), .nothing):
            if isOutdated(basis) { return .change(.late) }
            return take(arriving, wasPlanet ? .reinstatement : .new)
        case (.alias, .planet): return .refused(.alias_joins_planets)
        case (.alias(let arriving), .alias(let current)):
            // If two planets shared an alias, nobody could tell which is meant.
            return arriving.canonicalKey == current.canonicalKey ? .change(.duplicate) : .refused(.alias_conflict)
        case (.alias(let arriving), .nothing):
            return isOutdated(basis) ? .change(.late) : take(.alias(arriving), .alias)
        }
    }

    private func isOutdated(_ basis: RecordBasis) -> Bool {
        switch basis {
        case .none: false
        case .revision(let number): number != revision
        case .late: true
        }
    }

    /// Source time decides if both have it; otherwise the log's order. `whatever`: even if it is older.
    private mutating func take(_ arriving: Discovery, _ change: Change, whatever: Bool = false) -> Effect {
        let updated = arriving[.rowupdate].map { Int32($0) }
        if !whatever, let updated, let rowupdate, updated < rowupdate { return .change(.late) }
        rowupdate = updated
        wasPlanet = true
        return take(.planet(arriving), change)
    }

    private mutating func take(_ value: Value, _ change: Change) -> Effect {
        self.value = value
        revision += 1
        return .change(change)
    }
}

extension PlanetState {
    /// Why `apply` refused the record.
    package func issue(_ rule: Rule, _ record: PlanetRecord) -> FieldIssue {
        let note =
            switch value {
            case .nothing: ""
            case .planet(let discovery): "the planet is \(discovery[.pl_name] ?? "")"
            case .alias(let alias): "it is an alias of \(alias.canonical)"
            }
        return FieldIssue(field: "pl_name", value: record.name ?? "", rule: rule, note: note)
    }
}
