// What happened to the columns of a body: reported once per request, so that nothing is left out silently.
import JSONText

package struct BodyColumns: Sendable, Equatable {
    package struct Used: Sendable, Equatable {
        package let name: String
        /// The catalogue's column.
        package let column: String
        /// The unit in which the values were given; nil if the column has no unit.
        package let unit: String?
        package let isAssumed: Bool
        /// How many records have one; nil for JSON, where they are not counted.
        package let values: Int?

        init(column: String) {
            (name, self.column, unit, isAssumed, values) = (column, column, nil, false, nil)
        }

        init(name: String, _ target: FieldTarget, values: Int) {
            self.name = name
            column = target.id.name
            unit = target.conversion == .none ? Columns.of(target.id).unit : target.conversion.unit
            isAssumed = target.assumesUnit
            self.values = values
        }
    }

    package struct Other: Sendable, Equatable {
        package let name: String
        package let values: Int
    }

    /// Whose table it is, if its header shows it.
    package internal(set) var dialect: String?
    package internal(set) var used: [Used] = []
    /// Stored under `extra`.
    package internal(set) var keptAside: [Other] = []

    /// Of no use here, nor worth storing: links, marked-up copies of numbers.
    package internal(set) var ignored: [Other] = []

    package init(dialect: String? = nil) { self.dialect = dialect }

    package var isEmpty: Bool { used.isEmpty && keptAside.isEmpty }

    package func write(to writer: inout JSONWriter) {
        writer.optional("dialect", dialect)
        writer.array("used") {
            for field in used {
                $0.object {
                    $0.member("name", field.name)
                    $0.member("column", field.column)
                    $0.optional("unit", field.unit)
                    if field.isAssumed { $0.member("unit_assumed", true) }
                    $0.optional("values", field.values)
                }
            }
        }
        for (name, fields) in [("kept_aside", keptAside), ("ignored", ignored)] {
            writer.array(name) {
                for field in fields {
                    $0.object {
                        $0.member("name", field.name)
                        $0.member("values", field.values)
                    }
                }
            }
        }
    }
}
