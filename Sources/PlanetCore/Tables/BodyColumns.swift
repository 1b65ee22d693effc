// What became of the columns of a body: said once a request, so that nothing is left out in silence.
import JSONText

package struct BodyColumns: Sendable, Equatable {
    package struct Used: Sendable, Equatable {
        package let name: String
        /// The column that it is.
        package let column: String
        /// What the values were given in; nil where the column has no unit.
        package let unit: String?
        package let isAssumed: Bool
        /// How many records have one; nil for JSON, where nobody counts.
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

    /// Whose table it is, where its header tells.
    package internal(set) var dialect: String?
    package internal(set) var used: [Used] = []
    /// Kept under `extra`.
    package internal(set) var keptAside: [Other] = []

    /// Of no use here, and of no use to keep: links, marked-up copies of numbers.
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
