package dev.sluice.admin;

import static dev.sluice.admin.api.JsonField.Kind.PAIRS;
import static dev.sluice.admin.api.JsonField.Kind.TEXT;
import static dev.sluice.admin.api.JsonField.Kind.TEXTS;
import static dev.sluice.admin.api.JsonField.Kind.TIME;

import dev.sluice.admin.api.JsonField;
import dev.sluice.admin.api.JsonShape;
import dev.sluice.admin.api.LimitsJson;
import dev.sluice.config.AuthConfig.StaticKey;
import dev.sluice.config.BudgetConfig;
import dev.sluice.config.LimitsConfig;
import dev.sluice.model.Limits;
import dev.sluice.model.Role;
import dev.sluice.store.StoredKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** JSON of keys in admin responses, without hashes. */
final class KeyViews {

    static final JsonShape KEY = JsonShape.of(
            JsonField.always("id", TEXT, "Public id"),
            JsonField.oneOf("source", "store", "file"),
            JsonField.oneOf("state", "active", "revoked", "expired"),
            JsonField.of("name", TEXT, "Display name"),
            JsonField.of("team", TEXT, "Team whose limits and budget it shares"),
            JsonField.of("tier", TEXT, "One of tiers of the config"),
            JsonField.always("models", TEXTS, "Patterns of models it may use; empty for all"),
            JsonField.always("endpoints", TEXTS, "Endpoints it may call; empty for all"),
            JsonField.word("role", LimitsJson.ROLES, "Admin role").asRequired(),
            LimitsJson.LIMITS_VIEW,
            LimitsJson.BUDGET_VIEW,
            JsonField.of("metadata", PAIRS, "Names and values of your choice"),
            JsonField.of("created_at", TIME, ""),
            JsonField.of("created_by", TEXT, "Id of the creating key, or local, cli or open"),
            JsonField.of("expires_at", TIME, "Null for never"),
            JsonField.of("revoked_at", TIME, "Null if it is not revoked"),
            JsonField.of("last_used_at", TIME, "Accurate to about a minute"),
            JsonField.of("previous_secret_until", TIME, "End of validity of the previous secret"));

    static final JsonShape KEY_WITH_TOKEN =
            KEY.and(JsonField.always("token", TEXT, "The secret that clients send; in this response only"));

    private KeyViews() {}

    static JsonObject stored(StoredKey key, Instant now) {
        return new JsonObject()
                .put("id", key.id())
                .put("source", "store")
                .put("state", state(key, now))
                .put("name", key.name())
                .put("team", key.team())
                .put("tier", key.tier())
                .put("models", new JsonArray(key.models()))
                .put("endpoints", new JsonArray(key.endpoints()))
                .put("role", LimitsJson.label(key.role()))
                .put("limits", LimitsJson.view(key.limits()))
                .put("budget", LimitsJson.view(key.budget()))
                .put("metadata", pairs(key.metadata()))
                .put("created_at", text(key.createdAt()))
                .put("created_by", key.createdBy())
                .put("expires_at", text(key.expiresAt()))
                .put("revoked_at", text(key.revokedAt()))
                .put("last_used_at", text(key.lastUsedAt()))
                .put("previous_secret_until", text(key.previousUntil()));
    }

    static JsonObject ofFile(StaticKey key) {
        LimitsConfig limits = key.limits();
        BudgetConfig budget = key.budget();
        return new JsonObject()
                .put("id", key.id())
                .put("source", "file")
                .put("state", "active")
                .put("team", key.team())
                .put("tier", key.tier())
                .put("models", list(key.models()))
                .put("endpoints", list(key.endpoints()))
                .put("role", LimitsJson.label(Objects.requireNonNullElse(key.role(), Role.NONE)))
                .put("limits", LimitsJson.view(limits == null ? Limits.NONE : limits.limits()))
                .put("budget", budget == null ? null : LimitsJson.view(budget.budget()));
    }

    static JsonObject pairs(Map<String, String> pairs) {
        JsonObject object = new JsonObject();
        pairs.forEach(object::put);
        return object;
    }

    static String text(Instant time) {
        return time == null ? null : time.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private static JsonArray list(List<String> list) {
        return new JsonArray(list == null ? List.of() : list);
    }

    private static String state(StoredKey key, Instant now) {
        if (key.revokedAt() != null) {
            return "revoked";
        }
        return key.expiresAt() != null && !key.expiresAt().isAfter(now) ? "expired" : "active";
    }
}
