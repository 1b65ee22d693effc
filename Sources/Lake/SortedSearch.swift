// Binary search in what is in order.

extension Array {
    /// How many come first for which `isBefore` holds; it holds for none after them.
    func prefixCount(where isBefore: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
