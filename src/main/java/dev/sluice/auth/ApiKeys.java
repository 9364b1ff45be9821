package dev.sluice.auth;

import dev.sluice.config.AuthConfig;
import dev.sluice.config.AuthConfig.StaticKey;
import dev.sluice.model.Principal;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Every virtual key of one configuration. Immutable; a changed configuration makes a new one.
 *
 * <p>A token is {@code sk-sluice-<id>-<secret>}: the id is public, matches {@code [a-z0-9_]{1,64}} and finds the key;
 * the secret is 43 characters of {@code [0-9A-Za-z]}, a little over 256 bits, and proves it. Neither has a {@code -}.
 * How a secret is hashed is told at {@link KeyHash}. A token of another shape is refused without hashing, since the
 * shape is public; one with an unknown id costs the same hash as one with a wrong secret, so that time does not tell
 * which ids exist.
 */
public final class ApiKeys {

    static final String PREFIX = "sk-sluice-";
    static final int SECRET_LENGTH = 43;
    static final int MAX_ID_LENGTH = 64;

    /** What an unknown id is compared with. Its principal is null, so even a match would refuse. */
    private static final Entry NOBODY =
            new Entry(null, new KeyHash(new byte[KeyHash.SALT_BYTES], new byte[KeyHash.HASH_BYTES]));

    private final Map<String, Entry> byId = new HashMap<>();
    /**
     * One per thread, because a Mac is not thread safe and looking one up in the security providers costs more than the
     * hash.
     */
    private final ThreadLocal<KeyHash.Hasher> hasher;

    public ApiKeys(AuthConfig config) {
        for (StaticKey key : config.keys()) {
            Principal principal = new Principal(key.id(), key.team(), key.models() == null ? List.of() : key.models());
            if (byId.put(key.id(), new Entry(principal, KeyHash.parse(key.hash()))) != null) {
                throw new IllegalArgumentException("auth.keys: id \"" + key.id() + "\" is there twice");
            }
        }
        if (!byId.isEmpty() && config.pepper() == null) {
            throw new IllegalArgumentException("auth.pepper: missing (expected: the pepper the keys were made with)");
        }
        byte[] pepperKey =
                byId.isEmpty() ? null : KeyHash.pepperKey(config.pepper().reveal());
        this.hasher = ThreadLocal.withInitial(() -> new KeyHash.Hasher(pepperKey));
    }

    /** Whose key this is, or null when it is nobody's. Any thread; a microsecond, no lock. */
    public Principal verify(String token) {
        int secret = secretStart(token);
        if (secret < 0 || byId.isEmpty()) {
            return null;
        }
        Entry entry = byId.getOrDefault(token.substring(PREFIX.length(), secret - 1), NOBODY);
        boolean proven = entry.hash.matches(hasher.get().hash(entry.hash.salt(), token, secret));
        return proven ? entry.principal : null;
    }

    /** Everybody who has a key. */
    Collection<Principal> principals() {
        return byId.values().stream().map(Entry::principal).toList();
    }

    /** Where the secret begins in a token of the right shape, or -1. */
    private static int secretStart(String token) {
        int start = token.length() - SECRET_LENGTH;
        int idLength = start - 1 - PREFIX.length();
        if (idLength < 1 || idLength > MAX_ID_LENGTH || !token.startsWith(PREFIX) || token.charAt(start - 1) != '-') {
            return -1;
        }
        for (int i = start; i < token.length(); i++) {
            if (!isSecretCharacter(token.charAt(i))) {
                return -1;
            }
        }
        return start;
    }

    private static boolean isSecretCharacter(char c) {
        return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
    }

    /** Only how many: hashes are no secrets, but nobody needs them in a log. */
    @Override
    public String toString() {
        return byId.size() + " keys";
    }

    private record Entry(Principal principal, KeyHash hash) {}
}
