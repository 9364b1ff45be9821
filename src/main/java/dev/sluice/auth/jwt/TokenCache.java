package dev.sluice.auth.jwt;

import dev.sluice.auth.keys.AuthResult;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The cache of accepted tokens, by the SHA-256 of the whole token: verifying an elliptic-curve signature takes tenths
 * of a millisecond, and clients send the same token hundreds of times. An entry is valid for one key set and one
 * configuration, for a minute, and until the token expires. May be used from any thread.
 */
final class TokenCache {

    /** The longest time that a token is accepted without verification. */
    private static final long KEPT_MILLIS = 60_000;

    private static final int MAX_ENTRIES = 10_000;

    private final Map<Digest, Entry> entries = new ConcurrentHashMap<>();
    private final ThreadLocal<MessageDigest> hasher = ThreadLocal.withInitial(Sha256::digest);

    /** All 256 bits of the hash. */
    record Digest(long a, long b, long c, long d) {}

    private record Entry(AuthResult result, long untilMillis, JwkSet keys, SluiceConfig config) {}

    Digest digest(String token) {
        ByteBuffer hash = ByteBuffer.wrap(hasher.get().digest(token.getBytes(StandardCharsets.UTF_8)));
        return new Digest(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
    }

    /** The result under the same keys and the same configuration, or null. */
    AuthResult get(Digest token, JwkSet keys, SluiceConfig config, long nowMillis) {
        Entry entry = entries.get(token);
        return entry != null && entry.keys == keys && entry.config == config && nowMillis < entry.untilMillis
                ? entry.result
                : null;
    }

    void put(Digest token, AuthResult result, long endsMillis, JwkSet keys, SluiceConfig config, long nowMillis) {
        if (entries.size() >= MAX_ENTRIES) {
            entries.values().removeIf(entry -> nowMillis >= entry.untilMillis || entry.keys != keys);
            if (entries.size() >= MAX_ENTRIES) {
                entries.clear();
            }
        }
        entries.put(token, new Entry(result, Math.min(endsMillis, nowMillis + KEPT_MILLIS), keys, config));
    }
}
