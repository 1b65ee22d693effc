// Lists of planets that were asked for lately, each kept in order from one question to the next. Bounded in number and
// memory: those that nobody asks for make room.

import Threads

final class PlanetViews: Sendable {
    static let most = 32
    /// Of all lists together: 32 MiB.
    private static let mostPlaces = 8 << 20

    private struct Kept: Sendable {
        var view: PlanetView
        /// Rises with each use.
        var used: UInt64
    }
    private struct State: Sendable {
        var views: [String: Kept] = [:]
        var places = 0
        var uses: UInt64 = 0
    }
    private let state = Guarded(State())

    /// Other processes, and this one after a restart, have other versions of the catalogue.
    let name: String

    init(name: String) { self.name = name }

    func known(_ key: String) -> PlanetView? {
        state.withLock { state in
            state.uses += 1
            state.views[key]?.used = state.uses
            return state.views[key]?.view
        }
    }

    /// Keeps a list unless a newer one is there.
    func keep(_ view: PlanetView, _ key: String) {
        guard view.places.count <= PlanetViews.mostPlaces / 2 else { return }
        state.withLock { state in
            if let other = state.views[key] {
                if other.view.version >= view.version { return }
                state.places -= other.view.places.count
            }
            state.uses += 1
            state.views[key] = Kept(view: view, used: state.uses)
            state.places += view.places.count
            while state.views.count > PlanetViews.most || state.places > PlanetViews.mostPlaces,
                let oldest = state.views.min(by: { $0.value.used < $1.value.used })
            {
                state.places -= oldest.value.view.places.count
                state.views[oldest.key] = nil
            }
        }
    }
}

extension PlanetViews {
    /// All matches' count and the page of rows; nil once the work is cancelled.
    func find(_ query: PlanetQuery, in catalogue: Catalogue, unless work: Work) -> (total: Int, page: [PlanetRow])? {
        // What an alias brings into a search is not told by the rows that change.
        let isKept = query.search == nil || !catalogue.hasAliases
        let named = isKept ? [] : query.search.map { catalogue.planets(withAliasOf: $0, unless: work) } ?? []
        let search = PlanetSearch(query: query, named: named)
        let earlier = isKept ? known(query.list) : nil
        let rows = catalogue.rows(changedSince: earlier?.version)
        guard let view = search.view(of: rows, after: earlier, unless: work) else { return nil }
        if isKept { keep(view, query.list) }
        return (view.places.count, search.page(of: view).map { rows[$0] })
    }
}
