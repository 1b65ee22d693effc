// The help texts. The settings' part follows from the table in Settings.swift.

enum Help {
    static func text(for command: String?) -> String {
        switch command {
        case "serve": return settings(.serve, "Serves the page and the API, and runs the stream, in one process.")
        case "web":
            return settings(
                .web,
                "Serves the page and the API around a Kafka cluster; any number of these, and of planetarium stream.")
        case "stream":
            return settings(
                .stream,
                "Runs the stream around a Kafka cluster: lake, aggregates, live frames. Several share the topics' partitions."
            )
        case "topics":
            return settings(
                .topics,
                "Shows the topics and how far the stream is. planetarium topics create [options] makes those that are missing."
            )
        case "hive":
            return settings(
                .hive,
                """
                The lake's tables in a Hive metastore. planetarium hive check [options] says where the metastore and the lake differ,
                planetarium hive repair [options] mends what may be mended and says what is left, planetarium hive ddl [options] prints
                HiveQL that makes the tables. Exit status 0: no difference, 1: differences (left), 3: the metastore was away.
                """)
        case "import":
            return """
                planetarium import FILE|- [options]

                Submits every record of a CSV or NDJSON file. Stopped in the middle, the same call goes on where it was; nothing is
                submitted twice. Exit status 0: all stored, 1: some were refused (see the rejects file), 3: the server was away.

                  --to URL             the server (default http://127.0.0.1:8080, PLANETARIUM_URL)
                  --format csv|ndjson  default: by the file's name or first character
                  --batch N            records a request (default 1000)
                  --aliases            the file's records are aliases: CSV with name,alias, or NDJSON (docs/API.md)
                  --source NAME        who says so, kept with each record (default import)
                  --rejects FILE       where refused records go, with reasons (default FILE.rejects.ndjson)
                  --restart            forget an earlier, unfinished import of this file
                  --quiet              no progress bar
                """
        case "replay":
            return """
                planetarium replay FILE [options]

                Plays a table of planets in the order of their discovery years, so that the charts grow as they did.

                  --to URL             the server (default http://127.0.0.1:8080, PLANETARIUM_URL)
                  --speed N            years a second (default 1)
                  --from YEAR --until YEAR
                  --quiet              no progress bar
                """
        case "compact":
            return """
                planetarium compact LAKE [options]

                Merges the small files of days that are over into large ones, while no stream writes to the lake; readers may go on.
                LAKE is a folder, or an address as for --lake. A stream on an embedded log does the same by itself (--lake-compact).

                  --aggregates-days N  also remove the aggregates of days more than N days ago (default 0: none)
                  --retention-only     do nothing but that
                  --grace SECONDS      how long replaced files are kept for readers that know them (default 10)
                  --quiet

                """ + rows(.compact)
        case "verify":
            return """
                planetarium verify LAKE [options]

                Recomputes every aggregate and every prediction in the lake from its own Parquet files and compares them bit for bit; checks
                every page, offset and file. LAKE is a folder or an address. Changes nothing. Exit status 0: all agrees, 1: findings,
                2: it could not be done.

                  --as-of POINT        only the records up to there: an offset of partition 0, TOPIC/PARTITION:OFFSET,..., or an RFC 3339 time
                  --json               the report as JSON
                  --topic NAME         the topic of discoveries (default: as the files are named)
                  --topic-rejected NAME
                  --quiet              no progress bar

                """ + rows(.verify)
        default:
            return """
                planetarium: a live catalogue of planet discoveries

                  planetarium serve    the page, the API and the stream in one process
                  planetarium web      the page and the API alone, around a Kafka cluster
                  planetarium stream   the stream alone, around a Kafka cluster
                  planetarium topics   what the log holds, and how far the stream is
                  planetarium hive     the lake's tables in a Hive metastore: check, repair, ddl
                  planetarium import   submit a file of discoveries
                  planetarium verify   recompute a lake from its files
                  planetarium replay   play a table year by year
                  planetarium compact  merge the small files of a lake
                  planetarium version
                  planetarium help COMMAND
                """
        }
    }

    private static func settings(_ part: Settings.Part, _ about: String) -> String {
        "planetarium \(part.rawValue) [options]\n\n\(about)\n\n" + rows(part)
    }

    private static func rows(_ part: Settings.Part) -> String {
        Settings.rows.filter { $0.parts.contains(part) }.map { row in
            let option = "  --\(row.name) \(row.value)"
            let gap = String(repeating: " ", count: max(1, 24 - option.utf8.count))
            return option + gap + row.help + " (default \(row.fallback), \(row.environmentName))"
        }.joined(separator: "\n")
    }
}
