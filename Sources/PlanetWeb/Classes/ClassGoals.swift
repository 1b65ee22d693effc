// Which keys are to be what again, for one record, for one planet or for all that a class changed; and what speaks
// against it.

import PlanetCore

enum ClassGoal {
    case goal(ClassRestoration.Goal)
    /// It is there already, or the record changed nothing.
    case nothingToDo(String)
    case othersChanged
    case notThere(String)
}

extension WebServices {
    /// What the class gave this key goes: it is to be as before.
    func goal(ofKey key: String, in code: String) -> ClassGoal {
        switch classes.standing(of: key, in: code) {
        case .changed(let layer): return .goal(.init(key: key, item: layer.before, undo: .planet))
        case .lost: return .othersChanged
        case .nothing:
            let isKnown = classes[code]?.records.contains { $0.note.key == key && !$0.isUndo } == true
            return isKnown
                ? .nothingToDo("nothing of the class is left on it") : .notThere("The class has not changed it.")
        }
    }

    /// This record goes, and what the class did to its planet after it.
    func goal(ofRecord partition: Int32, _ offset: Int64, in code: String) -> ClassGoal {
        guard let record = classes[code]?.record(partition, offset), !record.isUndo else {
            return .notThere(
                "The class has no such record among its newest \(ClassLedger.kept): take back the planet by its key.")
        }
        let key = record.note.key
        if record.isUndone { return .nothingToDo("it was taken back before") }
        guard ClassEvent(mark: nil, note: record.note).isChange else { return .nothingToDo("it changed nothing") }
        guard case .changed(let layer) = classes.standing(of: key, in: code) else { return .othersChanged }
        // Records of a key are of one partition: those of the class come after what was there before it.
        if let before = layer.before, before.position.offset >= offset { return .othersChanged }
        guard let row = catalogue.row(key) else { return .notThere("The class has not changed it.") }
        let changes = row.history.filter { $0.change != .duplicate && $0.change != .late }
        let before = changes.last { $0.position.offset < offset }
        if before?.position == layer.before?.position, before != nil || row.droppedHistory == 0 {
            return .goal(.init(key: key, item: layer.before, undo: .planet))
        }
        guard let before else { return .notThere("Its history is too long: take back the planet by its key.") }
        return .goal(.init(key: key, item: before, undo: .record(offset)))
    }

    /// All that the class changed and nobody else changed since: at most so many, in the order of their keys, after
    /// one. And how many are left.
    func goals(
        in code: String, after: String?, limit: Int
    ) -> (goals: [ClassRestoration.Goal], left: Int) {
        let keys = classes.changed(by: code).drop { key in after.map { key <= $0 } ?? false }
        let goals = keys.prefix(limit).compactMap { key -> ClassRestoration.Goal? in
            guard case .changed(let layer) = classes.standing(of: key, in: code) else { return nil }
            return .init(key: key, item: layer.before, undo: .planet)
        }
        return (goals, max(0, keys.count - limit))
    }
}
