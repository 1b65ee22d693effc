// A pupil as a request names one, and as a record's headers do. They are never among a record's values.

import EventLog
import HTTPWire
import JSONText

/// Who sends a request for a class that is open.
struct ClassMember: Sendable, Equatable {
    static let codeField = "X-Planetarium-Class"
    static let pupilField = "X-Planetarium-Pupil"

    let code: String
    let pupil: String
}

/// What a record's headers say of a class.
struct ClassMark: Sendable, Equatable {
    enum Undo: Sendable, Equatable {
        /// The planet is as it was before the class came to it.
        case planet
        /// It is as it was before the class's record at this offset of the same partition.
        case record(Int64)
        /// On the way there.
        case step
    }
    static let classHeader = "class"
    static let pupilHeader = "pupil"
    static let undoHeader = "class-undo"

    let code: String
    /// Empty where the class itself takes something back.
    let pupil: String
    let undo: Undo?

    init(_ member: ClassMember) { (code, pupil, undo) = (member.code, member.pupil, nil) }

    init(code: String, undo: Undo) { (self.code, pupil, self.undo) = (code, "", undo) }

    /// Nil for a record of no class. Other programs may have written anything.
    init?(_ batch: borrowing RecordBatch, _ index: Int) {
        guard let given = batch.header(index, ClassMark.classHeader), given.count == ClassCode.length,
            let code = ClassCode.parse(String(decoding: given, as: UTF8.self))
        else { return nil }
        func text(_ name: String) -> String? { batch.header(index, name).map { String(decoding: $0, as: UTF8.self) } }
        self.code = code
        pupil = text(ClassMark.pupilHeader).flatMap { DisplayName.parse($0) } ?? ""
        undo = text(ClassMark.undoHeader).flatMap { ClassMark.undo($0) }
    }

    private static func undo(_ text: String) -> Undo? {
        if text == "planet" { return .planet }
        if text == "step" { return .step }
        return text.hasPrefix("record/") ? Int64(text.dropFirst(7)).map { .record($0) } : nil
    }

    var headers: [RecordHeader] {
        var headers = [RecordHeader(ClassMark.classHeader, code)]
        if !pupil.isEmpty { headers.append(RecordHeader(ClassMark.pupilHeader, pupil)) }
        switch undo {
        case nil: break
        case .planet: headers.append(RecordHeader(ClassMark.undoHeader, "planet"))
        case .record(let offset): headers.append(RecordHeader(ClassMark.undoHeader, "record/\(offset)"))
        case .step: headers.append(RecordHeader(ClassMark.undoHeader, "step"))
        }
        return headers
    }
}

extension Caller {
    /// Who sent what is for those who curate, and for the class itself.
    func sees(_ mark: ClassMark) -> Bool { may(.curate) || member?.code == mark.code }
}

extension JSONWriter {
    mutating func mark(_ mark: ClassMark) {
        member("class", mark.code)
        optional("pupil", mark.pupil.isEmpty ? nil : mark.pupil)
        if mark.undo != nil { member("undo", true) }
    }
}

extension AccessPolicy {
    /// The class and the pupil that a request names; nil where it names none. Throws the answer to one that names a
    /// class that isn't open, or no pupil. Reading is refused to nobody for that.
    func member(_ head: RequestHead, _ caller: Caller, at now: UInt64) throws(Refusal) -> ClassMember? {
        let given = (code: head[ClassMember.codeField], pupil: head[ClassMember.pupilField])
        guard given.code != nil || given.pupil != nil else { return nil }
        let isReading = [.get, .head, .options].contains(head.method)
        do throws(Refusal) {
            let code = try open(given.code, caller, at: now)
            if let pupil = given.pupil.flatMap({ DisplayName.parse(field: $0) }) {
                return ClassMember(code: code, pupil: pupil)
            }
            throw Refusal(
                .faulty(
                    400, "The pupil has no name that can be shown.", ClassMember.pupilField, given.pupil,
                    .not_a_name,
                    "1 to \(DisplayName.longest) characters of any script, percent-encoded UTF-8, without controls."))
        } catch {
            if isReading { return nil }
            throw error
        }
    }

    /// The code of a class that is open.
    private func open(_ given: String?, _ caller: Caller, at now: UInt64) throws(Refusal) -> String {
        let field = ClassMember.codeField
        guard let classes else {
            throw Refusal(.faulty(403, "No classes are kept here.", field, given, .unknown_class, "See --classes."))
        }
        if let rate = classes.waits(caller.address, at: now) { throw Refusal(.tooMany(rate)) }
        guard let given, let code = ClassCode.parse(given), let found = classes[code] else {
            if given != nil { classes.guessedWrong(caller.address, at: now) }
            throw Refusal(
                .faulty(
                    403, "There is no such class.", field, given, .unknown_class,
                    "\(ClassCode.length) letters and digits, as the teacher's page shows them."))
        }
        guard found.state(at: classes.now) == .open else {
            throw Refusal(
                .faulty(403, "The class is over.", field, given, .class_closed, "Its teacher can open it again."))
        }
        return code
    }
}

extension Response {
    /// It holds what others don't see.
    var forCallerAlone: Response {
        with("Cache-Control", "private, no-cache").with("Vary", "Authorization, \(ClassMember.codeField)")
    }

    /// A problem with one fault.
    static func faulty(
        _ status: Int, _ title: String, _ field: String, _ value: String?, _ rule: RequestRule, _ detail: String
    ) -> Response {
        .problem(
            status, title,
            errors: [
                Problem.Fault(field: field, value: value.map { String($0.prefix(200)) }, rule: rule, detail: detail)
            ])
    }
}
