// A second tally that starts from another's state, so that one replay serves several boards.

extension Tally {
    /// A copy that changes separately. The planets are shared until one of the two changes.
    func fork() -> Tally {
        applyEvents()
        settle()
        let copy = Tally()
        copy.judge = judge.fork()
        copy.aggregates.merge(aggregates)
        return copy
    }
}
