// A class: pupils who submit under one code, for the time of a lesson; and its line in the file of classes.
// Not the file (ClassList.swift), nor who sent what (ClassIndex.swift).

import Basics
import JSONText

struct SchoolClass: Sendable, Equatable {
    enum State: String, Sendable { case open, closed, ended }

    let code: String
    var title: String
    /// Microseconds since 1970-01-01 UTC, as are the others.
    let opened: Int64
    var ends: Int64
    var isClosed = false

    static let longestTime: Int64 = 30 * UTCDay.micros

    /// The end of the day after.
    static func usualEnd(_ now: Int64) -> Int64 { (Int64(UTCDay(micros: now).days) + 2) * UTCDay.micros }

    func state(at now: Int64) -> State { isClosed ? .closed : ends <= now ? .ended : .open }

    // MARK: A line of the file

    var line: [UInt8] {
        JSONWriter.object {
            $0.member("code", code)
            $0.member("title", title)
            $0.member("opened", RFC3339.text(micros: opened))
            $0.member("ends", RFC3339.text(micros: ends))
            $0.member("closed", isClosed)
        } + [0x0A]
    }

    /// Nil for what is no class.
    init?(line: some StringProtocol) {
        var (code, title): (String?, String?)
        var (opened, ends): (Int64?, Int64?)
        var isClosed = false
        var reader = JSONReader()
        let isRead = Array(line.utf8).withUnsafeBytes { bytes in
            guard let fields = try? reader.readObject(bytes) else { return false }
            for field in fields {
                switch field.keyString {
                case "code": code = ClassCode.parse(field.string)
                case "title": title = DisplayName.parse(field.string, longest: DisplayName.longestTitle)
                case "opened": opened = RFC3339.micros(field.string)
                case "ends": ends = RFC3339.micros(field.string)
                case "closed": isClosed = field.kind == .true
                default: return false
                }
            }
            return true
        }
        guard isRead, let code, let title, let opened, let ends else { return nil }
        self.init(code: code, title: title, opened: opened, ends: ends, isClosed: isClosed)
    }

    init(code: String, title: String, opened: Int64, ends: Int64, isClosed: Bool = false) {
        (self.code, self.title, self.opened, self.ends, self.isClosed) = (code, title, opened, ends, isClosed)
    }
}
