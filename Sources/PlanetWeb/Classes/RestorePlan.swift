// The records that bring a key back to a value that it had, by the same rules as all others: a value whose rowupdate is
// older counts once one without a rowupdate has been taken, and a solution that is not the default one once the planet
// was withdrawn.

import PlanetCore

enum RestorePlan {
    /// Empty where the value is there already; nil where no records lead to it.
    static func records(from state: PlanetState, to value: PlanetState.Value) -> [PlanetRecord]? {
        if state.value == value { return [] }
        return ways(to: value).first { way in
            var state = state
            for record in way {
                guard case .change(let change) = state.apply(record, from: .revision(state.revision)),
                    change != .late, change != .duplicate
                else { return false }
            }
            return state.value == value
        }
    }

    /// The shortest first.
    private static func ways(to value: PlanetState.Value) -> [[PlanetRecord]] {
        switch value {
        case .nothing: return [[.tombstone]]
        case .alias(let alias): return [[.alias(alias)], [.tombstone, .alias(alias)]]
        case .planet(let discovery):
            var draft = DiscoveryDraft(discovery)
            draft[.rowupdate] = nil
            let (planet, undated) = (PlanetRecord.discovery(discovery), PlanetRecord.discovery(draft.discovery))
            return [[planet], [undated, planet], [.tombstone, planet], [.tombstone, undated, planet]]
        }
    }
}

extension PlanetRecord {
    /// As it stands in the log; nil for a tombstone.
    var logValue: [UInt8]? {
        switch self {
        case .tombstone: nil
        case .discovery(let discovery): DiscoveryJSON.bytes(discovery)
        case .alias(let alias): alias.json
        }
    }
}
