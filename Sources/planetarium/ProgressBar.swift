// One line on standard error, redrawn while a command works; plain lines if standard error is not a terminal.

import Glibc
import Threads

struct ProgressBar {
    private let isTerminal = isatty(2) == 1
    private let label: String
    private let quiet: Bool
    private var drawn: UInt64 = 0

    init(label: String, quiet: Bool) {
        self.label = label
        self.quiet = quiet
    }

    /// `fraction` nil: the end is unknown. Redraws at most ten times a second (plain: every two seconds).
    mutating func show(_ fraction: Double?, _ text: String, force: Bool = false) {
        guard !quiet else { return }
        let ms = Clock.monotonic / 1_000_000
        guard force || ms - drawn >= (isTerminal ? 100 : 2000) else { return }
        drawn = ms
        var line = label
        if let fraction {
            let cells = 24
            let full = Int(min(max(fraction, 0), 1) * Double(cells))
            line +=
                " [" + String(repeating: "#", count: full) + String(repeating: ".", count: cells - full) + "] "
                + "\(Int(min(max(fraction, 0), 1) * 100)) %"
        }
        line += "  " + text
        if isTerminal { standardError.write("\r") }
        print(line, terminator: isTerminal ? "\u{1B}[K" : "\n", to: &standardError)
    }

    /// Ends the line.
    func finish() {
        if isTerminal, !quiet { print("", to: &standardError) }
    }
}
