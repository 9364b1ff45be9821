package dev.sluice.auth.keys;

import dev.sluice.binding.Secret;
import dev.sluice.config.SluiceConfig;
import java.util.function.Supplier;

/**
 * The active config, with the generated pepper if it names none. The same config returns the same object, so that
 * caches can compare by identity. May be called from any thread.
 */
public final class PepperedConfig implements Supplier<SluiceConfig> {

    private final Supplier<SluiceConfig> config;
    private final Secret pepper;
    private volatile Pair last;

    private record Pair(SluiceConfig plain, SluiceConfig peppered) {}

    /** @param pepper the generated one, or null if there is none */
    public PepperedConfig(Supplier<SluiceConfig> config, Secret pepper) {
        this.config = config;
        this.pepper = pepper;
    }

    @Override
    public SluiceConfig get() {
        SluiceConfig plain = config.get();
        if (pepper == null || plain.auth().pepper() != null) {
            return plain;
        }
        Pair pair = last;
        if (pair == null || pair.plain != plain) {
            pair = new Pair(plain, plain.withPepper(pepper));
            last = pair;
        }
        return pair.peppered;
    }
}
