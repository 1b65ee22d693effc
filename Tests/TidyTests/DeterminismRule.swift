// A Swift test waits on a condition, not for a time, and takes its chances from a seed: it fails again the way it
// failed.
// Tests/TestSupport has what there is for both.

enum DeterminismRule {
    private static let sleeps: Set<String> = ["sleep", "usleep", "nanosleep", "clock_nanosleep"]
    private static let draws: Set<String> = ["random", "shuffled", "shuffle", "randomElement"]

    static func faults(in file: TreeFile) -> [Fault] {
        guard file.isSwift, file.isTest, file.target != "TestSupport" else { return [] }
        let code = file.lexed.code
        var faults: [Fault] = []
        func fault(_ token: Token, _ reason: String) {
            faults.append(Fault(path: file.path, line: token.line, reason: reason))
        }
        for (index, token) in code.enumerated() where token.isName {
            let next = index + 1 < code.count ? code[index + 1].text : ""
            if token.text == "SystemRandomNumberGenerator" {
                fault(token, "\(token.text): random numbers come from SplitMix(seed:)")
            } else if sleeps.contains(token.text), next == "(" {
                fault(token, "\(token.text): wait for a condition instead")
            } else if draws.contains(token.text), next == "(", index > 0, code[index - 1].text == ".",
                case let arguments = arguments(code, index + 1), !arguments.contains("using"),
                !arguments.contains("bytes")
            {
                fault(token, "\(token.text) without `using:`: random numbers come from SplitMix(seed:)")
            }
        }
        return faults
    }

    /// The words of the call whose bracket is at `open`.
    private static func arguments(_ code: [Token], _ open: Int) -> Set<String> {
        var words: Set<String> = []
        var depth = 0
        for token in code[open...] {
            if token.text == "(" { depth += 1 }
            if token.text == ")" { depth -= 1 }
            if depth == 0 { break }
            words.insert(token.text)
        }
        return words
    }
}
