// What a log record does to a planet (docs/ARCHITECTURE.md, "State of a planet"). The web's catalogue and the stream's engine both use it.
// Not here: the planet's values, the keyed map of planets.

import StateBytes

package enum Change: String, Sendable, CaseIterable {
    case new
    case revision
    case duplicate
    case withdrawal
    case reinstatement
}

/// Where one planet stands after the records so far. Its value is kept by whoever keeps the state: records are compared as
/// discoveries, so another program's spelling of the same values is a duplicate.
package struct PlanetState: Equatable, Sendable {
    /// The next record of the log, as far as the state goes.
    package enum Record: Sendable {
        case tombstone
        /// Whether its discovery equals the planet's current one.
        case value(isSame: Bool)
    }

    /// 0 before the first record.
    package private(set) var revision: UInt32 = 0
    package private(set) var isWithdrawn = false

    package init() {}

    package func save(to state: inout StateWriter) {
        state.integer(Int(revision))
        state.flag(isWithdrawn)
    }

    package init(from state: inout StateReader) throws(StateError) {
        guard let saved = UInt32(exactly: try state.integer()) else { throw .damaged }
        revision = saved
        isWithdrawn = try state.flag()
    }

    package mutating func apply(_ record: Record) -> Change {
        switch record {
        case .tombstone:
            guard revision > 0, !isWithdrawn else { return .duplicate }
            isWithdrawn = true
            revision += 1
            return .withdrawal
        case .value(let isSame):
            if isSame, revision > 0, !isWithdrawn { return .duplicate }
            let change: Change = revision == 0 ? .new : isWithdrawn ? .reinstatement : .revision
            revision += 1
            isWithdrawn = false
            return change
        }
    }
}

extension PlanetState.Record {
    /// `discovery` nil: a tombstone. `current`: the planet's value before the record, nil when withdrawn or not known.
    package init(_ discovery: Discovery?, after current: Discovery?) {
        self = discovery == nil ? .tombstone : .value(isSame: discovery == current)
    }
}
