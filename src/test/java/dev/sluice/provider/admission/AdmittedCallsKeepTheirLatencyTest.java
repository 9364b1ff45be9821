package dev.sluice.provider.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.ProviderConfig.Concurrency;
import dev.sluice.provider.admission.SaturatedProvider.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * At five times the capacity of a provider, admitted calls get their response in time and the others are rejected at
 * once. In simulated time, so that the figures are the same on every machine.
 */
class AdmittedCallsKeepTheirLatencyTest {

    @ParameterizedTest
    @CsvSource({"0", "0.4", "4"})
    void latencyIsKeptAtFiveTimesSaturation(String rest) throws IOException {
        double streamSeconds = Double.parseDouble(rest);
        Concurrency settings = SaturatedProvider.settings();
        Figures unsaturated =
                new SaturatedProvider(settings, new AdaptiveLimit(settings, 0), streamSeconds).run(0.5, 5, 60);
        SaturatedProvider provider = new SaturatedProvider(settings, new AdaptiveLimit(settings, 0), streamSeconds);

        provider.run(0.5, 0, 30);
        Figures figures = provider.run(5, 10, 300);

        double usual = Figures.p99(unsaturated.served());
        double p99 = Figures.p99(figures.served());
        assertThat(p99).isLessThanOrEqualTo(2 * usual);
        assertThat(Figures.p99(figures.refused())).isLessThan(20);
        assertThat(figures.served().size() / 300.0).isGreaterThan(0.7 * provider.capacity());
        assertThat(provider.limiter().running()).isZero();
        assertThat(provider.limiter().waiting()).isZero();
        assertThat(Files.readString(Path.of("src/docs/performance.md")))
                .as("the page shows these figures")
                .contains(String.format(
                        Locale.ROOT,
                        "| %s s | %.0f ms | %.0f ms | %.0f ms | %.1f of %.1f/s |",
                        rest,
                        usual,
                        p99,
                        Figures.p99(figures.refused()),
                        figures.served().size() / 300.0,
                        provider.capacity()));
    }

    /** A configured limit needs no gradient, and keeps the wait short as well. */
    @Test
    void latencyIsKeptWithAFixedLimit() {
        Concurrency settings = SaturatedProvider.settings();
        ConcurrencyLimit fixed = () -> SaturatedProvider.CAPACITY;
        Figures unsaturated = new SaturatedProvider(settings, fixed, 0.4).run(0.5, 5, 60);

        Figures figures = new SaturatedProvider(settings, fixed, 0.4).run(5, 10, 300);

        assertThat(Figures.p99(figures.served())).isLessThanOrEqualTo(2 * Figures.p99(unsaturated.served()));
        assertThat(Figures.p99(figures.refused())).isLessThan(20);
    }

    /** Below saturation the queue absorbs bursts. */
    @Test
    void belowSaturationNoCallIsRejected() {
        Concurrency settings = SaturatedProvider.settings();

        Figures figures = new SaturatedProvider(settings, new AdaptiveLimit(settings, 0), 0.4).run(0.8, 0, 300);

        assertThat(figures.refused()).isEmpty();
    }

    @Test
    void afterAnOverloadNoCallIsRejected() {
        Concurrency settings = SaturatedProvider.settings();
        SaturatedProvider provider = new SaturatedProvider(settings, new AdaptiveLimit(settings, 0), 0.4);
        provider.run(5, 0, 120);

        Figures figures = provider.run(0.7, 15, 120);

        assertThat(figures.refused()).isEmpty();
        assertThat(Figures.p99(figures.served())).isLessThan(700);
    }
}
