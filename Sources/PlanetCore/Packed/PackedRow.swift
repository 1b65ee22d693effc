// What is kept about a key, in one piece of memory: its state (PlanetHistory.swift), its forecast, and what else the
// web keeps. Whoever wants one value reads that alone; a change makes the piece anew, and who had the old one keeps it.

import StateBytes

/// A byte of flags, the length of the value, the revision, the key; the rowupdate, the memory of submissions and the
/// forecast where they are kept; the caller's bytes; the value, which is a discovery, an alias or nothing.
package struct PackedRow: Sendable, Equatable {
    private let bytes: PackedBytes

    private enum Flag {
        /// Two bits: nothing, a planet, an alias.
        static let kind: UInt8 = 3
        static let wasPlanet: UInt8 = 1 << 2
        static let rowupdate: UInt8 = 1 << 3
        /// It is the discovery's.
        static let rowupdateIsOwn: UInt8 = 1 << 4
        static let memory: UInt8 = 1 << 5
        static let forecast: UInt8 = 1 << 6
        /// It follows from the discovery alone.
        static let forecastIsOwn: UInt8 = 1 << 7
    }

    /// Before the first record of its key.
    package init(key: String) { self.init(key: key, PlanetState(), nil) }

    /// `isOwn`: the forecast follows from the state's discovery alone. `extra`: the caller's bytes.
    package init(
        key: String, _ state: PlanetState, _ forecast: KeptForecast?, isOwn: Bool = false, extra: [UInt8] = []
    ) {
        let mostOfHead = PackedRow.mostOfHead(key, state, extra)
        bytes = withUnsafeTemporaryAllocation(
            byteCount: mostOfHead + PackedRow.mostOfValue(state), alignment: 8
        ) { bytes in
            // The value first, as its length comes before it.
            var writer = PackedWriter(bytes, at: mostOfHead)
            switch state.value {
            case .nothing: break
            case .planet(let discovery): discovery.pack(to: bytes, &writer)
            case .alias(let alias): alias.pack(to: &writer)
            }
            let value = UnsafeRawBufferPointer(rebasing: bytes[mostOfHead..<writer.at])
            writer = PackedWriter(UnsafeMutableRawBufferPointer(rebasing: bytes[..<mostOfHead]))
            PackedRow.writeHead(key, state, forecast, isOwn, value: value.count, to: &writer)
            extra.withUnsafeBytes { writer.append($0) }
            return PackedBytes(UnsafeRawBufferPointer(rebasing: bytes[..<writer.at]), value)
        }
    }

    private static func mostOfHead(_ key: String, _ state: PlanetState, _ extra: [UInt8]) -> Int {
        let (word, count) = (PackedWriter.mostOfWord, PackedWriter.mostOfCount)
        let memory = 2 * count + state.submissions.count * word + state.sentMarks.count * (word + count)
        let forecast = PackedWriter.mostOfByte + 2 * word
        return PackedWriter.mostOfByte + 4 * count + key.utf8.count + memory + forecast + extra.count
    }

    private static func mostOfValue(_ state: PlanetState) -> Int {
        switch state.value {
        case .nothing: return 0
        case .planet(let discovery): return discovery.mostBytes
        case .alias(let alias): return alias.mostBytes
        }
    }

    private static func writeHead(
        _ key: String, _ state: PlanetState, _ forecast: KeptForecast?, _ isOwn: Bool, value: Int,
        to writer: inout PackedWriter
    ) {
        let flags = flags(state, forecast, isOwn)
        writer.byte(flags)
        writer.count(value)
        writer.count(Int(state.revision))
        writer.text(key)
        if flags & Flag.rowupdate != 0, let day = state.rowupdate { writer.integer(Int64(day)) }
        if flags & Flag.memory != 0 {
            writer.count(state.submissions.count)
            for submission in state.submissions { writer.word(UInt64(bitPattern: submission.bits)) }
            writer.count(state.sentMarks.count)
            for mark in state.sentMarks {
                writer.word(UInt64(bitPattern: mark.origin))
                writer.integer(mark.offset)
            }
        }
        if flags & Flag.forecast != 0, let forecast {
            writer.byte(UInt8(forecast.kind.rawValue))
            writer.word(forecast.known.bitPattern)
            writer.word(forecast.error.bitPattern)
        }
    }

    private static func flags(_ state: PlanetState, _ forecast: KeptForecast?, _ isOwn: Bool) -> UInt8 {
        var flags: UInt8 = state.wasPlanet ? Flag.wasPlanet : 0
        let discovery = state.discovery
        switch state.value {
        case .nothing: break
        case .planet: flags |= 1
        case .alias: flags |= 2
        }
        if let discovery, day(discovery) == state.rowupdate {
            flags |= Flag.rowupdateIsOwn
        } else if state.rowupdate != nil {
            flags |= Flag.rowupdate
        }
        if !state.submissions.isEmpty || !state.sentMarks.isEmpty { flags |= Flag.memory }
        if forecast != nil { flags |= isOwn && discovery != nil ? Flag.forecastIsOwn : Flag.forecast }
        return flags
    }

    private static func day(_ discovery: Discovery) -> Int32? {
        discovery[.rowupdate].flatMap { Int32(exactly: $0) }
    }

    // MARK: Reading

    /// The parts that come first, and where the others begin.
    private struct Head {
        let flags: UInt8
        let revision: UInt32
        /// Where the value begins.
        let value: Int
        /// At the key.
        var cursor: PackedCursor

        @inline(__always)
        init(_ bytes: UnsafeRawBufferPointer) {
            cursor = PackedCursor(bytes)
            flags = cursor.byte()
            value = bytes.count - cursor.count()
            revision = UInt32(truncatingIfNeeded: cursor.count())
        }
    }

    @inline(__always)
    private func read<Result>(_ body: (inout Head, UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withBytes { bytes in
            var head = Head(bytes)
            return body(&head, bytes)
        }
    }

    package var key: String { read { head, _ in head.cursor.text() } }

    /// Keys are equal as texts are.
    func has(key: String) -> Bool {
        read { head, bytes in
            let length = head.cursor.count()
            guard let start = head.cursor.skip(length) else { return false }
            let mine = UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
            var other = key
            if other.withUTF8({ UnsafeRawBufferPointer($0).isEqual(to: mine) }) { return true }
            return mine.contains { $0 >= 0x80 } && String(decoding: mine, as: UTF8.self) == key
        }
    }

    package var revision: UInt32 { read { head, _ in head.revision } }
    package var wasPlanet: Bool { read { head, _ in head.flags & Flag.wasPlanet != 0 } }
    package var isPlanet: Bool { read { head, _ in head.flags & Flag.kind == 1 } }
    package var isNothing: Bool { read { head, _ in head.flags & Flag.kind == 0 } }
    package var isAlias: Bool { read { head, _ in head.flags & Flag.kind == 2 } }

    package var discovery: Discovery? {
        read { head, _ in head.flags & Flag.kind == 1 ? Discovery(bytes, at: head.value) : nil }
    }

    package var alias: PlanetAlias? {
        read { head, bytes in
            guard head.flags & Flag.kind == 2 else { return nil }
            var cursor = PackedCursor(bytes, at: head.value)
            return PlanetAlias(from: &cursor)
        }
    }

    package var value: PlanetState.Value {
        discovery.map { .planet($0) } ?? alias.map { .alias($0) } ?? .nothing
    }

    package var state: PlanetState {
        read { head, _ in
            _ = head.cursor.skip(head.cursor.count())
            let discovery = discovery
            var rowupdate: Int32?
            if head.flags & Flag.rowupdateIsOwn != 0 { rowupdate = discovery.flatMap { PackedRow.day($0) } }
            if head.flags & Flag.rowupdate != 0 { rowupdate = Int32(truncatingIfNeeded: head.cursor.integer()) }
            var submissions: [SubmissionID] = []
            var marks: [SentMark] = []
            if head.flags & Flag.memory != 0 { PackedRow.readMemory(&head.cursor, &submissions, &marks) }
            return PlanetState(
                discovery.map { .planet($0) } ?? alias.map { .alias($0) } ?? .nothing, revision: head.revision,
                wasPlanet: head.flags & Flag.wasPlanet != 0, rowupdate: rowupdate, submissions: submissions,
                sentMarks: marks)
        }
    }

    private static func readMemory(
        _ cursor: inout PackedCursor, _ submissions: inout [SubmissionID], _ marks: inout [SentMark]
    ) {
        for _ in 0..<min(cursor.count(), PlanetState.submissionsKept) {
            submissions.append(SubmissionID(bits: Int64(bitPattern: cursor.word())))
        }
        for _ in 0..<min(cursor.count(), PlanetState.sentMarksKept) {
            marks.append(SentMark(origin: Int64(bitPattern: cursor.word()), offset: cursor.integer()))
        }
    }

    /// To the forecast.
    private static func passMemory(_ head: inout Head) {
        _ = head.cursor.skip(head.cursor.count())
        if head.flags & Flag.rowupdate != 0 { _ = head.cursor.integer() }
        guard head.flags & Flag.memory != 0 else { return }
        _ = head.cursor.skip(8 * min(head.cursor.count(), PlanetState.submissionsKept))
        for _ in 0..<min(head.cursor.count(), PlanetState.sentMarksKept) {
            _ = head.cursor.word()
            _ = head.cursor.integer()
        }
    }

    package var forecast: KeptForecast? {
        read { head, _ in
            if head.flags & Flag.forecastIsOwn != 0 { return discovery.flatMap { KeptForecast.after($0, nil) } }
            guard head.flags & Flag.forecast != 0 else { return nil }
            PackedRow.passMemory(&head)
            return PackedRow.readForecast(&head.cursor)
        }
    }

    /// It follows from the discovery alone.
    var forecastIsOwn: Bool { read { head, _ in head.flags & Flag.forecastIsOwn != 0 } }

    private static func readForecast(_ cursor: inout PackedCursor) -> KeptForecast? {
        let kind = KeptForecast.Kind(rawValue: Int(cursor.byte()))
        let (known, error) = (Double(bitPattern: cursor.word()), Double(bitPattern: cursor.word()))
        return kind.map { KeptForecast(kind: $0, known: known, error: error) }
    }

    /// The caller's bytes.
    package func withExtra<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        read { head, bytes in
            PackedRow.passMemory(&head)
            if head.flags & Flag.forecast != 0 { _ = head.cursor.skip(17) }
            return body(UnsafeRawBufferPointer(rebasing: bytes[head.cursor.at..<head.value]))
        }
    }

    /// How many bytes there are; the memory that they take is 28 more.
    package var size: Int { bytes.count }
}

// MARK: Saved

extension PackedRow {
    package func save(to state: inout StateWriter) { bytes.withBytes { state.text($0) } }

    /// `isWhole`: whether the caller's bytes are what it writes.
    package init(from state: inout StateReader, _ isWhole: (UnsafeRawBufferPointer) -> Bool) throws(StateError) {
        bytes = try state.text { PackedBytes($0) }
        guard isSound, withExtra(isWhole) else { throw .damaged }
    }

    /// Whether all parts are there, within their bounds.
    private var isSound: Bool {
        read { head, bytes in
            guard head.value >= head.cursor.at, head.value <= bytes.count else { return false }
            let length = head.cursor.count()
            guard let start = head.cursor.skip(length),
                String(validating: bytes[start..<start + length], as: UTF8.self) != nil
            else { return false }
            if head.flags & Flag.rowupdate != 0 {
                guard Int32(exactly: head.cursor.integer()) != nil else { return false }
            }
            if head.flags & Flag.memory != 0 {
                let submissions = head.cursor.count()
                guard submissions >= 0, submissions <= PlanetState.submissionsKept,
                    head.cursor.skip(8 * submissions) != nil
                else { return false }
                let marks = head.cursor.count()
                guard marks >= 0, marks <= PlanetState.sentMarksKept else { return false }
                for _ in 0..<marks {
                    _ = head.cursor.word()
                    _ = head.cursor.integer()
                }
            }
            if head.flags & Flag.forecast != 0 {
                guard let forecast = PackedRow.readForecast(&head.cursor), forecast.known.isFinite,
                    forecast.error.isFinite
                else { return false }
            }
            guard !head.cursor.isPastEnd, head.cursor.at <= head.value else { return false }
            switch head.flags & Flag.kind {
            case 0: return head.value == bytes.count
            case 1: return Discovery(checking: self.bytes, at: head.value) != nil
            case 2:
                var cursor = PackedCursor(bytes, at: head.value)
                _ = PlanetAlias(from: &cursor)
                return cursor.isAtEnd && !cursor.isPastEnd
            default: return false
            }
        }
    }
}

extension PlanetAlias {
    fileprivate var mostBytes: Int {
        PackedWriter.mostOfByte + 4 * PackedWriter.mostOfCount + name.utf8.count + canonical.utf8.count
            + canonicalKey.utf8.count + (source?.utf8.count ?? 0)
    }

    fileprivate func pack(to writer: inout PackedWriter) {
        writer.text(name)
        writer.text(canonical)
        writer.text(canonicalKey)
        writer.byte(source == nil ? 0 : 1)
        if let source { writer.text(source) }
    }

    fileprivate convenience init(from cursor: inout PackedCursor) {
        self.init(
            name: cursor.text(), canonical: cursor.text(), canonicalKey: cursor.text(),
            source: cursor.byte() == 0 ? nil : cursor.text())
    }
}
