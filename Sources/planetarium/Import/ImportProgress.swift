// How far an import of a file has come, stored next to it until it is done: five numbers in a line of text.

import Glibc

struct ImportProgress {
    var size = -1
    var bytes = 0
    var line = 1
    var accepted = 0
    var rejected = 0

    init() {}

    /// The progress of an earlier, unfinished import; nil if there is none or the file has changed its size since.
    init?(file: String, size: Int?) {
        guard let stream = fopen(file, "r") else { return nil }
        defer { fclose(stream) }
        var text = [CChar](repeating: 0, count: 256)
        guard fgets(&text, 256, stream) != nil else { return nil }
        let saved = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let numbers = String(decoding: saved, as: UTF8.self).split { $0 == " " || $0 == "\n" }.compactMap { Int($0) }
        guard numbers.count == 5, numbers[0] == size else { return nil }
        (self.size, bytes, line, accepted, rejected) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
    }

    /// Written aside and renamed. If that fails the import continues: a new run repeats slices, but stores none twice.
    func save(_ file: String) {
        guard let stream = fopen(file + ".tmp", "w") else { return }
        fputs("\(size) \(bytes) \(line) \(accepted) \(rejected)\n", stream)
        if fclose(stream) == 0 { rename(file + ".tmp", file) }
    }
}
