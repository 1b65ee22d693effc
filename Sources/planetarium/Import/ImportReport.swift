// What an import shows and stores while it runs: progress, refused records, the last line.

import Glibc
import JSONText
import Threads

struct ImportReport {
    private(set) var done: ImportProgress
    private let size: Int?
    /// Nil: standard input cannot be resumed.
    private let progressFile: String?
    private let rejectsPath: String
    private var rejects: RejectsFile
    private var bar: ProgressBar
    private var columns = ImportedColumns()
    /// Refused records that the server counted without details.
    private var notListed = 0
    private let isQuiet: Bool
    private let isJSON: Bool
    private let began = Clock.monotonic
    private let atBegin: (records: Int, bytes: Int)

    /// `size`: the file's, nil if unknown. Continues where an unfinished import of the same file stopped.
    init(_ command: ImportCommand, size: Int?) {
        self.size = size
        let isStandardInput = command.path == "-"
        progressFile = isStandardInput ? nil : command.path + ".import-progress"
        done =
            command.isRestart
            ? ImportProgress()
            : progressFile.flatMap { ImportProgress(file: $0, size: size) } ?? ImportProgress()
        done.size = size ?? -1
        atBegin = (done.accepted + done.rejected, done.bytes)
        rejectsPath = command.rejects ?? (isStandardInput ? "import" : command.path) + ".rejects.ndjson"
        rejects = RejectsFile(path: rejectsPath, appending: done.bytes > 0)
        isQuiet = command.isQuiet
        isJSON = command.isJSON
        bar = ProgressBar(label: "import", quiet: command.isQuiet)
        if done.bytes > 0, !command.isQuiet { print("going on at line \(done.line)", to: &standardError) }
    }

    private var json: String {
        let json = JSONWriter.object {
            $0.member("stored", done.accepted)
            $0.member("refused", done.rejected)
            $0.member("refused_without_details", notListed)
            $0.optional("rejects", done.rejected > 0 ? rejectsPath : nil)
        }
        return String(decoding: json, as: UTF8.self)
    }

    private var counts: String { "\(done.accepted) stored, \(done.rejected) refused" }

    mutating func take(_ result: SliceResult, of slice: ImportSlice, header: [UInt8]) {
        for reject in result.rejected { rejects.add(reject, in: slice, header: header) }
        if !result.columns.isEmpty { columns.add(result.columns) }
        done.accepted += result.accepted
        done.rejected += result.rejectedCount
        notListed += result.rejectedCount - result.rejected.count
        done.bytes = slice.endOffset
        done.line = slice.endLine
        if let progressFile { done.save(progressFile) }
        bar.show(fraction, counts + pace, force: slice.isLast)
    }

    /// Of the file; nil if its size is unknown.
    private var fraction: Double? { size.map { Double(done.bytes) / Double(max($0, 1)) } }

    /// Records per second, and the time left.
    private var pace: String {
        let seconds = Double(Clock.monotonic - began) / 1e9
        let records = Double(done.accepted + done.rejected - atBegin.records)
        guard seconds > 0.5, records > 0 else { return "" }
        var text = ", \(Int(records / seconds)) a second"
        let bytes = Double(done.bytes - atBegin.bytes)
        if let size, bytes > 0 { text += ", \(Int((seconds * Double(size - done.bytes) / bytes).rounded(.up))) s left" }
        return text
    }

    /// Shown at once, and again as the time runs down.
    mutating func waiting(_ answer: HTTPAnswer, _ url: String, _ left: Double) {
        if answer.status == 429 {
            let text = "\(url) takes no more for now; going on in \(Int(max(1, answer.retryAfter ?? 0))) s"
            return bar.show(fraction, text, force: true)
        }
        let reason = answer.status == 0 ? answer.error : "it answers \(answer.status)"
        bar.show(fraction, "no luck with \(url): \(reason); trying for \(Int(left.rounded(.up))) s more", force: true)
    }

    func gaveUp(_ answer: HTTPAnswer, _ url: String, line: Int) -> ImportCommand.Status {
        bar.finish()
        let refusal = ImportRefusal(answer, url: url)
        var text = "planetarium import: \(refusal.text)"
        if done.accepted + done.rejected > 0 { text += "\nBefore line \(line): \(counts)." }
        if refusal.status == .serverAway { text += "\nRun the same command again to go on at line \(line)." }
        print(text, to: &standardError)
        return refusal.status
    }

    mutating func finish(_ path: String) -> ImportCommand.Status {
        if done.accepted + done.rejected > 0 { bar.show(size == nil ? nil : 1, counts, force: true) }
        bar.finish()
        if let progressFile { unlink(progressFile) }
        guard done.accepted + done.rejected > 0 else {
            let reason = size == 0 ? "is empty" : "holds no record, only a header, comments or empty lines"
            print("planetarium import: \(path) \(reason)", to: &standardError)
            return .unreadable
        }
        if isJSON {
            print(json)
            return done.rejected > 0 ? .someRefused : .stored
        }
        print(counts + (done.rejected > 0 ? " (see \(rejectsPath))" : ""))
        if notListed > 0 {
            print(
                "\(notListed) of the refused are not in that file: the server's answers were too long. "
                    + "A smaller --batch has shorter ones.")
        }
        if !isQuiet { for line in columns.lines { print(line) } }
        return done.rejected > 0 ? .someRefused : .stored
    }
}
