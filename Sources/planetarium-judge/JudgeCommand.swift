// planetarium-judge: frames of planets and records on standard input, frames of judged rows on standard output
// (PlanetJudge/PartitionFold.swift), one answer per frame, until the input ends. For programs that share Planetarium's
// rules: the Spark job's executors, and its driver for the board. The caller keeps the planets in between.

import Glibc
import PlanetJudge

@main enum JudgeCommand {
    private static let help = """
        planetarium-judge: judges records by Planetarium's rules (frames on standard input and output; spark/README.md).

          --rules VERSION   ends with status 3 where this program's rules are of another version
          --partitions N    the planets' keys are spread over so many partitions: a record in another than its planet's
                            is refused (wrong_partition); else every place is right
          --board           figures of parts on standard input, each behind its size: prints the board's rows as JSON
          --describe        prints version, columns and rules as JSON
          --rules-version   prints the version of the rules
          --help            this

        """

    static func main() {
        signal(SIGPIPE, SIG_IGN)
        switch Array(CommandLine.arguments.dropFirst()) {
        case ["--describe"]: write(STDOUT_FILENO, JudgeDescription.json + [UInt8(ascii: "\n")])
        case ["--rules-version"]: print(JudgeDescription.rules)
        case ["--help"]: print(help, terminator: "")
        case ["--board"]: board()
        case let given: judgeInput(partitions: partitions(given))
        }
    }

    /// Reads the arguments with values.
    private static func partitions(_ given: [String]) -> Int32? {
        var partitions: Int32?
        var rest = given[...]
        while let name = rest.popFirst() {
            switch (name, rest.popFirst()) {
            case ("--rules", let version?):
                guard version == JudgeDescription.rules else {
                    fail(3, "its rules are of version \(JudgeDescription.rules), \(version) was asked for")
                }
            case ("--partitions", let text?):
                guard let count = Int32(text), count > 0 else { fail(64, "--partitions \(text): no such number") }
                partitions = count
            default: fail(64, "unknown arguments; --help tells which there are")
            }
        }
        return partitions
    }

    /// Ends the process with a sentence on standard error.
    private static func fail(_ status: Int32, _ sentence: String) -> Never {
        write(STDERR_FILENO, Array("planetarium-judge: \(sentence)\n".utf8))
        exit(status)
    }

    private static func write(_ file: Int32, _ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            // The caller is gone.
            guard count > 0 else { exit(1) }
            rest = rest.dropFirst(count)
        }
    }

    private static func write(_ file: Int32, _ bytes: [UInt8]) { bytes.withUnsafeBytes { write(file, $0) } }

    /// Fills `buffer`; returns the number of bytes before the input's end.
    private static func read(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = Glibc.read(STDIN_FILENO, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { fail(2, "standard input: \(String(cString: strerror(errno)))") }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    private static func board() {
        var parts: [[UInt8]] = []
        while let size = nextSize() {
            parts.append(
                [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                    fill(UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<size]))
                    count = size
                })
        }
        do {
            write(STDOUT_FILENO, try PartFigures.board(parts))
        } catch {
            fail(2, "\(error)")
        }
    }

    /// The size of the next frame; nil at the input's end.
    private static func nextSize() -> Int? {
        var word: UInt64 = 0
        let got = withUnsafeMutableBytes(of: &word) { read($0) }
        if got == 0 { return nil }
        let size = UInt64(littleEndian: word)
        guard got == 8 else { fail(2, "the input ends within a frame") }
        guard size <= PartitionFold.maxFrameBytes else {
            fail(2, "a frame of \(size) bytes; \(PartitionFold.maxFrameBytes) are the most")
        }
        return Int(size)
    }

    private static func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        guard read(buffer) == buffer.count else { fail(2, "the input ends within a frame") }
    }

    private static func judgeInput(partitions: Int32?) {
        var fold = PartitionFold(partitions: partitions)
        var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 8)
        while let size = nextSize() {
            if buffer.count < size {
                buffer.deallocate()
                buffer = .allocate(byteCount: size, alignment: 8)
            }
            let body = UnsafeMutableRawBufferPointer(rebasing: buffer[..<size])
            fill(body)
            do {
                write(STDOUT_FILENO, try fold.answer(UnsafeRawBufferPointer(body)))
            } catch {
                fail(2, "\(error)")
            }
        }
    }
}
