// The name that was probably meant: the nearest by the Damerau-Levenshtein distance (without edits inside a swap).

enum Nearest {
    /// "; did you mean NAME?", or nothing if no name is near.
    static func hint(_ text: String, in names: [String]) -> String {
        name(text, in: names).map { "; did you mean \($0)?" } ?? ""
    }

    /// Nil: more than a third of the letters are wrong. Of several, the first.
    static func name(_ text: String, in names: [String]) -> String? {
        // Nobody mistypes a name of 64 letters; the distance costs the product of the lengths.
        guard text.count <= 64 else { return nil }
        let nearest = names.map { (name: $0, distance: distance(text, $0)) }.min { $0.distance < $1.distance }
        return nearest.flatMap { $0.distance <= max(1, $0.name.count / 3) ? $0.name : nil }
    }

    /// The number of letters to insert, delete, replace, or swap with their neighbour.
    static func distance(_ one: String, _ other: String) -> Int {
        let (one, other) = (Array(one), Array(other))
        var rows = [Array(0...other.count)]
        for i in 1..<(one.count + 1) {
            var row = [i]
            for j in 1..<(other.count + 1) {
                var least = min(rows[i - 1][j], row[j - 1]) + 1
                least = min(least, rows[i - 1][j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1))
                if i > 1, j > 1, one[i - 1] == other[j - 2], one[i - 2] == other[j - 1] {
                    least = min(least, rows[i - 2][j - 2] + 1)
                }
                row.append(least)
            }
            rows.append(row)
        }
        return rows[one.count][other.count]
    }
}
