// Which rows of the catalogue have changed, so that what was made of all of them can be brought up to date.
// Bounded: whoever comes back after many changes makes it anew.

struct ChangeJournal: Sendable {
    static let most = 1 << 16

    /// How many changes there were since somebody first asked.
    private(set) var version = 0
    private var places: [Int32] = []
    /// Nobody asks: nothing is kept.
    private var isKept = false

    mutating func note(_ place: Int32?) {
        guard isKept, let place else { return }
        version += 1
        if places.count == ChangeJournal.most { places.removeFirst(ChangeJournal.most / 2) }
        places.append(place)
    }

    /// The version now; from here on changes are kept.
    mutating func observed() -> Int {
        isKept = true
        return version
    }

    /// The rows that have changed since that version, some of them more than once; nil where it isn't known any more.
    func changed(since earlier: Int) -> ArraySlice<Int32>? {
        let count = version - earlier
        return count >= 0 && count <= places.count ? places.suffix(count) : nil
    }

    /// All rows are others now.
    mutating func forget() {
        version += 1
        places = []
    }
}
