// The table of columns as JSON, for the page's form and for programs: the answer to GET /api/schema (docs/API.md).
// Not here: Parquet or Hive types.
import JSONText

package enum SchemaJSON {
    /// Members that say nothing (no unit, no range, no choices) are left out.
    /// `more` adds members that are not the columns' and the records'.
    package static func bytes(_ more: (inout JSONWriter) -> Void = { _ in }) -> [UInt8] {
        var writer = JSONWriter(capacity: 64 << 10)
        writer.beginObject()
        array("columns", of: Columns.all, &writer) { write($0, &$1) }
        objects("groups", of: ColumnGroup.allCases, &writer) { group, writer in
            writer.member("name", group.rawValue)
            write("label", group.label, &writer)
        }
        write("essentials", Columns.essentials.map(\.name), &writer)
        writeBoard(&writer)
        writeValidation(&writer)
        more(&writer)
        writer.endObject()
        return writer.bytes
    }

    /// What the board's groups mean: the values that predictions take, in their natural order, and the diagrams' grids,
    /// and the aggregates that count planets by columns.
    private static func writeBoard(_ writer: inout JSONWriter) {
        writer.key("predictions")
        writer.beginObject()
        write("pl_type", PlanetType.allCases.map(\.rawValue), &writer)
        write("nasa_type", NASAType.allCases.map(\.rawValue), &writer)
        write("hz_class", HabitableZone.Zone.allCases.map(\.rawValue), &writer)
        write("temp_class", TemperatureClass.allCases.map(\.rawValue), &writer)
        array("habitable", of: Habitability.ranks, &writer) { $1.integer($0) }
        writer.endObject()
        objects("diagrams", of: DiagramAxis.diagrams, &writer) { diagram, writer in
            writer.member("aggregate", diagram.aggregate)
            write("x", diagram.x, &writer)
            write("y", diagram.y, &writer)
        }
        objects("counted", of: CountedColumns.onBoard, &writer) { row, writer in
            writer.member("aggregate", row.aggregate)
            write("by", row.by, &writer)
            writer.member("counts_null", row.countsNull)
        }
    }

    private static func write(_ name: String, _ axis: DiagramAxis, _ writer: inout JSONWriter) {
        writer.key(name)
        writer.beginObject()
        writer.member("quantity", axis.quantity)
        writer.member("logarithmic", axis.isLogarithmic)
        writer.member("lowest", axis.lowest)
        writer.member("step", 1 / axis.binsPerUnit)
        writer.member("bins", axis.count)
        writer.endObject()
    }

    /// What validation needs beyond the columns: for programs that know the rules.
    private static func writeValidation(_ writer: inout JSONWriter) {
        objects("conversions", of: UnitConversion.aliases, &writer) { entry, writer in
            let (alias, column, conversion) = entry
            writer.member("alias", alias)
            writer.member("column", "\(column)")
            writer.member("unit", conversion.unit)
        }
        objects("methods", of: DiscoveryMethod.synonyms, &writer) { entry, writer in
            let (synonym, method) = entry
            writer.member("synonym", synonym)
            writer.member("method", method)
        }
        objects("rules", of: Rule.allCases, &writer) { rule, writer in
            writer.member("rule", rule.rawValue)
            writer.member("warning", rule.isWarning)
            writer.member("sentence", rule.sentence)
        }
        writer.key("units")
        writer.beginObject()
        writer.member("jupiter_radius_in_earths", Units.jupiterRadiusInEarths)
        writer.member("jupiter_mass_in_earths", Units.jupiterMassInEarths)
        writer.member("solar_radius_in_earths", Units.solarRadiusInEarths)
        writer.member("parsec_in_light_years", Units.parsecInLightYears)
        writer.member("celsius_zero_in_kelvins", Units.celsiusZeroInKelvins)
        writer.member("solar_gm", Units.solarGM)
        writer.member("astronomical_unit_in_metres", Units.astronomicalUnitInMetres)
        writer.member("solar_radius_in_metres", Units.solarRadiusInMetres)
        writer.member("day_in_seconds", Units.dayInSeconds)
        writer.member("earth_density", Units.earthDensity)
        writer.endObject()
    }

    private static func write(_ column: Column, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", column.name)
        writer.member("type", column.type.rawValue)
        if let unit = column.unit { writer.member("unit", unit) }
        writer.member("group", column.group.rawValue)
        write("label", column.label, &writer)
        write("help", column.help, &writer)
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
        if !column.choices.isEmpty { write("choices", column.choices, &writer) }
        writer.member("form", column.inForm)
        if !column.aliases.isEmpty { write("aliases", column.aliases, &writer) }
        writer.endObject()
    }

    private static func write(_ name: String, _ words: Localized, _ writer: inout JSONWriter) {
        writer.key(name)
        writer.beginObject()
        writer.member("en", words.en)
        writer.member("fr", words.fr)
        writer.endObject()
    }

    private static func write(_ name: String, _ texts: [String], _ writer: inout JSONWriter) {
        array(name, of: texts, &writer) { $1.string($0) }
    }

    private static func array<Items: Sequence>(
        _ name: String, of items: Items, _ writer: inout JSONWriter,
        _ write: (Items.Element, inout JSONWriter) -> Void
    ) {
        writer.key(name)
        writer.beginArray()
        for item in items { write(item, &writer) }
        writer.endArray()
    }

    private static func objects<Items: Sequence>(
        _ name: String, of items: Items, _ writer: inout JSONWriter,
        _ members: (Items.Element, inout JSONWriter) -> Void
    ) {
        array(name, of: items, &writer) { item, writer in
            writer.beginObject()
            members(item, &writer)
            writer.endObject()
        }
    }
}
