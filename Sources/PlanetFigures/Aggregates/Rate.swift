// Submissions per minute and per day of event time (the log's time stamps). Not bounded by the wall clock: the newest
// 60 minutes and 400 days seen are kept.

import Basics
import PlanetCore
import StateBytes

final class Rate: Aggregate {
    let name = "rate"
    let digested = Digested.none

    /// Counts of the newest periods. Once all places are taken, a late one that is older is left out: the newest
    /// `places` periods are kept, in whatever order they came.
    private struct Newest {
        let places: Int
        let seconds: Int64
        var counts: [Int64: Int] = [:]
        /// What a follower knows, and where that may be another number; nothing while nobody follows.
        private var isFollowed = false
        private var told: [Int64: Int] = [:]
        private var touched: Set<Int64> = []

        init(places: Int, seconds: Int64) {
            self.places = places
            self.seconds = seconds
        }

        mutating func add(_ period: Int64, _ number: Int) {
            if isFollowed { touched.insert(period) }
            if let count = counts[period] {
                counts[period] = count + number
                return
            }
            if counts.count == places {
                guard let oldest = counts.keys.min(), oldest < period else { return }
                counts[oldest] = nil
            }
            counts[period] = number
        }

        /// Adds what the other has changed since the last call. A period that has no place any more in a part has none
        /// in the whole, where there are as many newer ones. Returns how many periods it looked at.
        mutating func takeChanges(of other: inout Newest) -> Int {
            if !other.isFollowed { other.touched = Set(other.counts.keys) }
            other.isFollowed = true
            for period in other.touched {
                if let number = other.counts[period] {
                    let difference = number - (other.told[period] ?? 0)
                    if difference != 0 { add(period, difference) }
                }
                other.told[period] = other.counts[period]
            }
            // What lost its place was touched when it had one.
            if other.told.count > 2 * places { other.told = other.told.filter { other.counts[$0.key] != nil } }
            defer { other.touched.removeAll(keepingCapacity: true) }
            return other.touched.count
        }

        mutating func clear() {
            if isFollowed { touched.formUnion(counts.keys) }
            counts = [:]
        }

        mutating func forgetFollower() {
            isFollowed = false
            told = [:]
            touched = []
        }
    }
    static let kept = [(kind: "minute", places: 60), (kind: "day", places: 400)]
    private var minutes = Newest(places: kept[0].places, seconds: 60)
    private var days = Newest(places: kept[1].places, seconds: 86_400)
    private var published: [String: Int] = [:]

    func apply(_ events: ArraySlice<CatalogueEvent>) {
        // Neighbours mostly share a minute.
        var minute = Int64.min
        var number = 0
        func flush() {
            guard number > 0 else { return }
            minutes.add(minute, number)
            days.add(minute.floorDivided(by: 1440), number)
        }
        for index in events.indices {
            let own = events[index].timestamp.floorDivided(by: 60_000_000)
            if own != minute {
                flush()
                minute = own
                number = 0
            }
            number += 1
        }
        flush()
    }

    func merge(_ other: Rate) {
        for (period, number) in other.minutes.counts { minutes.add(period, number) }
        for (period, number) in other.days.counts { days.add(period, number) }
    }

    func follow(_ parts: [Rate]) -> Int {
        parts.reduce(0) { $0 + minutes.takeChanges(of: &$1.minutes) + days.takeChanges(of: &$1.days) }
    }

    func forgetFollower() {
        minutes.forgetFollower()
        days.forgetFollower()
    }

    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) {
        groups.looked += minutes.counts.count + days.counts.count
        var all: [String: Int] = [:]
        for (minute, number) in minutes.counts {
            // The date, hours and minutes of a time.
            all["minute/\(RFC3339.text(micros: minute * 60_000_000).prefix(16))Z"] = number
        }
        for (day, number) in days.counts { all["day/\(UTCDay(days: Int(day)))"] = number }
        for (group, number) in all where scope == .all || published[group] != number { groups.integer(group, number) }
        if scope == .changes {
            for group in published.keys where all[group] == nil { groups.gone(group) }
            published = all
        }
    }

    func members(of group: String) -> GroupMembers? {
        let name = GroupName(group)
        guard name.count == 2 else { return nil }
        switch name[0] {
        case "minute":
            guard name[1].hasSuffix("Z"), let time = RFC3339.micros("\(name[1].dropLast()):00Z") else { return nil }
            return .records(.minute(time.floorDivided(by: 60_000_000)), isFixed: false)
        case "day":
            guard let time = RFC3339.micros("\(name[1])T00:00:00Z") else { return nil }
            return .records(.day(time.floorDivided(by: UTCDay.micros)), isFixed: false)
        default: return nil
        }
    }

    func save(to state: inout StateWriter) {
        for newest in [minutes, days] {
            state.integer(newest.counts.count)
            state.inOrder(newest.counts) { state, period, number in
                state.integer(Int(period))
                state.integer(number)
            }
        }
    }

    func restore(from state: inout StateReader) throws(StateError) {
        minutes.clear()
        days.clear()
        for _ in 0..<(try state.count()) { minutes.add(Int64(try state.integer()), try state.integer()) }
        for _ in 0..<(try state.count()) { days.add(Int64(try state.integer()), try state.integer()) }
    }
}
