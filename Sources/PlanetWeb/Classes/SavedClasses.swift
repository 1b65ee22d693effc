// The index of classes as blocks of the catalogue's checkpoint, and back.

import EventLog
import PlanetCore
import StateBytes

extension ClassIndex.Content {
    private static let layersInBlock = 4096

    /// A block for each class.
    var ledgerBlocks: [[UInt8]] {
        ledgers.sorted { $0.key < $1.key }.map { code, ledger in
            var state = StateWriter()
            state.text(code)
            ledger.save(to: &state)
            return state.bytes
        }
    }

    var layerBlocks: [[UInt8]] {
        let sorted = layers.sorted { $0.key < $1.key }
        return stride(from: 0, to: sorted.count, by: Self.layersInBlock).map { start in
            var state = StateWriter()
            let some = sorted[start..<min(sorted.count, start + Self.layersInBlock)]
            state.integer(some.count)
            for (key, all) in some {
                state.text(key)
                state.integer(all.count)
                for layer in all { layer.save(to: &state) }
            }
            return state.bytes
        }
    }

    mutating func addLedger(from state: inout StateReader) throws(StateError) {
        let code = try state.text()
        guard ledgers.count < ClassIndex.most else { throw .damaged }
        ledgers[code] = try ClassLedger(from: &state)
    }

    mutating func addLayers(from state: inout StateReader) throws(StateError) {
        for _ in 0..<(try state.count()) {
            let key = try state.text()
            var all: [ClassLayer] = []
            for _ in 0..<(try state.count()) { all.append(try ClassLayer(from: &state)) }
            guard (1...ClassIndex.mostLayers).contains(all.count) else { throw .damaged }
            layers[key] = all
        }
    }
}

extension ClassLayer {
    fileprivate func save(to state: inout StateWriter) {
        state.text(code)
        state.flag(before != nil)
        before?.save(to: &state)
        last.save(to: &state, after: .none)
    }

    fileprivate init(from state: inout StateReader) throws(StateError) {
        code = try state.text()
        before = try state.flag() ? try HistoryItem(from: &state) : nil
        last = try LogPosition(from: &state, after: .none)
    }
}

extension ClassCounts {
    private static let numbers: [WritableKeyPath<ClassCounts, Int> & Sendable] = [
        \.records, \.new, \.revisions, \.withdrawals, \.unchanged, \.refused,
    ]

    fileprivate func save(to state: inout StateWriter) {
        for number in Self.numbers { state.integer(self[keyPath: number]) }
    }

    fileprivate init(from state: inout StateReader) throws(StateError) {
        for number in Self.numbers { self[keyPath: number] = try state.integer() }
    }
}

extension ClassLedger {
    fileprivate func save(to state: inout StateWriter) {
        state.integer(Int(last))
        all.save(to: &state)
        state.integer(pupils.count)
        for (name, counts) in pupils.sorted(by: { $0.key < $1.key }) {
            state.text(name)
            counts.save(to: &state)
        }
        state.integer(lost.count)
        for key in lost.sorted() { state.text(key) }
        state.integer(records.count)
        for record in newest.reversed() { record.save(to: &state) }
    }

    fileprivate init(from state: inout StateReader) throws(StateError) {
        last = Int64(try state.integer())
        all = try ClassCounts(from: &state)
        for _ in 0..<(try state.count()) { pupils[try state.text()] = try ClassCounts(from: &state) }
        for _ in 0..<(try state.count()) { lost.insert(try state.text()) }
        for _ in 0..<(try state.count()) { records.append(try ClassRecord(from: &state)) }
        guard pupils.count <= ClassLedger.mostPupils, lost.count <= ClassLedger.mostLost,
            records.count <= ClassLedger.kept
        else { throw .damaged }
    }
}

extension ClassRecord {
    fileprivate func save(to state: inout StateWriter) {
        note.save(to: &state, after: .none)
        state.text(pupil)
        state.integer(revision)
        state.texts(columns)
        state.flag(isUndo)
        state.flag(isUndone)
    }

    fileprivate init(from state: inout StateReader) throws(StateError) {
        note = try RecordNote(from: &state, after: .none)
        pupil = try state.text()
        revision = try state.integer()
        columns = try state.texts()
        isUndo = try state.flag()
        isUndone = try state.flag()
    }
}
