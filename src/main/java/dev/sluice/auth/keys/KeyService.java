package dev.sluice.auth.keys;

import dev.sluice.binding.Secret;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Role;
import dev.sluice.store.StoredKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * The service that creates, rotates and revokes stored keys, and checks changes of them, within the caller's rights.
 * Stores nothing: callers write the result into the store. Not for the request path: a new key reads random bytes from
 * the system.
 *
 * <p>Every refusal is a {@link GatewayException}: PERMISSION with code {@code exceeds_own_privileges} if a key would
 * exceed the caller's rights, INVALID_REQUEST if it is invalid for every caller; {@code param} names the field.
 */
public final class KeyService {

    private final KeyGenerator generator = new KeyGenerator();
    private final Supplier<SluiceConfig> config;
    private final InstantSource clock;

    public KeyService(Supplier<SluiceConfig> config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
    }

    /**
     * A key with its secret.
     *
     * @param token what the client sends; shown to its owner once and not stored
     * @param key what the store keeps, with the hash of the secret
     */
    public record CreatedKey(Secret token, StoredKey key) {}

    /** A new key. Its id may be taken in the store, which then refuses it. */
    public CreatedKey create(KeyRequest keyRequest, Caller caller) {
        SluiceConfig now = config.get();
        KeyRequest filled = keyRequest.withDefaultsOf(caller);
        KeyRequestRules.check(filled, now, clock.instant());
        KeyPrivilegeRules.check(filled, caller);
        KeyGenerator.GeneratedKey made = generator.generate(filled.id(), filled.team(), filled.models(), pepper(now));
        StoredKey key = new StoredKey(
                made.stanza().id(),
                filled.name(),
                made.stanza().hash(),
                null,
                null,
                filled.team(),
                filled.tier(),
                List.copyOf(filled.models()),
                List.copyOf(filled.endpoints()),
                filled.role(),
                filled.limits(),
                filled.budget(),
                filled.metadata(),
                clock.instant(),
                filled.expiresAt(),
                null,
                null,
                caller.principal().id());
        return new CreatedKey(made.token(), key);
    }

    /**
     * The same key with a new secret. The caller of a rotation gets the secret, so it needs the rights to create the
     * key.
     *
     * @param grace how long the previous secret stays valid, from zero. The one before the previous becomes invalid now
     */
    public CreatedKey rotate(StoredKey key, Duration grace, Caller caller) {
        Instant now = clock.instant();
        if (grace.isNegative()) {
            throw invalid("grace", "is negative (expected: zero or more)");
        }
        if (key.revokedAt() != null) {
            throw invalid("id", "key " + key.id() + " is revoked (expected: a valid key)");
        }
        if (key.expiresAt() != null && !key.expiresAt().isAfter(now)) {
            throw invalid("id", "key " + key.id() + " has expired (expected: a valid key)");
        }
        KeyPrivilegeRules.check(KeyRequest.of(key), caller);
        KeyGenerator.GeneratedKey made = generator.generate(key.id(), key.team(), key.models(), pepper(config.get()));
        boolean overlap = grace.isPositive();
        return new CreatedKey(
                made.token(),
                changed(
                        key,
                        made.stanza().hash(),
                        overlap ? key.hash() : null,
                        overlap ? now.plus(grace) : null,
                        null));
    }

    /** The same key, revoked. A key that is already revoked is returned unchanged. */
    public StoredKey revoke(StoredKey key, Caller caller) {
        KeyPrivilegeRules.checkRole(caller);
        KeyPrivilegeRules.checkTeam(key.team(), caller);
        if (!caller.principal().role().includes(key.role() == null ? Role.NONE : key.role())) {
            throw KeyPrivilegeRules.exceeds("role", "key " + key.id() + " has a role above yours");
        }
        return key.revokedAt() != null ? key : changed(key, key.hash(), null, null, clock.instant());
    }

    /** Checks a changed key as if it were created; ignores its hash, id and creation time. */
    public void checkChange(StoredKey changed, Caller caller) {
        KeyRequest keyRequest = KeyRequest.of(changed);
        KeyRequestRules.checkFields(keyRequest, config.get());
        KeyPrivilegeRules.check(keyRequest, caller);
    }

    private static StoredKey changed(
            StoredKey key, String hash, String previousHash, Instant previousUntil, Instant revokedAt) {
        return new StoredKey(
                key.id(),
                key.name(),
                hash,
                previousHash,
                previousUntil,
                key.team(),
                key.tier(),
                key.models(),
                key.endpoints(),
                key.role(),
                key.limits(),
                key.budget(),
                key.metadata(),
                key.createdAt(),
                key.expiresAt(),
                revokedAt,
                key.lastUsedAt(),
                key.createdBy());
    }

    private static Secret pepper(SluiceConfig config) {
        Secret pepper = config.auth().pepper();
        if (pepper == null) {
            throw new GatewayException(GatewayError.of(
                            Kind.UNAVAILABLE,
                            "auth.pepper is not set, and all instances on a shared database need the same one"
                                    + " (expected: pepper: \"${SLUICE_PEPPER}\" under auth: in the config of each, and"
                                    + " SLUICE_PEPPER in its environment, as from: openssl rand -hex 32)")
                    .withCode("no_pepper"));
        }
        return pepper;
    }

    static GatewayException invalid(String field, String what) {
        return new GatewayException(GatewayError.invalid(field + ": " + what, field, "invalid_value"));
    }
}
