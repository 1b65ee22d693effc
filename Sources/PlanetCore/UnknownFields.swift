// Fields that are not columns: kept as members of one JSON object in the column `extra`, with a warning each.
import JSONText

extension DiscoveryDecoder {
    mutating func takeUnknown(_ name: UnsafeRawBufferPointer, _ given: Given) {
        guard given.kind != .null, !name.isEmpty else { return }
        if given.kind == .string, given.text.isEmpty { return }
        if takeAlias(name, given) { return }
        tally?.addUnknown(name)
        let start = extra.count
        let room = textRules[Int(TextColumn.extra.rawValue)].maxLength
        // What is far too long is not copied to find that out.
        guard start + name.count + given.text.count <= room else { return leaveOut(name) }
        if !extra.isEmpty { extra.append(UInt8(ascii: ",")) }
        if !extraNamesMayMeet { extraNamesMayMeet = !name.allSatisfy { (0x20..<0x7F).contains($0) } }
        JSONString.append(name, to: &extra)
        extra.append(UInt8(ascii: ":"))
        if given.kind == .string {
            JSONString.append(given.text, to: &extra)
        } else {
            JSONString.append(json: given.text, to: &extra)
        }
        // With the braces around it.
        guard extra.count + 2 <= room else {
            extra.removeSubrange(start...)
            return leaveOut(name)
        }
        warnOfUnknown(name, given.string)
    }

    private mutating func leaveOut(_ name: UnsafeRawBufferPointer) {
        extraCut.append(String(decoding: name.prefix(FieldIssue.maxValueLength), as: UTF8.self))
    }

    private mutating func warnOfUnknown(_ name: UnsafeRawBufferPointer, _ value: String) {
        unknownFields += 1
        guard unknownFields <= Self.maxUnknownFieldWarnings else { return }
        warnings.append(
            FieldIssue(
                field: String(decoding: name.prefix(FieldIssue.maxValueLength), as: UTF8.self), value: value,
                rule: .unknown_field))
    }

    /// The column itself: an object, or a string that holds one (as in canonical JSON, which is flat). Its members get
    /// the same warnings as when they were submitted, so that the stream counts what the receipt said.
    mutating func takeExtra(_ given: Given) -> Rule? {
        switch given.kind {
        case .object, .string: break
        case .null: return nil
        default: return .not_an_object
        }
        let text = given.text.trimmed
        guard !text.isEmpty else { return nil }
        do throws(JSONError) {
            let members = try extraReader.readObject(text)
            guard !members.isEmpty else { return nil }
            extraMembers = members.count
            for member in members { warnOfUnknown(member.key, member.string) }
        } catch {
            return error.reason == .duplicateKey ? .duplicate_field : .not_an_object
        }
        if !extra.isEmpty { extra.append(UInt8(ascii: ",")) }
        extra.append(contentsOf: text[1..<text.count - 1])
        extraWasGiven = true
        return nil
    }

    /// Makes the column of what was gathered.
    mutating func settleExtra() {
        if !extraCut.isEmpty {
            let names = extraCut.prefix(8).joined(separator: ", ") + (extraCut.count > 8 ? ", …" : "")
            warnings.append(
                FieldIssue(field: "extra", value: "\(extraCut.count)", rule: .extra_cut, note: names))
        }
        guard !extra.isEmpty else { return }
        let object = [UInt8(ascii: "{")] + extra + [UInt8(ascii: "}")]
        // Given and gathered members may have the same name.
        if extraNamesMayMeet || (extraWasGiven && unknownFields > extraMembers) {
            let isReadable = object.withUnsafeBytes { (try? extraReader.readObject($0)) != nil }
            guard isReadable else {
                errors.append(FieldIssue(field: "extra", rule: .duplicate_field))
                return
            }
        }
        guard object.count <= textRules[Int(TextColumn.extra.rawValue)].maxLength else {
            let note = "at most \(textRules[Int(TextColumn.extra.rawValue)].maxLength) bytes of JSON"
            errors.append(FieldIssue(field: "extra", rule: .too_long, note: note))
            return
        }
        draft[.extra] = String(decoding: object, as: UTF8.self)
    }
}
