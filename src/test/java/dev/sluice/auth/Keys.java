package dev.sluice.auth;

import dev.sluice.auth.KeyMint.MintedKey;
import dev.sluice.config.AuthConfig;
import dev.sluice.config.Secret;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.StoreConfig;
import dev.sluice.config.TierConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Keys for tests. */
final class Keys {

    static final Secret PEPPER = new Secret("pepper-canary-6f1d");

    private static final KeyMint MINT = new KeyMint();

    private Keys() {}

    static MintedKey mint(String id) {
        return MINT.mint(id, "platform", List.of("fast", "openai/*"), PEPPER);
    }

    /** A ring of the config's keys alone. */
    static KeyRing ring(AuthConfig auth) {
        SluiceConfig config = whole(auth);
        return new KeyRing(() -> config, () -> StoredKeys.NONE, System::currentTimeMillis);
    }

    /** Who may call by these keys alone. */
    static Identity identity(Supplier<AuthConfig> auth) {
        AtomicReference<SluiceConfig> last = new AtomicReference<>(whole(auth.get()));
        Supplier<SluiceConfig> config =
                () -> last.updateAndGet(before -> before.auth() == auth.get() ? before : whole(auth.get()));
        return new Identity(
                new KeyRing(config, () -> StoredKeys.NONE, System::currentTimeMillis),
                new JwtProvider(config, null, System::currentTimeMillis));
    }

    static SluiceConfig whole(AuthConfig auth) {
        return whole(auth, Map.of());
    }

    static SluiceConfig whole(AuthConfig auth, Map<String, TierConfig> tiers) {
        StoreConfig store = new StoreConfig("sqlite::memory:", null, null, null, Duration.ofMinutes(10), true);
        return new SluiceConfig(
                null, Map.of(), Map.of(), auth, tiers, Map.of(), store, null, Map.of(), null, null, null, null);
    }

    static AuthConfig config(MintedKey... keys) {
        return new AuthConfig(Stream.of(keys).map(MintedKey::stanza).toList(), PEPPER);
    }

    static AuthConfig open() {
        return new AuthConfig(List.of(), null);
    }
}
