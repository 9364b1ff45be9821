package dev.sluice.admin;

import dev.sluice.config.AuthConfig.StaticKey;
import dev.sluice.config.BudgetConfig;
import dev.sluice.config.LimitsConfig;
import dev.sluice.model.Limits;
import dev.sluice.model.Role;
import dev.sluice.store.StoredKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Keys as the API shows them: never a hash. */
final class KeyViews {

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
        return time == null ? null : time.toString();
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
