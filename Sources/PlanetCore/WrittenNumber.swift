// Numbers and days that are not written as JSON writes them: decimal commas, signs of typographers, angles in hours or
// degrees and minutes, times of day. Asked only for what was not understood. Not here: words for no value
// (MissingWords.swift).

import Basics
import Glibc
import JSONText

/// Whether a comma in a number may be a decimal one.
enum DecimalComma: Sendable {
    case no
    /// Where fields are parted by semicolons: spreadsheets do so where the comma is the decimal sign.
    case yes
    /// Where fields are parted by tabs: unless it could part thousands, as in 1,234.
    case unlessThousands
}

struct WrittenNumber {
    let column: NumberColumn
    let comma: DecimalComma

    /// `fault`: what is wrong with the text if it is nothing of all this.
    func read(_ text: UnsafeRawBufferPointer, as rules: NumberRule, else fault: Rule) -> NumberText.Read {
        guard text.count <= 64, fault != .number_too_big else { return .wrong(fault) }
        switch rules.type {
        case .date: return day(text) ?? .wrong(fault)
        case .real, .integer:
            if rules.isError, isInfinite(text) { return .null }
            if column == .ra || column == .dec, let angle = WrittenAngle(text, isRightAscension: column == .ra) {
                return .value(angle.degrees)
            }
            let plain = plain(text)
            if case .number(let value) = plain.withUnsafeBytes({ JSONNumber.parse($0) }) { return .value(value) }
            return .wrong(fault)
        case .flag, .boolean, .text: return .wrong(fault)
        }
    }

    /// An error that is infinite is none.
    private func isInfinite(_ text: UnsafeRawBufferPointer) -> Bool {
        ["inf", "+inf", "-inf", "infinity", "+infinity", "-infinity", "∞"].contains(
            String(decoding: text, as: UTF8.self).lowercased())
    }

    /// U+2212 is a minus, and a comma a decimal point where it can be nothing else.
    private func plain(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        var plain: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == 0xe2, index + 2 < text.count, text[index + 1] == 0x88, text[index + 2] == 0x92 {
                plain.append(UInt8(ascii: "-"))
                index += 3
            } else {
                plain.append(text[index])
                index += 1
            }
        }
        guard comma != .no, !plain.contains(UInt8(ascii: ".")),
            let place = plain.firstIndex(of: UInt8(ascii: ",")), plain.lastIndex(of: UInt8(ascii: ",")) == place
        else { return plain }
        let fraction = plain[(place + 1)...].prefix { Digits.isDigit($0) }
        if comma == .unlessThousands, fraction.count == 3, fraction.endIndex == plain.endIndex { return plain }
        plain[place] = UInt8(ascii: ".")
        return plain
    }

    /// A day with a time of day, which is left out, or without its day: `2011-12`, `2011-00` and `2011` are taken as
    /// their first day, with a warning.
    private func day(_ text: UnsafeRawBufferPointer) -> NumberText.Read? {
        if text.count > 10, text[10] == UInt8(ascii: " ") || text[10] == UInt8(ascii: "T") {
            guard isTime(UnsafeRawBufferPointer(rebasing: text[11...])),
                let date = CivilDate(archive: UnsafeRawBufferPointer(rebasing: text[..<10]))
            else { return nil }
            return .value(Double(date.days))
        }
        guard [4, 7, 10].contains(text.count), let year = Digits.value(text, 0..<4) else { return nil }
        var (month, day) = (1, 1)
        if text.count >= 7 {
            guard text[4] == UInt8(ascii: "-"), let given = Digits.value(text, 5..<7) else { return nil }
            month = given
        }
        if text.count == 10 {
            guard text[7] == UInt8(ascii: "-"), let given = Digits.value(text, 8..<10), given == 0 else { return nil }
            day = given
        }
        let date = CivilDate(year: year, month: max(month, 1), day: max(day, 1))
        return date.isReal ? .incompleteDate(Double(date.days)) : nil
    }

    /// HH:MM, HH:MM:SS, with a fraction, Z or an offset behind.
    private func isTime(_ text: UnsafeRawBufferPointer) -> Bool {
        guard text.count >= 5, text[2] == UInt8(ascii: ":"), let hour = Digits.value(text, 0..<2), hour < 25,
            let minute = Digits.value(text, 3..<5), minute < 60
        else { return false }
        return text[5...].allSatisfy {
            Digits.isDigit($0) || [0x3A, 0x2E, 0x2B, 0x2D, 0x5A, 0x20].contains($0)
        }
    }
}

/// An angle in parts: `19:16:52.17`, `19h16m52.17s`, `19 16 52.17`, `+47d53m03.9s`, `+47°53′03.9″`. A right ascension
/// in parts is hours, unless its first part says degrees; a single number is never taken as hours.
struct WrittenAngle {
    let degrees: Double

    private static let marks: [Unicode.Scalar: Int] = [
        "h": 0, "d": 0, "°": 0, "º": 0, "m": 1, "'": 1, "′": 1, "’": 1, "s": 2, "\"": 2, "″": 2, "”": 2,
    ]

    init?(_ text: UnsafeRawBufferPointer, isRightAscension: Bool) {
        var scalars = Array(String(decoding: text, as: UTF8.self).unicodeScalars)
        var sign = 1.0
        if let first = scalars.first, first == "-" || first == "+" || first == "\u{2212}" {
            sign = first == "+" ? 1 : -1
            scalars.removeFirst()
        }
        var parts: [Double] = []
        var digits = ""
        var unit: Unicode.Scalar?
        /// Ends a part that is marked as the nth, or the next one where the mark says nothing.
        func end(_ mark: Int?) -> Bool {
            defer { digits = "" }
            guard mark == nil || mark == parts.count, parts.count < 3, let value = Double(digits),
                digits.unicodeScalars.allSatisfy({ ("0"..."9").contains($0) || $0 == "." })
            else { return false }
            parts.append(value)
            return true
        }
        for scalar in scalars {
            if let mark = Self.marks[scalar] {
                guard end(mark) else { return nil }
                if mark == 0 { unit = scalar }
            } else if scalar == ":" || scalar == " " {
                if digits.isEmpty, scalar == " " { continue }
                guard end(nil) else { return nil }
            } else {
                digits.unicodeScalars.append(scalar)
            }
        }
        if !digits.isEmpty { guard end(nil) else { return nil } }
        guard parts.count >= 2 || unit != nil, parts.dropFirst().allSatisfy({ $0 < 60 }),
            parts.dropLast().allSatisfy({ $0 == $0.rounded() })
        else { return nil }
        let isHours = unit == "h" || (unit == nil && isRightAscension)
        guard !isHours || (isRightAscension && sign > 0 && parts[0] < 24) else { return nil }
        let value = parts.reversed().reduce(0) { $0 / 60 + $1 }
        degrees = sign * value * (isHours ? 15 : 1)
    }
}
