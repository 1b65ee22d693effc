// What a group of an aggregate counts: which planets, or which records. PlanetStream's aggregates know that, the web
// finds them in its catalogue; these types are exchanged between the two.

/// A planet of the catalogue, as far as an aggregate needs it.
package struct CountedPlanet: Sendable {
    package let key: String
    package let discovery: Discovery
    package let forecast: KeptForecast?

    package init(key: String, discovery: Discovery, forecast: KeptForecast?) {
        self.key = key
        self.discovery = discovery
        self.forecast = forecast
    }
}

/// Which of some planets a group counts, and its number.
package struct CountedMembers: Sendable, Equatable {
    /// Indices into the given planets.
    package var indices: [Int]
    /// The group's number on the board: usually the number of planets, in `hosts` that of hosts.
    package var value: Int

    package init(_ indices: [Int], value: Int? = nil) {
        self.indices = indices
        self.value = value ?? indices.count
    }
}

/// Records counted as they come, whatever happened to their planet later.
package enum RecordGroup: Hashable, Sendable {
    /// Of planet-discoveries.
    case records
    case revisions, duplicates, withdrawals, late
    /// Of either topic.
    case rejected
    case warned
    case warning(String)
    case reject(String)
    /// Minutes and days since 1970-01-01 UTC.
    case minute(Int64)
    case day(Int64)
}

package enum GroupMembers: Sendable {
    package enum Unit: String, Sendable {
        case planets, hosts, records, aliases, forecasts
    }
    case unknownAggregate
    case unknownGroup
    /// Nothing is counted, for the reason in the sentence.
    case nothing(String)
    /// `columns`: those that decide. `isFixed`: the group is on every board, even if empty.
    case planets(
        unit: Unit, columns: [ColumnID], isFixed: Bool, members: @Sendable ([CountedPlanet]) -> CountedMembers)
    case records(RecordGroup, isFixed: Bool)
    /// The present aliases.
    case aliases
    /// Candidates, which count in no other group.
    case candidates
    /// The planets that came or changed last.
    case newest(Int)

    /// Decides for each planet by itself.
    package static func each(
        _ columns: ColumnID..., isFixed: Bool = false, where holds: @escaping @Sendable (CountedPlanet) -> Bool
    ) -> GroupMembers {
        .planets(unit: .planets, columns: columns, isFixed: isFixed) { planets in
            CountedMembers(planets.indices.filter { holds(planets[$0]) })
        }
    }
}

/// An aggregate that counts planets by columns of the lake's tables `discoveries` and `predictions`, for programs that
/// do the same: the values, separated by slashes, name a group.
package struct CountedColumns: Sendable, Equatable {
    package let aggregate: String
    package let by: [String]
    /// Whether a null counts as the value `null`; otherwise a planet with one is in no group.
    package let countsNull: Bool

    package init(aggregate: String, by: [String], countsNull: Bool) {
        self.aggregate = aggregate
        self.by = by
        self.countsNull = countsNull
    }

    /// Those on the board. PlanetStream's aggregates count by groupings of their own; a test compares the two.
    package static let onBoard: [CountedColumns] = [
        by("by_method", "discoverymethod"),
        by("by_year", "disc_year"),
        by("by_facility", "disc_facility"),
        by("by_method_year", "discoverymethod", "disc_year"),
        predicted("by_type", "pl_type"),
        predicted("by_nasa_type", "nasa_type"),
        predicted("by_zone", "hz_class"),
        predicted("by_temperature", "temp_class"),
        predicted("by_habitability", "habitable"),
        predicted("by_zone_type", "hz_class", "pl_type"),
    ]

    private static func by(_ aggregate: String, _ columns: String...) -> CountedColumns {
        CountedColumns(aggregate: aggregate, by: columns, countsNull: false)
    }
    private static func predicted(_ aggregate: String, _ columns: String...) -> CountedColumns {
        CountedColumns(aggregate: aggregate, by: columns, countsNull: true)
    }
}
