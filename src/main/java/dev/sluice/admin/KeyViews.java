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

/** Keys as the API shows them: never a hash. */
final class KeyViews {

    static final JsonShape KEY = JsonShape.of(
            JsonField.sure("id", TEXT, "public id"),
            JsonField.oneOf("source", "store", "file"),
            JsonField.oneOf("state", "good", "revoked", "expired"),
            JsonField.of("name", TEXT, "for people"),
            JsonField.of("team", TEXT, "whose limits and budget it shares"),
            JsonField.of("tier", TEXT, "one of the config's"),
            JsonField.sure("models", TEXTS, "patterns of models it may ask for; none: all"),
            JsonField.sure("endpoints", TEXTS, "endpoints it may call; none: all"),
            JsonField.word("role", LimitsJson.WORDS_OF_ROLES, "what it may do at the admin listener")
                    .needed(),
            LimitsJson.LIMITS_SHOWN,
            LimitsJson.BUDGET_SHOWN,
            JsonField.of("metadata", PAIRS, "whatever its maker put there"),
            JsonField.of("created_at", TIME, ""),
            JsonField.of("created_by", TEXT, "id of the key, or who else"),
            JsonField.of("expires_at", TIME, "null: never"),
            JsonField.of("revoked_at", TIME, "null: it was not"),
            JsonField.of("last_used_at", TIME, "to the minute or so"),
            JsonField.of("previous_secret_until", TIME, "until when the secret before the last rotation is good"));

    static final JsonShape KEY_WITH_TOKEN =
            KEY.and(JsonField.sure("token", TEXT, "what its owner sends; in this answer and nowhere else"));

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
                .put("endpoints", new JsonArray(key.surfaces()))
                .put("role", LimitsJson.word(key.role()))
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
                .put("state", "good")
                .put("team", key.team())
                .put("tier", key.tier())
                .put("models", list(key.models()))
                .put("endpoints", list(key.endpoints()))
                .put("role", LimitsJson.word(Objects.requireNonNullElse(key.role(), Role.NONE)))
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
        return key.expiresAt() != null && !key.expiresAt().isAfter(now) ? "expired" : "good";
    }
}
