// The text of `planetarium help`, laid out for the terminal's width. The commands and the rows of the settings supply
// its words.

import Glibc

struct HelpText {
    let width: Width

    /// The column where an option's meaning starts.
    private static let column = 24

    var overview: String {
        var lines = ["planetarium: a live catalogue of planet discoveries"]
        for group in Command.groups {
            lines += ["", "\(group.title):"]
            for command in group.commands { lines += row("planetarium " + command.name, command.summary) }
        }
        lines += ["", "planetarium help COMMAND says more about each."]
        return lines.joined(separator: "\n")
    }

    func text(of command: Command) -> String {
        var lines = ["planetarium \(command.name) \(command.arguments)"]
        for paragraph in command.about { lines += [""] + wrapped(paragraph, indent: 0) }
        lines += ["", "Example:", "  \(command.example)"]
        if !command.options.isEmpty {
            lines += ["", "Options:"]
            for option in command.options { lines += row(option.option, option.help) }
        }
        for group in SettingGroup.all {
            guard let part = command.part else { break }
            let rows = group.rows.filter { $0.parts.contains(part) }
            guard !rows.isEmpty else { continue }
            lines += ["", "\(group.title):"]
            for row in rows {
                lines += self.row(
                    "--\(row.name) \(row.placeholder)", "\(row.help) (default \(row.fallback), \(row.environmentName))")
            }
        }
        return lines.joined(separator: "\n")
    }

    /// Name and meaning side by side; a long name gets a line of its own.
    private func row(_ name: String, _ meaning: String) -> [String] {
        var lines = wrapped(meaning, indent: HelpText.column)
        let name = "  " + name
        guard name.count < HelpText.column, let first = lines.first else { return [name] + lines }
        lines[0] = name + first.dropFirst(name.count)
        return lines
    }

    /// Lines of at most `width`, except for longer words.
    private func wrapped(_ text: String, indent: Int) -> [String] {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = margin
        for word in text.split(separator: " ") {
            if line.count > indent, line.count + 1 + word.count > width.columns {
                lines.append(line)
                line = margin
            }
            line += (line.count > indent ? " " : "") + word
        }
        return lines + [line]
    }
}

/// The text's width, in columns.
struct Width: Equatable {
    let columns: Int

    /// Longer lines are hard to read; shorter ones leave no room beside the options.
    private static let sensible = 60...100

    /// `variable`: COLUMNS; `terminal`: nil if the output is not a terminal.
    init(variable: String?, terminal: Int?) {
        let wanted = variable.flatMap { Int($0) } ?? terminal ?? 80
        columns = min(max(wanted, Width.sensible.lowerBound), Width.sensible.upperBound)
    }

    /// The width for standard output.
    static var ofOutput: Width {
        var size = winsize()
        let isTerminal = ioctl(1, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return Width(variable: Environment.all["COLUMNS"], terminal: isTerminal ? Int(size.ws_col) : nil)
    }
}
