// A second tally that goes on from where another is, so that one replay serves several boards.

extension Tally {
    /// Knows the same and changes apart. The planets are shared until one of the two changes.
    func fork() -> Tally {
        applyEvents()
        settle()
        let copy = Tally()
        copy.judge = judge.fork()
        copy.aggregates.merge(aggregates)
        return copy
    }
}
