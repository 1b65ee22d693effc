// Numbers in few bytes: a double is kept as a whole number and the power of ten that it is to be divided by, where that
// gives the same bits. Measured values have few digits, so most take two to four bytes. A number's place among others
// follows from their widths, which lie side by side, four bits each.

struct PackedNumber {
    /// By the two bits of a number's scale.
    static let scales: [Double] = [1, 1e3, 1e5, 1e8]
    /// Of a double as it is.
    static let rawWidth = 8

    /// The bytes, the least first.
    let bits: UInt64
    /// 0 to 8 bytes.
    let width: Int
    let scale: UInt8

    init(_ value: Double) {
        for scale in 0..<4 {
            let power = PackedNumber.power(scale)
            let moved = value * power
            guard moved.magnitude < 9e15 else { break }
            let whole = Int64(moved < 0 ? moved - 0.5 : moved + 0.5)
            // The quotient is correctly rounded: the double nearest to the decimal. As bits: -0 is not 0.
            if (Double(whole) / power).bitPattern == value.bitPattern {
                bits = UInt64(bitPattern: whole)
                // With a bit for the sign.
                let needed = whole == 0 ? 0 : 65 - (whole < 0 ? ~whole : whole).leadingZeroBitCount
                width = (needed + 7) / 8
                self.scale = UInt8(scale)
                return
            }
        }
        bits = value.bitPattern
        width = PackedNumber.rawWidth
        scale = 0
    }

    @inline(__always)
    private static func power(_ scale: Int) -> Double {
        switch scale {
        case 0: 1
        case 1: 1e3
        case 2: 1e5
        default: 1e8
        }
    }

    /// `at`: where the number lies in `bytes`.
    @inline(__always)
    static func read(_ bytes: UnsafeRawBufferPointer, at: Int, width: Int, scale: Int) -> Double {
        if width == 0 { return 0 }
        var bits: UInt64
        if at + 8 <= bytes.count {
            bits = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        } else {
            bits = 0
            for index in 0..<width { bits |= UInt64(bytes[at + index]) &<< UInt64(8 * index) }
        }
        if width == rawWidth { return Double(bitPattern: bits) }
        let unused = Int64(64 - 8 * width)
        let whole = (Int64(bitPattern: bits) &<< unused) &>> unused
        return scale == 0 ? Double(whole) : Double(whole) / power(scale)
    }

    /// The sum of the first `count` widths that lie at `at`.
    @inline(__always)
    static func sum(_ bytes: UnsafeRawBufferPointer, at: Int, _ count: Int) -> Int {
        var (sum, place, left) = (0, at, count)
        while left > 0 {
            var word: UInt64 = 0
            if place + 8 <= bytes.count {
                word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            } else {
                for index in 0..<min(8, (left + 1) / 2) { word |= UInt64(bytes[place + index]) &<< UInt64(8 * index) }
            }
            if left < 16 { word &= (1 &<< UInt64(4 * left)) - 1 }
            let pairs = (word & 0x0F0F_0F0F_0F0F_0F0F) &+ (word >> 4 & 0x0F0F_0F0F_0F0F_0F0F)
            sum += Int((pairs &* 0x0101_0101_0101_0101) >> 56)
            place += 8
            left -= 16
        }
        return sum
    }
}
