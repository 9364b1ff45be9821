package dev.sluice.admin;

import dev.sluice.config.ConfigStatus;
import dev.sluice.model.Readiness;
import dev.sluice.store.AuditEntry;
import dev.sluice.store.Snapshot;
import dev.sluice.store.Store;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** How everything is, and who did what. */
final class HealthEndpoints {

    private final AdminSources sources;

    private HealthEndpoints(AdminSources sources) {
        this.sources = sources;
    }

    static List<Endpoint> of(AdminSources sources) {
        HealthEndpoints here = new HealthEndpoints(sources);
        return List.of(
                Endpoint.get("/health", "store, journal, issuer, providers and config at a glance", here::health),
                Endpoint.get("/audit", "who changed what, the newest first", here::audit)
                        .query(new Param("before", "the last id of the page before"), Param.LIMIT));
    }

    private Future<Answer> health(Call call) {
        Readiness readiness = sources.readiness().get();
        ConfigStatus config = sources.config().status().get();
        return Answer.json(new JsonObject()
                        .put("ready", readiness.ready())
                        .put(
                                "reasons",
                                new JsonArray(readiness.reasons().stream()
                                        .map(Object::toString)
                                        .toList()))
                        .put("config", AdminViews.config(config))
                        .put("store", store(sources.tenants().store()))
                        .put("issuer", issuer())
                        .put(
                                "providers",
                                AdminViews.array(
                                        sources.providers().all().get(),
                                        status -> new JsonObject()
                                                .put("name", status.name())
                                                .put("breaker", status.breaker())
                                                .put("drained", status.drained()))))
                .now();
    }

    /** Null without an issuer. */
    private JsonObject issuer() {
        return sources.tenants().config().get().auth().jwt() == null
                ? null
                : new JsonObject().put("keys", sources.tenants().issuer().get());
    }

    private static JsonObject store(Store store) {
        if (store == null) {
            return new JsonObject().put("enabled", false);
        }
        Snapshot snapshot = store.snapshot();
        return new JsonObject()
                .put("enabled", true)
                .put("healthy", store.healthy())
                .put("keys", snapshot.keys().size())
                .put("teams", snapshot.teams().size())
                .put("known_at", snapshot.at().toString())
                .put(
                        "journal",
                        new JsonObject()
                                .put("full", store.full())
                                .put("waiting_rows", store.waitingRows())
                                .put("refused_rows", store.refusedRows()));
    }

    private Future<Answer> audit(Call call) {
        int limit = call.limit();
        String before = call.asked("before").orElse(null);
        return sources.tenants()
                .stored()
                .audit()
                .list(before, limit + 1)
                .map(found -> Page.of(found, limit, AuditEntry::id).answer("entries", HealthEndpoints::entry));
    }

    private static JsonObject entry(AuditEntry entry) {
        return new JsonObject()
                .put("id", entry.id())
                .put("at", entry.at().toString())
                .put("actor", entry.actor())
                .put("action", entry.action())
                .put("target", entry.target())
                .put("detail", entry.detail());
    }
}
