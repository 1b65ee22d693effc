// Binary search in a sorted collection.

extension Array {
    /// How many leading elements satisfy `isBefore`; it must hold for none after them.
    func prefixCount(where isBefore: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
