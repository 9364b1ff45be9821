package dev.sluice.admin;

import static dev.sluice.admin.api.JsonField.Kind.COUNT;
import static dev.sluice.admin.api.JsonField.Kind.FLAG;
import static dev.sluice.admin.api.JsonField.Kind.TEXT;
import static dev.sluice.admin.api.JsonField.Kind.TEXTS;
import static dev.sluice.admin.api.JsonField.Kind.TIME;

import dev.sluice.admin.api.AdminRequest;
import dev.sluice.admin.api.AdminResponse;
import dev.sluice.admin.api.Endpoint;
import dev.sluice.admin.api.JsonField;
import dev.sluice.admin.api.JsonShape;
import dev.sluice.admin.api.Page;
import dev.sluice.admin.api.QueryParameter;
import dev.sluice.admin.api.ResponseSpec;
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

    private static final JsonShape JOURNAL = JsonShape.of(
            JsonField.sure("full", FLAG, "requests are refused, because what they use could not be kept"),
            JsonField.sure("waiting_rows", COUNT, "not yet in the store"),
            JsonField.sure("refused_rows", COUNT, "that found no room, since the start"));
    private static final JsonShape STORE = JsonShape.of(
            JsonField.sure("enabled", FLAG, "without one the rest is not there"),
            JsonField.of("healthy", FLAG, "it answered when it was last asked"),
            JsonField.of("keys", COUNT, "known ones"),
            JsonField.of("teams", COUNT, "known ones"),
            JsonField.of("known_at", TIME, "when the store last confirmed them; 1970 when it never has"),
            JsonField.object("journal", JOURNAL, "rows of the ledger on their way"));
    private static final JsonShape HEALTH = JsonShape.of(
            JsonField.sure("ready", FLAG, "as /readyz says"),
            JsonField.sure("reasons", TEXTS, "the lines of /readyz?verbose"),
            JsonField.object("config", AdminViews.CONFIG, "").needed(),
            JsonField.object("store", STORE, "").needed(),
            JsonField.object(
                    "issuer", JsonShape.of(JsonField.sure("keys", TEXT, "one line for people")), "null without one"),
            JsonField.list("providers", AdminViews.PROVIDER_AT_A_GLANCE, ""));
    private static final JsonShape ENTRY = JsonShape.of(
            JsonField.sure("id", TEXT, ""),
            JsonField.sure("at", TIME, ""),
            JsonField.sure("actor", TEXT, "id of the key, or who else"),
            JsonField.sure("action", TEXT, "such as key.revoke"),
            JsonField.sure("target", TEXT, "what it was done to; may be empty"),
            JsonField.sure("detail", TEXT, "status and what was said; may be empty"));

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
                        ResponseSpec.json(HEALTH),
                        here::health),
                Endpoint.get(
                                "/audit",
                                "who changed what, the newest first",
                                ResponseSpec.json(JsonShape.page("entries", ENTRY)),
                                here::audit)
                        .query(QueryParameter.CURSOR.formerly("before"), QueryParameter.LIMIT));
    }

    private Future<AdminResponse> health(AdminRequest request) {
        Readiness readiness = sources.readiness().get();
        ConfigStatus config = sources.config().status().get();
        return AdminResponse.json(new JsonObject()
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

    private Future<AdminResponse> audit(AdminRequest request) {
        int limit = request.limit();
        String before = request.asked("cursor").orElse(null);
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
