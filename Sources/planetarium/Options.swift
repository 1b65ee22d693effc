// Command-line options as `--name value` or `--name=value`, and what is left over. A dozen commands need no framework.

/// A wrong command line; its text goes to standard error with exit status 2.
struct UsageError: Error {
    let text: String
    init(_ text: String) { self.text = text }
}

struct Options {
    private var arguments: [String]
    /// Options asked for so far: an unknown one may be a misspelling of one of them.
    private var known: [String] = []

    init(_ arguments: [String]) { self.arguments = arguments }

    /// Takes out the option's value; nil if it is absent.
    mutating func value(_ name: String) throws(UsageError) -> String? {
        known.append(name)
        if let index = arguments.firstIndex(of: name) {
            guard index + 1 < arguments.count else { throw UsageError("\(name) needs a value") }
            let value = arguments[index + 1]
            arguments.removeSubrange(index...index + 1)
            return value
        }
        guard let index = arguments.firstIndex(where: { $0.hasPrefix(name + "=") }) else { return nil }
        return String(arguments.remove(at: index).dropFirst(name.count + 1))
    }

    /// The value of an option that means 1 by itself.
    mutating func switchValue(_ name: String) throws(UsageError) -> String? {
        guard let index = arguments.firstIndex(of: name),
            index + 1 == arguments.count || arguments[index + 1].hasPrefix("-")
        else { return try value(name) }
        known.append(name)
        arguments.remove(at: index)
        return "1"
    }

    /// Takes out an option without a value; true if it is present.
    mutating func flag(_ name: String) -> Bool {
        known.append(name)
        guard let index = arguments.firstIndex(of: name) else { return false }
        arguments.remove(at: index)
        return true
    }

    /// A whole number; `fallback` if the option is absent.
    mutating func number(_ name: String, _ range: ClosedRange<Int>, fallback: Int) throws(UsageError) -> Int {
        guard let text = try value(name) else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError("\(name) \(text) is not a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The next argument that is not an option.
    mutating func positional(_ meaning: String) throws(UsageError) -> String {
        guard let index = arguments.firstIndex(where: { !$0.hasPrefix("-") || $0 == "-" }) else {
            throw UsageError("missing: \(meaning)\(unknownOption)")
        }
        return arguments.remove(at: index)
    }

    /// Complains about anything left over.
    func finish() throws(UsageError) {
        if let first = arguments.first { throw UsageError("unknown argument: \(first)\(hint(first))") }
    }

    private var unknownOption: String { arguments.first.map { "; unknown argument: \($0)\(hint($0))" } ?? "" }

    private func hint(_ argument: String) -> String {
        guard argument.hasPrefix("--") else { return "" }
        return Nearest.hint(String(argument.prefix { $0 != "=" }), in: known)
    }
}
