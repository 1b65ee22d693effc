// The columns before those of a discovery and its prediction, in judged rows and in the planets' rows, named by the
// cases.

protocol LeadingColumn: RawRepresentable<Int>, CaseIterable {
    var kind: JudgedColumn.Kind { get }
}

/// For a record's row. `home`: the partition that a misplaced record is to be sent on to, with `key` for its key.
enum RowColumn: Int, LeadingColumn {
    case log_partition, log_offset, log_timestamp, dt, source, key, revision, change, verdict, rules, errors, raw
    case submission, alias_of, alias_source, home

    var kind: JudgedColumn.Kind {
        switch self {
        case .log_partition, .revision, .home: .int32
        case .log_offset, .submission: .int64
        case .log_timestamp: .timestamp
        default: .text
        }
    }
}

/// For a key's row: the keyed state, and which record changed it last. The columns of a discovery are those of a
/// present planet; an alias has only its name.
enum StateColumn: Int, LeadingColumn {
    /// `state`: planet, alias or nothing (withdrawn, or no longer an alias).
    case key, state, revision, alias_of, alias_source, change, log_partition, log_offset, log_timestamp
    /// What judging the next record needs. `submissions`: identifiers, the newest last; `sent_on`: ORIGIN:OFFSET, the
    /// partition that records were sent on from and the offset up to which they were accepted. Separated by spaces.
    case was_planet, last_rowupdate, submissions, sent_on
    /// A forecast that awaits its measurement: `mass` or `radius`, and the other of the two, with its error in dex.
    case forecast, forecast_known, forecast_error

    var kind: JudgedColumn.Kind {
        switch self {
        case .revision, .log_partition: .int32
        case .log_offset: .int64
        case .log_timestamp: .timestamp
        case .was_planet: .boolean
        case .last_rowupdate: .date
        case .forecast_known, .forecast_error: .real
        default: .text
        }
    }
}
