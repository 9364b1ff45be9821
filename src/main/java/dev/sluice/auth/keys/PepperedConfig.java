package dev.sluice.auth.keys;

import dev.sluice.binding.Secret;
import dev.sluice.config.SluiceConfig;
import java.util.function.Supplier;

/**
 * The config that serves, with Sluice's own pepper where it names none. The same config gives the same object, so that
 * whoever keeps something made of it can tell by identity that it is still good. Any thread.
 */
public final class PepperedConfig implements Supplier<SluiceConfig> {

    private final Supplier<SluiceConfig> config;
    private final Secret pepper;
    private volatile Pair last;

    private record Pair(SluiceConfig plain, SluiceConfig seasoned) {}

    /** @param pepper Sluice's own, or null where there is none to be had */
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
        return pair.seasoned;
    }
}
