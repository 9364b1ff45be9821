package dev.sluice.admin;

import static dev.sluice.admin.api.Field.Kind.COUNT;
import static dev.sluice.admin.api.Field.Kind.FLAG;
import static dev.sluice.admin.api.Field.Kind.TEXT;
import static dev.sluice.admin.api.Field.Kind.TEXTS;
import static dev.sluice.admin.api.Field.Kind.TIME;

import dev.sluice.admin.api.Answer;
import dev.sluice.admin.api.Call;
import dev.sluice.admin.api.Endpoint;
import dev.sluice.admin.api.Field;
import dev.sluice.admin.api.Gives;
import dev.sluice.admin.api.Page;
import dev.sluice.admin.api.Param;
import dev.sluice.admin.api.Shape;
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

    private static final Shape JOURNAL = Shape.of(
            Field.sure("full", FLAG, "requests are refused, because what they use could not be kept"),
            Field.sure("waiting_rows", COUNT, "not yet in the store"),
            Field.sure("refused_rows", COUNT, "that found no room, since the start"));
    private static final Shape STORE = Shape.of(
            Field.sure("enabled", FLAG, "without one the rest is not there"),
            Field.of("healthy", FLAG, "it answered when it was last asked"),
            Field.of("keys", COUNT, "known ones"),
            Field.of("teams", COUNT, "known ones"),
            Field.of("known_at", TIME, "when the store last confirmed them; 1970 when it never has"),
            Field.object("journal", JOURNAL, "rows of the ledger on their way"));
    private static final Shape HEALTH = Shape.of(
            Field.sure("ready", FLAG, "as /readyz says"),
            Field.sure("reasons", TEXTS, "the lines of /readyz?verbose"),
            Field.object("config", AdminViews.CONFIG, "").needed(),
            Field.object("store", STORE, "").needed(),
            Field.object("issuer", Shape.of(Field.sure("keys", TEXT, "one line for people")), "null without one"),
            Field.list("providers", AdminViews.PROVIDER_AT_A_GLANCE, ""));
    private static final Shape ENTRY = Shape.of(
            Field.sure("id", TEXT, ""),
            Field.sure("at", TIME, ""),
            Field.sure("actor", TEXT, "id of the key, or who else"),
            Field.sure("action", TEXT, "such as key.revoke"),
            Field.sure("target", TEXT, "what it was done to; may be empty"),
            Field.sure("detail", TEXT, "status and what was said; may be empty"));

    private final AdminSources sources;

    private HealthEndpoints(AdminSources sources) {
        this.sources = sources;
    }

    static List<Endpoint> of(AdminSources sources) {
        HealthEndpoints here = new HealthEndpoints(sources);
        return List.of(
                Endpoint.get(
                        "/health",
                        "store, journal, issuer, providers and config at a glance",
                        Gives.json(HEALTH),
                        here::health),
                Endpoint.get(
                                "/audit",
                                "who changed what, the newest first",
                                Gives.json(Shape.page("entries", ENTRY)),
                                here::audit)
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
