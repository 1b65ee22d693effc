// The same database and tables as HiveQL, for tables made by hand or definitions under version control. For Hive and
// Spark SQL; statements end in ";" at a line's end, and no string in them contains one.

extension HiveLayout {
    package var hiveQL: String {
        var text = "CREATE DATABASE IF NOT EXISTS \(quoted(database));\n"
        for table in tables {
            let columns = self.columns(table).map { "  \(quoted($0.name)) \($0.type)" }.joined(separator: ",\n")
            let key = Self.partitionKey
            text += """

                CREATE EXTERNAL TABLE IF NOT EXISTS \(quoted(database)).\(quoted(table.name)) (
                \(columns)
                )
                PARTITIONED BY (\(quoted(key.name)) \(key.type))
                STORED AS PARQUET
                LOCATION '\(literal(location(table.name)))';

                """
        }
        text += "\n-- The partitions there are now; `planetarium serve --hive` adds those to come.\n"
        for table in tables { text += "MSCK REPAIR TABLE \(quoted(database)).\(quoted(table.name));\n" }
        return text
    }

    /// LanguageManual DDL: any character but the backquote, which is doubled.
    private func quoted(_ name: String) -> String {
        "`" + name.map { $0 == "`" ? "``" : String($0) }.joined() + "`"
    }

    private func literal(_ text: String) -> String {
        text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
    }
}
