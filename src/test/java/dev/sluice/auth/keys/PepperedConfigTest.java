package dev.sluice.auth.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.auth.TestKeys;
import dev.sluice.binding.Secret;
import dev.sluice.config.SluiceConfig;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The generated pepper is used only if the config names none, and the same config gives the same object. */
class PepperedConfigTest {

    private final Secret generated = new Secret("generated");
    private final AtomicReference<SluiceConfig> config = new AtomicReference<>(TestKeys.sluiceConfig(TestKeys.open()));

    @Test
    void configsWithoutPepperGetTheGeneratedOne() {
        PepperedConfig peppered = new PepperedConfig(config::get, generated);

        assertThat(peppered.get().auth().pepper()).isSameAs(generated);
        assertThat(peppered.get()).isSameAs(peppered.get());
    }

    @Test
    void anEditGivesAnotherObject() {
        PepperedConfig peppered = new PepperedConfig(config::get, generated);
        SluiceConfig before = peppered.get();
        config.set(TestKeys.sluiceConfig(TestKeys.open()));

        assertThat(peppered.get()).isNotSameAs(before);
        assertThat(peppered.get().auth().pepper()).isSameAs(generated);
    }

    @Test
    void configsAreUnchangedWithAPepperOfTheirOwnOrWithoutAGeneratedOne() {
        assertThat(new PepperedConfig(config::get, null).get()).isSameAs(config.get());
        config.set(TestKeys.sluiceConfig(TestKeys.config(TestKeys.generate("ci"))));
        assertThat(new PepperedConfig(config::get, generated).get()).isSameAs(config.get());
    }
}
