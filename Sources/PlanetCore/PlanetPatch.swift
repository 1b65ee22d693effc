// A merge patch (RFC 7396) on a planet: makes a record from the present one. Only what it names changes. The log still
// has whole records; a header says from which revision (RecordBasis).

import JSONText

package struct PlanetPatch: Sendable {
    private struct Member: Sendable {
        let name: [UInt8]
        /// Nil for a field that is not a column.
        let column: ColumnID?
        /// With its value; nil if that is null.
        let json: [UInt8]?
    }
    /// What it says about the name.
    package enum Name: Sendable, Equatable {
        case unsaid, removed
        case given(String)
    }
    private let members: [Member]
    package let name: Name

    /// Columns derived from another one unless given: a new value of that one derives them again.
    private static let derived: [(of: NumberColumn, columns: [NumberColumn])] = [
        (.pl_radj, [.pl_rade, .pl_radeerr1, .pl_radeerr2, .pl_radelim]),
        (.pl_bmassj, [.pl_bmasse, .pl_bmasseerr1, .pl_bmasseerr2, .pl_bmasselim]),
        (.pl_rade, [.pl_radj, .pl_radjerr1, .pl_radjerr2, .pl_radjlim]),
        (.pl_bmasse, [.pl_bmassj, .pl_bmassjerr1, .pl_bmassjerr2, .pl_bmassjlim]),
        (.disc_date, [.disc_year]),
    ]

    /// Throws if it is not a JSON object.
    package init(_ body: [UInt8]) throws(JSONError) {
        var fault: JSONError?
        var name = Name.unsaid
        members = body.withUnsafeBytes { bytes in
            do throws(JSONError) {
                return try PlanetPatch.members(bytes, &name)
            } catch {
                fault = error
                return []
            }
        }
        if let fault { throw fault }
        self.name = name
    }

    private static func members(
        _ object: UnsafeRawBufferPointer, _ name: inout Name
    ) throws(JSONError) -> [Member] {
        var reader = JSONReader(limits: DiscoveryDecoder.recordLimits)
        let fields = try reader.readObject(object)
        return fields.map { field in
            let column = ColumnLookup.table.find(field.key)?.id
            if column == .text(.pl_name) {
                name = field.kind == .null ? .removed : .given(String(decoding: field.text, as: UTF8.self))
            }
            var json: [UInt8]?
            if field.kind != .null {
                var bytes: [UInt8] = []
                JSONString.append(field.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                if field.kind == .string {
                    JSONString.append(field.text, to: &bytes)
                } else {
                    bytes.append(contentsOf: field.text)
                }
                json = bytes
            }
            return Member(name: Array(field.key), column: column, json: json)
        }
    }

    /// The whole record, checked against all rules. A planet's name stays, or becomes `spelling`.
    package func apply(
        to current: Discovery, spelling: String? = nil, _ decoder: inout DiscoveryDecoder
    ) -> Verdict {
        var draft = DiscoveryDraft(current)
        draft[.pl_name_given] = nil
        if let spelling { draft[.pl_name] = spelling }
        let named = Set(members.compactMap(\.column))
        for (column, derived) in PlanetPatch.derived where named.contains(.number(column)) {
            for other in derived where !named.contains(.number(other)) { draft[other] = nil }
        }
        for column in named where column != .text(.pl_name) {
            switch column {
            case .number(let column): draft[column] = nil
            case .text(let column): draft[column] = nil
            }
        }
        draft[.extra] = draft[.extra].flatMap { withoutMembers($0) }
        draft[.units_given] = draft[.units_given].flatMap { PlanetPatch.units($0, without: named) }
        var record = DiscoveryJSON.bytes(draft.discovery)
        record.removeLast()
        for member in members where member.column != .text(.pl_name) {
            guard let json = member.json else { continue }
            record.append(UInt8(ascii: ","))
            record += json
        }
        record.append(UInt8(ascii: "}"))
        return decoder.decode(record)
    }

    /// The units given, without those of columns that get other values; nil if none are left.
    private static func units(_ given: String, without named: Set<ColumnID>) -> String? {
        let names = Set(named.map(\.name))
        let kept = given.split(separator: ";").filter { !names.contains(String($0.prefix { $0 != "=" })) }
        return kept.isEmpty ? nil : kept.joined(separator: ";")
    }

    /// The fields that are not columns, without those named in the patch; nil if none are left.
    private func withoutMembers(_ extra: String) -> String? {
        let others = Set(members.filter { $0.column == nil }.map(\.name))
        guard !others.isEmpty else { return extra }
        var extra = extra
        var name = Name.unsaid
        let known = extra.withUTF8 { text in (try? PlanetPatch.members(UnsafeRawBufferPointer(text), &name)) ?? [] }
        let kept = known.filter { !others.contains($0.name) }.compactMap(\.json)
        guard !kept.isEmpty else { return nil }
        return "{" + kept.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ",") + "}"
    }
}

extension Discovery {
    /// Columns whose values differ; not what the program writes itself.
    package func columns(differingFrom other: Discovery) -> [ColumnID] {
        NumberColumn.allCases.filter { self[$0] != other[$0] }.map { .number($0) }
            + TextColumn.allCases.filter {
                self[$0] != other[$0] && $0 != .pl_name_given && $0 != .units_given
            }.map { .text($0) }
    }

    /// Columns with a value here and none in `other`, except those that the program writes itself.
    package func columns(missingIn other: Discovery) -> [ColumnID] {
        var missing: [ColumnID] = []
        forEachNumber { column, _ in if other[column] == nil { missing.append(.number(column)) } }
        forEachText { column, _ in
            if other[column] == nil, column != .pl_name_given, column != .units_given {
                missing.append(.text(column))
            }
        }
        return missing
    }
}
