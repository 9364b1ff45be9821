package dev.sluice.admin;

import dev.sluice.auth.AdminAccess;
import dev.sluice.auth.GatewayAuthentication;
import dev.sluice.auth.jwt.JwtProvider;
import dev.sluice.auth.keys.KeyRing;
import dev.sluice.auth.keys.KeyService;
import dev.sluice.auth.keys.StoredKeys;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.quota.Quota;
import dev.sluice.quota.QuotaClock;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;

/** Access to a gateway without keys and store, for tests that need neither. */
public final class GatewayWithoutKeys {

    private static final Supplier<SluiceConfig> CONFIG = config();

    public static final TenantSources SOURCES = new TenantSources(
            CONFIG,
            null,
            new Quota(QuotaClock.system(), alert -> {}),
            new KeyService(CONFIG, InstantSource.system()),
            () -> "none");

    private GatewayWithoutKeys() {}

    static AdminAccess openAccess() {
        KeyRing keys = new KeyRing(CONFIG, () -> StoredKeys.NONE, System::currentTimeMillis);
        return new AdminAccess(
                new GatewayAuthentication(keys, new JwtProvider(CONFIG, null, System::currentTimeMillis)));
    }

    private static Supplier<SluiceConfig> config() {
        LoadedConfig.Ok ok =
                (LoadedConfig.Ok) ConfigLoader.parse("""
                    auth: { pepper: of-the-tests }
                    providers: { sluice: { type: simulator, models: [echo] } }
                    """, "test.yaml", Map.<String, String>of()::get, Path.of("."));
        return ok::config;
    }
}
