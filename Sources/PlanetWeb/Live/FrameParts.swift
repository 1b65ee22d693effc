// A live frame taken apart into its aggregates, and put together again with those that a viewer has chosen
// (docs/LIVE.md). Knows of aggregates that they have names and groups, and nothing else.

import JSONText
import Reactor

struct FrameParts: Sendable {
    struct Section: Sendable {
        let name: String
        /// Its groups in the frame: {"GROUP":VALUE,...}.
        let groups: Range<Int>
        /// The same for viewers that take patches: groups that come whole, and the patches of the others.
        var patched: (whole: [UInt8], patches: [UInt8])?
    }

    /// The value of the member "aggregates".
    private let aggregates: Range<Int>
    private let isSnapshot: Bool
    private(set) var sections: [Section] = []

    var names: [String] { sections.map(\.name) }
    var hasPatches: Bool { sections.contains { $0.patched != nil } }

    /// Nil for a text that is no frame with aggregates.
    init?(_ payload: SharedBytes, isSnapshot: Bool, _ reader: inout JSONReader) {
        self.isSnapshot = isSnapshot
        let found: (aggregates: Range<Int>, sections: [Section])? = payload.withUnsafeBytes { bytes in
            guard let fields = try? reader.readObject(bytes),
                let place = fields.first(where: { $0.isKey("aggregates") && $0.kind == .object }).map({ field in
                    field.offset..<field.offset + field.text.count
                }), let aggregates = try? reader.readObject(UnsafeRawBufferPointer(rebasing: bytes[place]))
            else { return nil }
            var sections: [Section] = []
            for field in aggregates {
                guard field.kind == .object else { return nil }
                let start = place.lowerBound + field.offset
                sections.append(Section(name: field.keyString, groups: start..<start + field.text.count))
            }
            return (place, sections)
        }
        guard let found else { return nil }
        (aggregates, sections) = found
    }

    /// What viewers that take patches get in place of a section.
    mutating func patch(_ index: Int, whole: [UInt8], patches: [UInt8]) {
        sections[index].patched = (whole, patches)
    }

    /// The frame in this form.
    func text(_ form: LiveForm, of payload: SharedBytes) -> [UInt8] {
        payload.withUnsafeBytes { bytes in
            var text: [UInt8] = []
            text.reserveCapacity(form.names == nil ? bytes.count : 4096)
            text += bytes[..<aggregates.lowerBound]
            let chosen = sections.filter { form.has($0.name) }
            let patched = form.patches ? chosen.filter { $0.patched != nil } : []
            text += JSONWriter.object { writer in
                for section in chosen {
                    if form.patches, let (whole, _) = section.patched {
                        if whole.count > 2 { writer.raw(section.name, whole) }
                    } else {
                        writer.raw(section.name, UnsafeRawBufferPointer(rebasing: bytes[section.groups]))
                    }
                }
            }
            var more = JSONWriter()
            more.beginObject()
            if !patched.isEmpty {
                more.object("patches") { writer in
                    for section in patched {
                        if let patches = section.patched?.patches { writer.raw(section.name, patches) }
                    }
                }
            }
            if isSnapshot, let names = form.names { more.array("selected", names) }
            more.endObject()
            if more.bytes.count > 2 {
                text.append(UInt8(ascii: ","))
                text += more.bytes.dropFirst().dropLast()
            }
            text += bytes[aggregates.upperBound...]
            return text
        }
    }
}
