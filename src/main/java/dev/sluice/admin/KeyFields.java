package dev.sluice.admin;

import static dev.sluice.admin.api.JsonField.Kind.DURATION;
import static dev.sluice.admin.api.JsonField.Kind.PAIRS;
import static dev.sluice.admin.api.JsonField.Kind.TEXT;
import static dev.sluice.admin.api.JsonField.Kind.TEXTS;
import static dev.sluice.admin.api.JsonField.Kind.TIME;

import dev.sluice.admin.api.JsonField;
import dev.sluice.admin.api.JsonFields;
import dev.sluice.admin.api.JsonShape;
import dev.sluice.admin.api.LimitsJson;
import dev.sluice.auth.keys.KeyRequest;
import dev.sluice.model.Limits;
import dev.sluice.model.Role;
import dev.sluice.store.StoredKey;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The request bodies for creating, changing and rotating keys. */
public final class KeyFields {

    private static final List<JsonField> CHANGEABLE = List.of(
            JsonField.of("name", TEXT, "Display name, up to 128 characters"),
            JsonField.of("team", TEXT, "Team whose limits and budget it shares; default: the caller's"),
            JsonField.of("tier", TEXT, "One of tiers of the config; default: the caller's"),
            JsonField.of("models", TEXTS, "Patterns of models it may use; default: all"),
            JsonField.of("endpoints", TEXTS, "Endpoints it may call, such as chat; default: all but passthrough")
                    .formerly("surfaces"),
            JsonField.word("role", LimitsJson.ROLES, "Admin role; default: none"),
            JsonField.object("limits", LimitsJson.LIMITS, "Its own limits, in addition to its team's and tier's"),
            JsonField.object("budget", LimitsJson.BUDGET, "Its own budget"),
            JsonField.of("expires_at", TIME, "Expiry; default: never"),
            JsonField.of("metadata", PAIRS, "Up to 16 names of up to 64 characters, with values of up to 512"));

    static final JsonShape CHANGE = new JsonShape(CHANGEABLE);
    public static final JsonShape CREATE = new JsonShape(Stream.concat(
                    Stream.of(JsonField.of("id", TEXT, "Public id, 1 to 64 of a-z, 0-9 and _; default: random")),
                    CHANGEABLE.stream())
            .toList());
    static final JsonShape ROTATION =
            JsonShape.of(JsonField.of("grace", DURATION, "How long the previous secret stays valid; default: 0s"));

    private KeyFields() {}

    static KeyRequest toRequest(JsonFields fields) {
        return new KeyRequest(
                fields.text("id"),
                fields.text("name"),
                fields.text("team"),
                fields.text("tier"),
                fields.texts("models"),
                fields.texts("endpoints"),
                role(fields),
                fields.object("limits")
                        .map(limits -> LimitsJson.limits(limits, Limits.NONE))
                        .orElse(Limits.NONE),
                fields.object("budget").map(LimitsJson::budget).orElse(null),
                fields.time("expires_at").orElse(null),
                fields.pairs("metadata"));
    }

    /** The key with the members of the body changed; null resets one. Of limits only the named ones change. */
    static StoredKey changed(StoredKey key, JsonFields fields) {
        Limits limits = fields.object("limits")
                .map(some -> LimitsJson.limits(some, key.limits()))
                .orElse(fields.has("limits") ? Limits.NONE : key.limits());
        return new StoredKey(
                key.id(),
                fields.has("name") ? fields.text("name") : key.name(),
                key.hash(),
                key.previousHash(),
                key.previousUntil(),
                fields.has("team") ? fields.text("team") : key.team(),
                fields.has("tier") ? fields.text("tier") : key.tier(),
                fields.has("models") ? fields.texts("models") : key.models(),
                fields.has("endpoints") ? fields.texts("endpoints") : key.endpoints(),
                fields.has("role") ? role(fields) : key.role(),
                limits,
                fields.has("budget")
                        ? fields.object("budget").map(LimitsJson::budget).orElse(null)
                        : key.budget(),
                fields.has("metadata") ? fields.pairs("metadata") : key.metadata(),
                key.createdAt(),
                fields.has("expires_at") ? fields.time("expires_at").orElse(null) : key.expiresAt(),
                key.revokedAt(),
                key.lastUsedAt(),
                key.createdBy());
    }

    private static Role role(JsonFields fields) {
        String role = fields.text("role");
        return role == null ? Role.NONE : Role.valueOf(role.toUpperCase(Locale.ROOT));
    }
}
