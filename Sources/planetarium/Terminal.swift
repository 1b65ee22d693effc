// What the commands say. All of them print through here: what a file or a server has put into a sentence can't move the
// cursor, or turn the text around.

import Basics
import Glibc

func print(_ text: String, terminator: String = "\n") {
    Swift.print(text.showingHidden(but: ["\n", "\t"]), terminator: terminator)
}

func print(_ text: String, terminator: String = "\n", to stream: inout StandardError) {
    stream.write(text.showingHidden(but: ["\n", "\t"]) + terminator)
}

/// Standard error as a print target. Only ever used by the main thread of a command.
struct StandardError {
    /// As it is.
    mutating func write(_ text: String) {
        var bytes = Array(text.utf8)
        _ = Glibc.write(2, &bytes, bytes.count)
    }
}

nonisolated(unsafe) var standardError = StandardError()
