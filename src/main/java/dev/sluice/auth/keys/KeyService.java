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
 * Makes, rotates and revokes stored keys, as far as who asks may. Keeps nothing: whoever calls puts what comes back
 * into the store. Not for an event loop in a hurry: a new key takes random bytes of the system.
 *
 * <p>Every refusal is a {@link GatewayException}: PERMISSION with code {@code exceeds_minter} where somebody asks for
 * more than they have, INVALID_REQUEST for what nobody could have; {@code param} names the field.
 */
public final class KeyService {

    private final KeyGenerator mint = new KeyGenerator();
    private final Supplier<SluiceConfig> config;
    private final InstantSource clock;

    public KeyService(Supplier<SluiceConfig> config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
    }

    /**
     * A key with its secret.
     *
     * @param token what the client sends; shown to its owner once and kept nowhere
     * @param key what the store keeps
     */
    public record Minted(Secret token, StoredKey key) {}

    /** A new key. Its id may be one of the store's already: the store refuses it then. */
    public Minted mint(KeyRequest keyRequest, Caller caller) {
        SluiceConfig now = config.get();
        KeyRequest filled = keyRequest.filledFrom(caller);
        KeyRequestRules.check(filled, now, clock.instant());
        KeyPrivilegeRules.check(filled, caller);
        KeyGenerator.MintedKey made = mint.mint(filled.id(), filled.team(), filled.models(), pepper(now));
        StoredKey key = new StoredKey(
                made.stanza().id(),
                filled.name(),
                made.stanza().hash(),
                null,
                null,
                filled.team(),
                filled.tier(),
                List.copyOf(filled.models()),
                List.copyOf(filled.surfaces()),
                filled.role(),
                filled.limits(),
                filled.budget(),
                filled.metadata(),
                clock.instant(),
                filled.expiresAt(),
                null,
                null,
                caller.who().id());
        return new Minted(made.token(), key);
    }

    /**
     * The same key with a new secret. Who rotates a key holds it, so nobody rotates one that they might not have made.
     *
     * @param grace how long the secret before is still good; zero: not at all. A secret before that one ends now
     */
    public Minted rotate(StoredKey key, Duration grace, Caller caller) {
        Instant now = clock.instant();
        if (grace.isNegative()) {
            throw invalid("grace", "is negative (expected: zero or more)");
        }
        if (key.revokedAt() != null) {
            throw invalid("id", "key " + key.id() + " is revoked (expected: a key that is good)");
        }
        if (key.expiresAt() != null && !key.expiresAt().isAfter(now)) {
            throw invalid("id", "key " + key.id() + " has expired (expected: a key that is good)");
        }
        KeyPrivilegeRules.check(KeyRequest.of(key), caller);
        KeyGenerator.MintedKey made = mint.mint(key.id(), key.team(), key.models(), pepper(config.get()));
        boolean overlap = grace.isPositive();
        return new Minted(
                made.token(),
                changed(
                        key,
                        made.stanza().hash(),
                        overlap ? key.hash() : null,
                        overlap ? now.plus(grace) : null,
                        null));
    }

    /** The same key, good no more. One that is revoked already stays as it is. */
    public StoredKey revoke(StoredKey key, Caller caller) {
        KeyPrivilegeRules.checkRole(caller);
        KeyPrivilegeRules.checkTeam(key.team(), caller);
        if (!caller.who().role().includes(key.role() == null ? Role.NONE : key.role())) {
            throw KeyPrivilegeRules.exceeds("role", "key " + key.id() + " has a higher role than yours");
        }
        return key.revokedAt() != null ? key : changed(key, key.hash(), null, null, clock.instant());
    }

    /** Checks a changed key (its hash, id and creation are not looked at) as if it were made anew. */
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
                key.surfaces(),
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
                            "auth.pepper is not set, and instances that share a database must agree on it (expected:"
                                    + " pepper: \"${SLUICE_PEPPER}\" under auth: in the config of each, and"
                                    + " SLUICE_PEPPER in its environment, as from: openssl rand -hex 32)")
                    .withCode("no_pepper"));
        }
        return pepper;
    }

    static GatewayException invalid(String field, String what) {
        return new GatewayException(GatewayError.invalid(field + ": " + what, field, "invalid_value"));
    }
}
