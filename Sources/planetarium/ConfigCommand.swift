// `planetarium config [COMMAND]`: each setting of a command, its value, and where it comes from. Shows no secrets.

enum ConfigCommand {
    static func run(_ arguments: [String]) throws(UsageError) -> Int32 {
        var rest = arguments
        var part = Settings.Part.serve
        if let name = rest.first, !name.hasPrefix("-") {
            rest.removeFirst()
            guard let named = Settings.Part(rawValue: name) else {
                let names = Settings.Part.allCases.map(\.rawValue)
                throw UsageError("no command with settings: \(name)\(Nearest.hint(name, in: names))")
            }
            part = named
        }
        var options = Options(rest)
        let read = try ReadSettings(&options, for: part)
        try options.finish()
        print(text(read, for: part))
        return 0
    }

    static func text(_ read: ReadSettings, for part: Settings.Part) -> String {
        var shown = ["planetarium \(part.rawValue)"]
        for group in SettingGroup.all {
            let lines = group.rows.filter { $0.parts.contains(part) }.flatMap { Self.lines(of: $0, read) }
            if !lines.isEmpty { shown += ["", "\(group.title):"] }
            for line in lines {
                shown.append("  \(padded(line.name, 20)) \(padded(line.value, 30)) \(line.origin)")
            }
        }
        return shown.joined(separator: "\n")
    }

    private struct Line {
        let name: String
        let value: String
        let origin: SettingOrigin
    }

    private static let notShown = "(not shown)"

    private static func lines(of row: SettingRow, _ read: ReadSettings) -> [Line] {
        if row.isSecret, !read.settings.kafka.all.isEmpty {
            return read.settings.kafka.all.map {
                Line(name: row.name, value: "\($0.name)=\(notShown)", origin: $0.origin)
            }
        }
        let line = Line(name: row.name, value: row.text(read.settings), origin: read.origin(of: row))
        guard row.name == "hdfs-token-file", read.settings.hdfs.token != nil else { return [line] }
        return [
            line, Line(name: "hdfs-token", value: notShown, origin: .environment(Environment.hdfsToken)),
        ]
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

extension Command {
    static let config = Command(
        name: "config", summary: "each setting, its value, and where it comes from",
        arguments: "[COMMAND] [options of COMMAND]",
        about: [
            "Shows the settings that a command (serve, unless another is named) would run with, and where each comes "
                + "from: a flag, an environment variable, a line of a file, or the default. Runs nothing.",
            "A flag beats the environment, which beats the file named by --config or PLANETARIUM_CONFIG, which beats the "
                + "default. The file has a line NAME = VALUE for each setting, named as the option without its dashes; "
                + "lines that begin with # are comments.",
        ],
        example: "planetarium config serve --config planetarium.conf", run: ConfigCommand.run)
}
