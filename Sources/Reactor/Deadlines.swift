// A timing wheel: thousands of deadlines that are moved all the time and rarely fire. Moving one to a later time is
// free: its entry stays, and is put in the right place when it comes up.

struct Deadlines {
    struct Entry {
        let token: UInt64
        let at: UInt64
    }
    /// 2^25 ns: a deadline fires at most 34 ms late, never early.
    static let shift: UInt64 = 25
    /// 69 s; later ones go round.
    static let slotCount = 2048

    private var slots = [[Entry]](repeating: [], count: slotCount)
    private var occupied = [UInt64](repeating: 0, count: slotCount / 64)
    /// The slot (counted from the clock's zero) up to which everything has fired.
    private var position: UInt64
    private(set) var count = 0

    init(now: UInt64) { position = now >> Deadlines.shift }

    mutating func insert(_ token: UInt64, at: UInt64) {
        let wanted = max(at >> Deadlines.shift, position)
        let slot = Int(min(wanted, position + UInt64(Deadlines.slotCount) - 1)) & (Deadlines.slotCount - 1)
        slots[slot].append(Entry(token: token, at: at))
        occupied[slot >> 6] |= 1 << UInt64(slot & 63)
        count += 1
    }

    /// Takes entries whose slot has completely passed; one beyond the wheel comes too early and must be put back.
    mutating func advance(to now: UInt64, into due: inout [Entry]) {
        let target = now >> Deadlines.shift
        guard target > position else { return }
        if count > 0 {
            for step in position..<min(target, position + UInt64(Deadlines.slotCount)) {
                let slot = Int(step) & (Deadlines.slotCount - 1)
                guard occupied[slot >> 6] & 1 << UInt64(slot & 63) != 0 else { continue }
                due += slots[slot]
                count -= slots[slot].count
                slots[slot].removeAll(keepingCapacity: slots[slot].capacity <= 64)
                occupied[slot >> 6] &= ~(1 << UInt64(slot & 63))
            }
        }
        position = target
    }

    /// When the next occupied slot will have passed; nil if there is none.
    func next() -> UInt64? {
        guard count > 0 else { return nil }
        var step = position
        let end = position + UInt64(Deadlines.slotCount)
        while step < end {
            let slot = Int(step) & (Deadlines.slotCount - 1)
            let word = occupied[slot >> 6] >> UInt64(slot & 63)
            if word != 0 { return (step + UInt64(word.trailingZeroBitCount) + 1) << Deadlines.shift }
            step += UInt64(64 - slot & 63)
        }
        return nil
    }
}
