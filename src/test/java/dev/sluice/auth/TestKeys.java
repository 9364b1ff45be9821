package dev.sluice.auth;

import dev.sluice.auth.jwt.JwtProvider;
import dev.sluice.auth.keys.KeyGenerator;
import dev.sluice.auth.keys.KeyGenerator.GeneratedKey;
import dev.sluice.auth.keys.KeyRing;
import dev.sluice.auth.keys.StoredKeys;
import dev.sluice.binding.Secret;
import dev.sluice.config.AuthConfig;
import dev.sluice.config.ConfigSamples;
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
public final class TestKeys {

    public static final Secret PEPPER = new Secret("pepper-canary-6f1d");

    private static final KeyGenerator MINT = new KeyGenerator();

    private TestKeys() {}

    public static GeneratedKey generate(String id) {
        return MINT.generate(id, "platform", List.of("fast", "openai/*"), PEPPER);
    }

    /** A ring of the config's keys only. */
    public static KeyRing ring(AuthConfig auth) {
        SluiceConfig config = sluiceConfig(auth);
        return new KeyRing(() -> config, () -> StoredKeys.NONE, System::currentTimeMillis);
    }

    /** Authentication by these keys only. */
    public static GatewayAuthentication identity(Supplier<AuthConfig> auth) {
        AtomicReference<SluiceConfig> last = new AtomicReference<>(sluiceConfig(auth.get()));
        Supplier<SluiceConfig> config =
                () -> last.updateAndGet(before -> before.auth() == auth.get() ? before : sluiceConfig(auth.get()));
        return new GatewayAuthentication(
                new KeyRing(config, () -> StoredKeys.NONE, System::currentTimeMillis),
                new JwtProvider(config, null, System::currentTimeMillis));
    }

    public static SluiceConfig sluiceConfig(AuthConfig auth) {
        return sluiceConfig(auth, Map.of());
    }

    public static SluiceConfig sluiceConfig(AuthConfig auth, Map<String, TierConfig> tiers) {
        StoreConfig store = new StoreConfig("sqlite::memory:", null, null, null, null, Duration.ofMinutes(10), true);
        return new SluiceConfig(
                null, Map.of(), Map.of(), auth, tiers, Map.of(), store, null, Map.of(), null, null, null, null);
    }

    public static AuthConfig config(GeneratedKey... keys) {
        return ConfigSamples.auth(Stream.of(keys).map(GeneratedKey::stanza).toList(), PEPPER);
    }

    public static AuthConfig open() {
        return ConfigSamples.auth(List.of(), null);
    }
}
