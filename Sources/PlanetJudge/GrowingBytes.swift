// Bytes that grow at their end and keep their memory when emptied. Not an Array: of a row's two hundred columns a dozen
// or two get a value, and counting references and owners of two arrays for each took as long as judging.

struct GrowingBytes: ~Copyable {
    private var memory: UnsafeMutableRawPointer
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int = 256) {
        self.capacity = capacity
        memory = .allocate(byteCount: capacity, alignment: 8)
    }

    deinit { memory.deallocate() }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory, count: count) }

    mutating func clear() { count = 0 }

    @inline(__always)
    mutating func append<Value: FixedWidthInteger>(_ value: Value) {
        let size = MemoryLayout<Value>.size
        if count + size > capacity { grow(size) }
        memory.storeBytes(of: value.littleEndian, toByteOffset: count, as: Value.self)
        count += size
    }

    mutating func append(_ more: UnsafeRawBufferPointer) {
        if count + more.count > capacity { grow(more.count) }
        if let start = more.baseAddress { (memory + count).copyMemory(from: start, byteCount: more.count) }
        count += more.count
    }

    mutating func appendZeros(_ more: Int) {
        guard more > 0 else { return }
        if count + more > capacity { grow(more) }
        (memory + count).initializeMemory(as: UInt8.self, repeating: 0, count: more)
        count += more
    }

    /// Sets the bit with this number.
    @inline(__always)
    mutating func setBit(_ number: Int) {
        let place = memory + (number >> 3)
        place.storeBytes(of: place.load(as: UInt8.self) | 1 << UInt8(number & 7), as: UInt8.self)
    }

    mutating func store(_ word: UInt64, at place: Int) {
        memory.storeBytes(of: word.littleEndian, toByteOffset: place, as: UInt64.self)
    }

    private mutating func grow(_ more: Int) {
        capacity = max(capacity * 2, count + more)
        let wider = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
        wider.copyMemory(from: memory, byteCount: count)
        memory.deallocate()
        memory = wider
    }
}
