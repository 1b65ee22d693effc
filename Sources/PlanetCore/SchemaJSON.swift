// The table of columns as JSON, for the page's form and for programs: the answer to GET /api/schema (docs/API.md).
import Basics
import JSONText

package enum SchemaJSON {
    /// 8 hexadecimal digits that change with the columns, their ranges and the rules.
    package static let digest = String(SHA256.hex(bytes()).prefix(8))

    /// Members without a value (no unit, no range, no choices) are left out. `more` adds members that describe neither
    /// columns nor records.
    package static func bytes(_ more: (inout JSONWriter) -> Void = { _ in }) -> [UInt8] {
        JSONWriter.object(capacity: 64 << 10) {
            $0.objects("columns", Columns.all, write)
            $0.objects("groups", ColumnGroup.allCases) { group, writer in
                writer.member("name", group.rawValue)
                writer.member("label", group.label)
            }
            $0.array("essentials", Columns.essentials.map(\.name))
            writeBoard(&$0)
            writeValidation(&$0)
            more(&$0)
        }
    }

    /// What the board's groups mean: the possible values of predictions, in their natural order, the diagrams' grids,
    /// and the aggregates that count planets by columns.
    private static func writeBoard(_ writer: inout JSONWriter) {
        writer.object("predictions") {
            $0.array("pl_type", PlanetType.allCases.map(\.rawValue))
            $0.array("nasa_type", NASAType.allCases.map(\.rawValue))
            $0.array("hz_class", HabitableZone.Zone.allCases.map(\.rawValue))
            $0.array("temp_class", TemperatureClass.allCases.map(\.rawValue))
            $0.array("habitable") { for rank in Habitability.ranks { $0.integer(rank) } }
        }
        writer.objects("diagrams", DiagramAxis.diagrams) { diagram, writer in
            writer.member("aggregate", diagram.aggregate)
            writer.member("x", diagram.x)
            writer.member("y", diagram.y)
        }
        writer.objects("counted", CountedColumns.onBoard) { row, writer in
            writer.member("aggregate", row.aggregate)
            writer.array("by", row.by)
            writer.member("counts_null", row.countsNull)
        }
    }

    /// What validation needs beyond the columns: for programs that know the rules.
    private static func writeValidation(_ writer: inout JSONWriter) {
        writer.objects("conversions", ConvertedNames.all) { entry, writer in
            let (alias, column, conversion) = entry
            writer.member("alias", alias)
            writer.member("column", column.name)
            writer.member("unit", conversion.unit)
        }
        writer.objects("methods", DiscoveryMethod.synonyms) { entry, writer in
            let (synonym, method) = entry
            writer.member("synonym", synonym)
            writer.member("method", method)
        }
        writer.objects("rules", Rule.allCases) { rule, writer in
            writer.member("rule", rule.rawValue)
            writer.member("warning", rule.isWarning)
            writer.member("sentence", rule.sentence)
        }
        writer.object("units") {
            $0.member("jupiter_radius_in_earths", Units.jupiterRadiusInEarths)
            $0.member("jupiter_mass_in_earths", Units.jupiterMassInEarths)
            $0.member("solar_radius_in_earths", Units.solarRadiusInEarths)
            $0.member("parsec_in_light_years", Units.parsecInLightYears)
            $0.member("celsius_zero_in_kelvins", Units.celsiusZeroInKelvins)
            $0.member("solar_gm", Units.solarGM)
            $0.member("astronomical_unit_in_metres", Units.astronomicalUnitInMetres)
            $0.member("solar_radius_in_metres", Units.solarRadiusInMetres)
            $0.member("day_in_seconds", Units.dayInSeconds)
            $0.member("earth_density", Units.earthDensity)
        }
    }

    private static func write(_ column: Column, _ writer: inout JSONWriter) {
        writer.member("name", column.name)
        writer.member("type", column.type.rawValue)
        if let unit = column.unit { writer.member("unit", unit) }
        writer.member("group", column.group.rawValue)
        writer.member("label", column.label)
        writer.member("help", column.help)
        writer.member("required", column.required)
        if let min = column.range.min {
            writer.member("min", min)
            writer.member("min_exclusive", column.range.minIsExclusive)
        }
        if let max = column.range.max {
            writer.member("max", max)
            writer.member("max_exclusive", column.range.maxIsExclusive)
        }
        if let min = column.usual.min { writer.member("usual_min", min) }
        if let max = column.usual.max { writer.member("usual_max", max) }
        if column.maxLength > 0 { writer.member("max_length", column.maxLength) }
        if !column.choices.isEmpty { writer.array("choices", column.choices) }
        writer.member("form", column.inForm)
        if !column.aliases.isEmpty { writer.array("aliases", column.aliases) }
    }
}

extension JSONWriter {
    /// An array of objects; `members` writes those of each.
    fileprivate mutating func objects<Items: Sequence>(
        _ name: String, _ items: Items, _ members: (Items.Element, inout JSONWriter) -> Void
    ) {
        array(name) { for item in items { $0.object { members(item, &$0) } } }
    }

    fileprivate mutating func member(_ name: String, _ words: Localized) {
        object(name) {
            $0.member("en", words.en)
            $0.member("fr", words.fr)
        }
    }

    fileprivate mutating func member(_ name: String, _ axis: DiagramAxis) {
        object(name) {
            $0.member("quantity", axis.quantity)
            $0.member("logarithmic", axis.isLogarithmic)
            $0.member("lowest", axis.lowest)
            $0.member("step", 1 / axis.binsPerUnit)
            $0.member("bins", axis.count)
        }
    }
}
