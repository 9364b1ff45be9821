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
import java.util.regex.Pattern;

/** Endpoints of the overall state and of the audit log. */
final class HealthEndpoints {

    private static final JsonShape JOURNAL = JsonShape.of(
            JsonField.always("full", FLAG, "The journal is full, so requests are refused"),
            JsonField.always("waiting_rows", COUNT, "Rows not yet in the store"),
            JsonField.always("refused_rows", COUNT, "Rows dropped for lack of room since the start"),
            JsonField.always("parked_rows", COUNT, "Rows that the database refused since the start: see the log"));
    private static final JsonShape STORE = JsonShape.of(
            JsonField.always("enabled", FLAG, "Without a store the other members are absent"),
            JsonField.of("healthy", FLAG, "It responded to the last query"),
            JsonField.of("keys", COUNT, "Number of keys"),
            JsonField.of("teams", COUNT, "Number of teams"),
            JsonField.of("known_at", TIME, "When the store last confirmed them; 1970 if never"),
            JsonField.object("journal", JOURNAL, "Rows of the ledger not yet in the store"));
    private static final JsonShape HEALTH = JsonShape.of(
            JsonField.always("ready", FLAG, "Whether /readyz returns 200"),
            JsonField.always("reasons", TEXTS, "The lines of /readyz?verbose"),
            JsonField.object("config", AdminViews.CONFIG, "").asRequired(),
            JsonField.object("store", STORE, "").asRequired(),
            JsonField.object(
                    "issuer",
                    JsonShape.of(JsonField.always("keys", TEXT, "State of the issuer's keys, as text")),
                    "Null without an issuer"),
            JsonField.list("providers", AdminViews.PROVIDER_AT_A_GLANCE, ""));
    private static final JsonShape ENTRY = JsonShape.of(
            JsonField.always("id", TEXT, ""),
            JsonField.always("at", TIME, ""),
            JsonField.always("actor", TEXT, "Id of the key, or local, cli or open"),
            JsonField.always("action", TEXT, "Such as key.revoke"),
            JsonField.always("target", TEXT, "Id or name of the changed object; may be empty"),
            JsonField.always("detail", TEXT, "Status and request; may be empty"));

    private static final Pattern ENTRY_ID = Pattern.compile("[0-9a-f]{32}");

    private final AdminSources sources;

    private HealthEndpoints(AdminSources sources) {
        this.sources = sources;
    }

    static List<Endpoint> of(AdminSources sources) {
        HealthEndpoints endpoints = new HealthEndpoints(sources);
        return List.of(
                Endpoint.get(
                        "/health",
                        "Show the state of store, journal, issuer, providers and config",
                        ResponseSpec.json(HEALTH),
                        endpoints::health),
                Endpoint.get(
                                "/audit",
                                "List the audit log, newest first",
                                ResponseSpec.json(JsonShape.page("entries", ENTRY)),
                                endpoints::audit)
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
                                                .put("keys", status.keys())
                                                .put("cooling_keys", status.coolingKeys())
                                                .put("drained", status.drained()))))
                .toFuture();
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
                                .put("refused_rows", store.refusedRows())
                                .put("parked_rows", store.parkedRows()));
    }

    private Future<AdminResponse> audit(AdminRequest request) {
        int limit = request.limit();
        String before = request.cursor(ENTRY_ID);
        return sources.tenants()
                .stored()
                .audit()
                .list(before, limit + 1)
                .map(found -> Page.of(found, limit, AuditEntry::id).response("entries", HealthEndpoints::entry));
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
