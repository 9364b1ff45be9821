package dev.sluice.admin;

import static dev.sluice.admin.api.Field.Kind.PAIRS;
import static dev.sluice.admin.api.Field.Kind.TEXT;
import static dev.sluice.admin.api.Field.Kind.TEXTS;
import static dev.sluice.admin.api.Field.Kind.TIME;

import dev.sluice.admin.api.Field;
import dev.sluice.admin.api.Shape;
import dev.sluice.admin.api.Terms;
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

    static final Shape KEY = Shape.of(
            Field.sure("id", TEXT, "public id"),
            Field.oneOf("source", "store", "file"),
            Field.oneOf("state", "good", "revoked", "expired"),
            Field.of("name", TEXT, "for people"),
            Field.of("team", TEXT, "whose limits and budget it shares"),
            Field.of("tier", TEXT, "one of the config's"),
            Field.sure("models", TEXTS, "patterns of models it may ask for; none: all"),
            Field.sure("surfaces", TEXTS, "labels of surfaces it may use; none: all"),
            Field.word("role", Terms.WORDS_OF_ROLES, "what it may do at the admin listener")
                    .needed(),
            Terms.LIMITS_SHOWN,
            Terms.BUDGET_SHOWN,
            Field.of("metadata", PAIRS, "whatever its maker put there"),
            Field.of("created_at", TIME, ""),
            Field.of("created_by", TEXT, "id of the key, or who else"),
            Field.of("expires_at", TIME, "null: never"),
            Field.of("revoked_at", TIME, "null: it was not"),
            Field.of("last_used_at", TIME, "to the minute or so"),
            Field.of("previous_secret_until", TIME, "until when the secret before the last rotation is good"));

    static final Shape KEY_WITH_TOKEN =
            KEY.and(Field.sure("token", TEXT, "what its owner sends; in this answer and nowhere else"));

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
                .put("surfaces", new JsonArray(key.surfaces()))
                .put("role", Terms.word(key.role()))
                .put("limits", Terms.view(key.limits()))
                .put("budget", Terms.view(key.budget()))
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
                .put("surfaces", list(key.surfaces()))
                .put("role", Terms.word(Objects.requireNonNullElse(key.admin(), Role.NONE)))
                .put("limits", Terms.view(limits == null ? Limits.NONE : limits.limits()))
                .put("budget", budget == null ? null : Terms.view(budget.budget()));
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
