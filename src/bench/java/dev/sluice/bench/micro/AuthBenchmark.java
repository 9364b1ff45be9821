package dev.sluice.bench.micro;

import dev.sluice.auth.keys.KeyGenerator;
import dev.sluice.auth.keys.KeyRing;
import dev.sluice.auth.keys.StoredKeys;
import dev.sluice.binding.Secret;
import dev.sluice.config.AuthConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.Principal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Verifies a virtual key. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AuthBenchmark {

    private static final Secret PEPPER = new Secret("pepper");

    private final KeyGenerator.GeneratedKey key = new KeyGenerator().generate("bench", null, List.of(), PEPPER);
    private final SluiceConfig config = new SluiceConfig(
            null,
            Map.of(),
            Map.of(),
            new AuthConfig(List.of(key.stanza()), null, PEPPER, false),
            Map.of(),
            Map.of(),
            null,
            null,
            Map.of(),
            null,
            null,
            null,
            null);
    private final KeyRing keys = new KeyRing(() -> config, () -> StoredKeys.NONE, System::currentTimeMillis);
    private final String token = key.token().reveal();

    @Benchmark
    public Principal verify() {
        return keys.verify(token).principal();
    }
}
