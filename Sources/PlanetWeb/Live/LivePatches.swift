// Takes the stream's frames apart, and works out what of a large value has changed since the frame before: the fields
// of an object, the new elements of a list (docs/LIVE.md). Used by the thread that reads the feed.

import JSONText

struct LivePatches: ~Copyable {
    /// Smaller values are sent whole.
    private static let large = 64
    /// A patch that is not much smaller isn't worth it.
    private static func pays(_ patch: Int, _ whole: Int) -> Bool { patch < whole - whole / 4 }
    private static let limits = JSONLimits(fields: 1 << 16, depth: 16, bytes: 256 << 20)

    /// Values that are objects or lists, as of the last frame: aggregate, group, JSON.
    private var values: [String: [String: [UInt8]]] = [:]
    private var epoch = ""
    private var seq: UInt64 = 0
    private var frames = JSONReader(limits: LivePatches.limits)
    private var groups = JSONReader(limits: LivePatches.limits)
    private var before = JSONReader(limits: JSONLimits(fields: 4096))
    private var after = JSONReader(limits: JSONLimits(fields: 4096))

    /// The frame with its parts; with patches where it follows the last one.
    mutating func parted(_ frame: SharedFrame) -> SharedFrame {
        guard var parts = FrameParts(frame.payload, isSnapshot: frame.kind == .snapshot, &frames) else {
            epoch = ""
            return frame
        }
        var frame = frame
        if frame.kind == .snapshot {
            // One of the board as it is known here brings nothing new.
            if epoch != frame.epoch || seq != frame.seq { begin(frame, parts) }
        } else if epoch == frame.epoch, frame.seq == seq + 1 {
            seq = frame.seq
            frame.payload.withUnsafeBytes { bytes in
                for (index, section) in parts.sections.enumerated() {
                    let text = UnsafeRawBufferPointer(rebasing: bytes[section.groups])
                    if let (whole, patches) = patched(section.name, text) {
                        parts.patch(index, whole: whole, patches: patches)
                    }
                }
            }
        } else {
            epoch = ""
        }
        frame.parts = parts
        return frame
    }

    private mutating func begin(_ frame: SharedFrame, _ parts: FrameParts) {
        (epoch, seq, values) = (frame.epoch, frame.seq, [:])
        frame.payload.withUnsafeBytes { bytes in
            for section in parts.sections {
                let text = UnsafeRawBufferPointer(rebasing: bytes[section.groups])
                guard let fields = try? groups.readObject(text) else { continue }
                for field in fields where LivePatches.isLarge(field) {
                    values[section.name, default: [:]][field.keyString] = Array(field.text)
                }
            }
        }
    }

    private static func isLarge(_ field: JSONField) -> Bool {
        (field.kind == .object || field.kind == .array) && field.text.count >= large
    }

    /// The groups of a delta's section that come whole, and the others' patches; nil where all come whole.
    private mutating func patched(
        _ name: String, _ section: UnsafeRawBufferPointer
    ) -> (whole: [UInt8], patches: [UInt8])? {
        guard let fields = try? groups.readObject(section) else {
            values[name] = nil
            return nil
        }
        var (whole, patches) = (JSONWriter(), JSONWriter())
        whole.beginObject()
        patches.beginObject()
        for field in fields {
            let group = field.keyString
            let old = values[name]?[group]
            if LivePatches.isLarge(field) {
                values[name, default: [:]][group] = Array(field.text)
            } else if old != nil {
                values[name]?[group] = nil
            }
            if let old, let patch = patch(old, field), LivePatches.pays(patch.count, field.text.count) {
                patches.raw(group, patch)
            } else if field.kind == .string {
                whole.member(group, field.string)
            } else {
                whole.raw(group, field.text)
            }
        }
        whole.endObject()
        patches.endObject()
        return patches.bytes.count > 2 ? (whole.bytes, patches.bytes) : nil
    }

    private mutating func patch(_ old: [UInt8], _ new: JSONField) -> [UInt8]? {
        switch new.kind {
        case .object: fields(old, new.text)
        case .array: elements(old, new.text)
        default: nil
        }
    }

    /// The fields that have another value; nil where one is gone.
    private mutating func fields(_ old: [UInt8], _ new: UnsafeRawBufferPointer) -> [UInt8]? {
        var known: [String: (kind: JSONKind, text: [UInt8])] = [:]
        let isRead = old.withUnsafeBytes { bytes in
            guard let fields = try? before.readObject(bytes) else { return false }
            for field in fields { known[field.keyString] = (field.kind, Array(field.text)) }
            return true
        }
        guard isRead, let fields = try? after.readObject(new) else { return nil }
        var kept = 0
        let patch = JSONWriter.object { writer in
            for field in fields {
                let key = field.keyString
                if let old = known[key] {
                    kept += 1
                    if old.kind == field.kind, old.text.elementsEqual(field.text) { continue }
                }
                if field.kind == .string { writer.member(key, field.string) } else { writer.raw(key, field.text) }
            }
        }
        return kept == known.count ? patch : nil
    }

    /// Of a list of objects: new elements, and runs [FROM,COUNT] of the elements before. Nil for other lists.
    private mutating func elements(_ old: [UInt8], _ new: UnsafeRawBufferPointer) -> [UInt8]? {
        var places: [[UInt8]: Int] = [:]
        let isRead = old.withUnsafeBytes { bytes in
            guard let elements = try? before.readArray(bytes) else { return false }
            for (index, element) in elements.enumerated() { places[Array(element.text)] = index }
            return true
        }
        guard isRead, let elements = try? after.readArray(new), elements.allSatisfy({ $0.kind == .object }) else {
            return nil
        }
        return JSONWriter.array { writer in
            var run = 0..<0
            func end(_ writer: inout JSONWriter) {
                guard !run.isEmpty else { return }
                writer.array {
                    $0.integer(run.lowerBound)
                    $0.integer(run.count)
                }
                run = 0..<0
            }
            for element in elements {
                if let place = places[Array(element.text)] {
                    if run.isEmpty || place != run.upperBound {
                        end(&writer)
                        run = place..<place
                    }
                    run = run.lowerBound..<place + 1
                } else {
                    end(&writer)
                    writer.raw(element.text)
                }
            }
            end(&writer)
        }
    }
}
