// What a group of an aggregate counts: which planets, or which records. PlanetStream's aggregates know, the web looks
// them up in its catalogue; these types pass between the two. Not the groups' values.

/// A planet of the catalogue, as far as an aggregate asks.
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

/// Which of some planets a group counts, and to what number.
package struct CountedMembers: Sendable, Equatable {
    /// Indices into the planets that were asked about.
    package var indices: [Int]
    /// The group's number on the board: mostly how many planets, in `hosts` how many hosts.
    package var value: Int

    package init(_ indices: [Int], value: Int? = nil) {
        self.indices = indices
        self.value = value ?? indices.count
    }
}

/// Records that are counted as they come, whatever became of their planet later.
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
    /// Nothing is counted; why, in a sentence.
    case nothing(String)
    /// `columns`: those that decide. `isFixed`: the group is on every board, even with nothing in it.
    case planets(
        unit: Unit, columns: [ColumnID], isFixed: Bool, members: @Sendable ([CountedPlanet]) -> CountedMembers)
    case records(RecordGroup, isFixed: Bool)
    /// The names that are aliases now.
    case aliases
    /// What may be a planet, and counts in no other group.
    case candidates
    /// The planets that came or changed last.
    case newest(Int)

    /// Each planet by itself.
    package static func each(
        _ columns: ColumnID..., isFixed: Bool = false, where holds: @escaping @Sendable (CountedPlanet) -> Bool
    ) -> GroupMembers {
        .planets(unit: .planets, columns: columns, isFixed: isFixed) { planets in
            CountedMembers(planets.indices.filter { holds(planets[$0]) })
        }
    }
}

/// An aggregate that counts planets by columns of the lake's tables `discoveries` and `predictions`, for programs that
/// do the same: their values, with slashes between, name a group.
package struct CountedColumns: Sendable, Equatable {
    package let aggregate: String
    package let by: [String]
    /// Whether a null counts as the value `null`; else a planet with one is in no group.
    package let countsNull: Bool

    package init(aggregate: String, by: [String], countsNull: Bool) {
        self.aggregate = aggregate
        self.by = by
        self.countsNull = countsNull
    }

    /// Those of the board. PlanetStream's aggregates are counted by groupings of their own; a test holds the two
    /// together.
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
