package dev.sluice.admin;

import dev.sluice.auth.AdminAccess;
import dev.sluice.auth.Identity;
import dev.sluice.auth.jwt.JwtProvider;
import dev.sluice.auth.keys.KeyRing;
import dev.sluice.auth.keys.Minting;
import dev.sluice.auth.keys.StoredKeys;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.Loaded;
import dev.sluice.quota.Quota;
import dev.sluice.quota.Ticks;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;

/** A gateway without keys and store, for tests of what has to do with neither. */
public final class NoTenants {

    private static final Supplier<SluiceConfig> CONFIG = config();

    public static final TenantSources SOURCES = new TenantSources(
            CONFIG,
            null,
            new Quota(Ticks.system(), alert -> {}),
            new Minting(CONFIG, InstantSource.system()),
            () -> "none");

    private NoTenants() {}

    static AdminAccess openAccess() {
        KeyRing keys = new KeyRing(CONFIG, () -> StoredKeys.NONE, System::currentTimeMillis);
        return new AdminAccess(new Identity(keys, new JwtProvider(CONFIG, null, System::currentTimeMillis)));
    }

    private static Supplier<SluiceConfig> config() {
        Loaded.Ok ok = (Loaded.Ok) ConfigLoader.parse("""
            auth: { pepper: of-the-tests }
            providers: { sluice: { type: simulator, models: [echo] } }
            """, "test.yaml", Map.<String, String>of()::get, Path.of("."));
        return ok::config;
    }
}
