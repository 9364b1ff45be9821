package dev.sluice.admin;

import static dev.sluice.admin.api.JsonField.Kind.PAIRS;
import static dev.sluice.admin.api.JsonField.Kind.SPAN;
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

/** What may be said about a key, when it is made and when it is changed. */
public final class KeyFields {

    private static final List<JsonField> CHANGEABLE = List.of(
            JsonField.of("name", TEXT, "for people, up to 128 characters"),
            JsonField.of("team", TEXT, "shares the limits and the budget of the team; its maker's when left out"),
            JsonField.of("tier", TEXT, "one of tiers of the config; its maker's when left out"),
            JsonField.of("models", TEXTS, "patterns of models it may ask for; all when left out"),
            JsonField.of("endpoints", TEXTS, "endpoints it may call, such as chat; all when left out")
                    .formerly("surfaces"),
            JsonField.word(
                    "role", LimitsJson.WORDS_OF_ROLES, "what it may do at the admin listener; none when left out"),
            JsonField.object("limits", LimitsJson.LIMITS, "its own, beside its team's and tier's"),
            JsonField.object("budget", LimitsJson.BUDGET, "its own"),
            JsonField.of("expires_at", TIME, "never when left out"),
            JsonField.of("metadata", PAIRS, "up to 16 names of up to 64 characters, values of up to 512"));

    static final JsonShape CHANGE = new JsonShape(CHANGEABLE);
    public static final JsonShape WISH = new JsonShape(Stream.concat(
                    Stream.of(JsonField.of("id", TEXT, "public id, 1 to 64 of a-z, 0-9 and _; random when left out")),
                    CHANGEABLE.stream())
            .toList());
    static final JsonShape ROTATION =
            JsonShape.of(JsonField.of("grace", SPAN, "how long the secret before stays good; 0s when left out"));

    private KeyFields() {}

    static KeyRequest wish(JsonFields given) {
        return new KeyRequest(
                given.text("id"),
                given.text("name"),
                given.text("team"),
                given.text("tier"),
                given.texts("models"),
                given.texts("endpoints"),
                role(given),
                given.object("limits")
                        .map(limits -> LimitsJson.limits(limits, Limits.NONE))
                        .orElse(Limits.NONE),
                given.object("budget").map(LimitsJson::budget).orElse(null),
                given.time("expires_at").orElse(null),
                given.pairs("metadata"));
    }

    /** What the body names is changed, to nothing where it says null; of limits only those it names. */
    static StoredKey changed(StoredKey key, JsonFields given) {
        Limits limits = given.object("limits")
                .map(some -> LimitsJson.limits(some, key.limits()))
                .orElse(given.has("limits") ? Limits.NONE : key.limits());
        return new StoredKey(
                key.id(),
                given.has("name") ? given.text("name") : key.name(),
                key.hash(),
                key.previousHash(),
                key.previousUntil(),
                given.has("team") ? given.text("team") : key.team(),
                given.has("tier") ? given.text("tier") : key.tier(),
                given.has("models") ? given.texts("models") : key.models(),
                given.has("endpoints") ? given.texts("endpoints") : key.surfaces(),
                given.has("role") ? role(given) : key.role(),
                limits,
                given.has("budget")
                        ? given.object("budget").map(LimitsJson::budget).orElse(null)
                        : key.budget(),
                given.has("metadata") ? given.pairs("metadata") : key.metadata(),
                key.createdAt(),
                given.has("expires_at") ? given.time("expires_at").orElse(null) : key.expiresAt(),
                key.revokedAt(),
                key.lastUsedAt(),
                key.createdBy());
    }

    private static Role role(JsonFields given) {
        String role = given.text("role");
        return role == null ? Role.NONE : Role.valueOf(role.toUpperCase(Locale.ROOT));
    }
}
