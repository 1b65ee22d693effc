// A value behind a lock, with a condition to wait on. The building block of Mailbox and Handover.

import Glibc

/// Lock order: never take a second `Guarded` inside `withLock`. Public, so that other modules compile `withLock` for
/// their types.
public final class Guarded<Value>: @unchecked Sendable {
    // @unchecked: `value` is touched only between lock and unlock of `mutex`. Behind a pointer: the run time checks
    // each access to a variable of a class once more.
    @usableFromInline let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    @usableFromInline let value: UnsafeMutablePointer<Value>

    package init(_ value: sending Value) {
        self.value = .allocate(capacity: 1)
        self.value.initialize(to: value)
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
        value.deinitialize(count: 1)
        value.deallocate()
    }

    @inlinable
    public func withLock<Result, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value.pointee)
    }

    /// Blocks until `body` returns a result, or nil after `timeout` nanoseconds. `body` runs under the lock, once at
    /// the start and once after every `wakeAll`.
    package func wait<Result>(
        timeout: UInt64? = nil, until body: (inout sending Value) -> sending Result?
    ) -> sending Result? {
        var deadline = timespec()
        if let timeout {
            clock_gettime(CLOCK_MONOTONIC, &deadline)
            let total = UInt64(deadline.tv_nsec) + timeout % 1_000_000_000
            deadline.tv_sec += Int(timeout / 1_000_000_000) + Int(total / 1_000_000_000)
            deadline.tv_nsec = Int(total % 1_000_000_000)
        }
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&value.pointee) { return result }
            if timeout == nil {
                pthread_cond_wait(condition, mutex)
            } else if pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT {
                return body(&value.pointee)
            }
        }
    }

    /// Wakes every thread in `wait`.
    package func wakeAll() {
        pthread_cond_broadcast(condition)
    }
}
