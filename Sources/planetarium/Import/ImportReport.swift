// What an import shows and keeps while it goes on: progress, refused records, the last line.

import Glibc

struct ImportReport {
    private(set) var done: ImportProgress
    private let size: Int?
    /// Nil: standard input cannot be resumed.
    private let progressFile: String?
    private let rejectsPath: String
    private var rejects: RejectsFile
    private var bar: ProgressBar

    /// `size`: the file's, nil where it is not known. Goes on where an unfinished import of the same file was.
    init(_ command: ImportCommand, size: Int?) {
        self.size = size
        let isStandardInput = command.path == "-"
        progressFile = isStandardInput ? nil : command.path + ".import-progress"
        done =
            command.isRestart
            ? ImportProgress()
            : progressFile.flatMap { ImportProgress(file: $0, size: size) } ?? ImportProgress()
        done.size = size ?? -1
        rejectsPath = command.rejects ?? (isStandardInput ? "import" : command.path) + ".rejects.ndjson"
        rejects = RejectsFile(path: rejectsPath, appending: done.bytes > 0)
        bar = ProgressBar(label: "import", quiet: command.isQuiet)
        if done.bytes > 0, !command.isQuiet { print("going on at line \(done.line)", to: &standardError) }
    }

    private var counts: String { "\(done.accepted) stored, \(done.rejected) refused" }

    mutating func take(_ result: SliceResult, of slice: ImportSlice, header: [UInt8]) {
        for reject in result.rejected { rejects.add(reject, in: slice, header: header) }
        done.accepted += result.accepted
        done.rejected += result.rejected.count
        done.bytes = slice.endOffset
        done.line = slice.endLine
        if let progressFile { done.save(progressFile) }
        bar.show(size.map { Double(done.bytes) / Double(max($0, 1)) }, counts, force: slice.isLast)
    }

    /// The exit status.
    func gaveUp(_ answer: HTTPAnswer, _ url: String, line: Int) -> Int32 {
        bar.finish()
        print(
            "planetarium import: \(url) \(answer.reason)\nRun the same command again to go on at line \(line).",
            to: &standardError)
        return 3
    }

    /// The exit status.
    func finish() -> Int32 {
        bar.finish()
        if let progressFile { unlink(progressFile) }
        print(counts + (done.rejected > 0 ? " (see \(rejectsPath))" : ""))
        return done.rejected > 0 ? 1 : 0
    }
}
