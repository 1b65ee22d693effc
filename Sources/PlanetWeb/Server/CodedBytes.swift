// A body that many ask for, with its compressed forms: each is made once, by whoever asks first, and stays with it.

import HTTPWire
import Reactor
import Threads

package final class CodedBytes: Sendable {
    package let plain: SharedBytes
    private let level: Int32?
    private let made = Guarded<[ContentCoding: SharedBytes]>([:])

    /// `level`: the coding's own, unless the body is worth more time.
    package init(_ plain: SharedBytes, level: Int32? = nil) { (self.plain, self.level) = (plain, level) }

    /// Nil where it is not made yet.
    package func known(_ coding: ContentCoding) -> SharedBytes? { made.withLock { $0[coding] } }

    /// Two threads that begin at once both make it, and get the same.
    package func form(_ coding: ContentCoding) -> SharedBytes {
        if let known = known(coding) { return known }
        let form = SharedBytes(plain.withUnsafeBytes { ContentCoder.code($0, coding, level: level) })
        return made.withLock { made in
            if let other = made[coding] { return other }
            made[coding] = form
            return form
        }
    }
}
