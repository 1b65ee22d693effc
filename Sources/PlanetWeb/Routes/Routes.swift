// Every route of the API, one line each. The file named after a route implements it.

enum Routes {
    /// `sample` shows the table that an empty server offers, if it offers one.
    static func router(_ services: WebServices, bodyLimit: Int, sample: Handler?, echo: Bool) -> Router {
        var router = Router()
        let discoveries = SubmitRoute(services: services, bodyLimit: bodyLimit)
        let aliases = SubmitRoute(services: services, kind: .aliases, bodyLimit: bodyLimit)
        router.post("/api/discoveries", bodyLimit: bodyLimit, early: discoveries.early, discoveries.handle)
        router.get("/api/planets", PlanetsRoute(services: services).list)
        router.get("/api/planets/{key}", PlanetRoute(services: services).show)
        router.get("/api/planets/{key}/prediction", PredictionRoute(services: services).show)
        let patch = PatchRoute(services: services)
        let patchLimit = min(bodyLimit, PatchRoute.mostBytes)
        router.patch("/api/planets/{key}", bodyLimit: patchLimit, early: patch.early, patch.handle)
        router.delete("/api/planets/{key}", PlanetRoute(services: services).withdraw)
        router.get("/api/resolve", ResolveRoute(services: services).show)
        router.post("/api/aliases", bodyLimit: bodyLimit, need: .curate, early: aliases.early, aliases.handle)
        router.get("/api/aliases", AliasesRoute(services: services).list)
        router.get("/api/aliases/{name}", AliasesRoute(services: services).show)
        router.delete("/api/aliases/{name}", AliasesRoute(services: services).remove)
        let classes = ClassesRoute(services: services)
        let undo = ClassUndoRoute(services: services)
        let classLimit = min(bodyLimit, ClassBody.mostBytes)
        router.post("/api/classes", bodyLimit: classLimit, need: .curate, classes.open)
        router.get("/api/classes", need: .curate, classes.list)
        router.get("/api/classes/{code}", classes.show)
        router.patch("/api/classes/{code}", bodyLimit: classLimit, need: .curate, classes.update)
        router.delete("/api/classes/{code}", classes.remove)
        router.post("/api/classes/{code}/undo", bodyLimit: classLimit, need: .curate, undo.undo)
        router.post("/api/classes/{code}/reset", bodyLimit: classLimit, need: .curate, undo.reset)
        router.get("/api/board", BoardRoute(services: services).show)
        router.get("/api/aggregates/{name}/{group}/records", MembersRoute(services: services).list)
        router.get("/api/receipts/{partition}/{offset}", ReceiptRoute(services: services).show)
        router.get("/api/live", BoardRoute(services: services).events)
        router.get("/live", BoardRoute(services: services).socket)
        router.get("/livez", HealthRoute(services: services).alive)
        router.get("/readyz", HealthRoute(services: services).ready)
        router.get("/metrics", need: .metrics, HealthRoute(services: services).metrics)
        if let sample { router.get("/api/sample", sample) }
        if echo { router.get("/echo") { _, _ in .webSocketEcho } }
        // Last: it lists the others.
        router.get("/api/schema", SchemaRoute(beside: router, services).show)
        return router
    }
}
