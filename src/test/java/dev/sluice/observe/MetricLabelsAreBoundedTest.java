package dev.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.MetricsConfig;
import dev.sluice.model.CancelCause;
import dev.sluice.model.RequestContext;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MetricLabelsAreBoundedTest {

    private final Metrics metrics = Metrics.create(new MetricsConfig(true));

    MetricLabelsAreBoundedTest() {
        metrics.labels(Set.of("fast"), Set.of("openai", "grok"));
    }

    @Test
    void unknownNamesCreateNoSeries() {
        exchange("made-up-0", "made-up-0");
        metrics.attempt("made-up-0", Metrics.Attempt.OK);
        long before = series();
        Random random = new Random(1);

        for (int i = 0; i < 10_000; i++) {
            String name = "model-" + random.nextLong();
            exchange(name, name);
            metrics.attempt(name, Metrics.Attempt.FAILED);
            metrics.breaker(name, Metrics.Breaker.OPEN);
        }

        assertThat(series()).isEqualTo(before);
        assertThat(scrape()).doesNotContain("model-", "made-up").contains("route=\"other\"");
    }

    @Test
    void everyMetricHasItsName() {
        metrics.configApplied("abc123");
        metrics.requestStarted(); // still running
        exchange("fast", "openai");
        RequestContext cancelled = EndedExchanges.streamed("req_2");
        cancelled.cancelCause = CancelCause.CLIENT_GONE;
        metrics.requestStarted();
        metrics.record(cancelled);
        metrics.attempt("openai", Metrics.Attempt.THROTTLED);
        metrics.breaker("grok", Metrics.Breaker.OPEN);
        metrics.breaker("grok", Metrics.Breaker.OPEN);
        metrics.logDrops(() -> 7);
        metrics.configRefused();

        assertThat(scrape())
                .contains(
                        "sluice_requests_total{endpoint=\"chat\",outcome=\"ok\",provider=\"openai\",route=\"fast\",status=\"2xx\"}"
                            + " 1.0",
                        "sluice_request_duration_seconds_bucket{endpoint=\"chat\",outcome=\"ok\",le=\"1.0\"} 1",
                        "sluice_first_token_seconds_bucket{provider=\"openai\",le=\"0.25\"} 2",
                        "sluice_attempts_total{outcome=\"throttled\",provider=\"openai\"} 1.0",
                        "sluice_tokens_total{kind=\"prompt\",provider=\"openai\"} 24.0",
                        "sluice_in_flight 1.0",
                        "sluice_open_streams 0.0",
                        "sluice_cancelled_total{cause=\"client_gone\"} 1.0",
                        "sluice_breaker_state{provider=\"grok\"} 2.0",
                        "sluice_breaker_state{provider=\"openai\"} 0.0",
                        "sluice_breaker_opened_total{provider=\"grok\"} 1.0",
                        "sluice_config_reloads_total{result=\"applied\"} 1.0",
                        "sluice_config_reloads_total{result=\"refused\"} 1.0",
                        "sluice_config_revision_info{revision=\"abc123\"} 1",
                        "sluice_config_last_refused 1.0",
                        "sluice_log_dropped_total 7.0",
                        "sluice_event_loop_lag_seconds_count",
                        "jvm_memory_used_bytes",
                        "jvm_threads_live_threads",
                        "process_files_open_files");
    }

    @Test
    void theSeriesOfARemovedProviderAreRemoved() {
        exchange("fast", "openai");
        exchange("fast", "grok");

        metrics.labels(Set.of(), Set.of("openai"));

        assertThat(scrape())
                .doesNotContain("grok")
                .doesNotContain("route=\"fast\"")
                .contains("provider=\"openai\"");
    }

    @Test
    void aProviderThatReturnsIsCountedAgain() {
        metrics.labels(Set.of("fast"), Set.of("openai"));
        metrics.labels(Set.of("fast"), Set.of("openai", "grok"));

        exchange("fast", "grok");

        assertThat(scrape())
                .contains(
                        "sluice_requests_total{endpoint=\"chat\",outcome=\"ok\",provider=\"grok\",route=\"fast\",status=\"2xx\"}"
                            + " 1.0");
    }

    @Test
    void onlyTheActiveRevisionIsShown() {
        for (int i = 0; i < 100; i++) {
            metrics.configApplied("rev" + i);
        }

        assertThat(scrape().lines().filter(line -> line.startsWith("sluice_config_revision_info{")))
                .containsExactly("sluice_config_revision_info{revision=\"rev99\"} 1");
    }

    @Test
    void anExchangeWithoutProviderIsCounted() {
        RequestContext lost = new RequestContext("req", 1, 1);
        lost.status = 404;
        lost.errorCode = "not_found";
        lost.endNanos = 2;
        metrics.requestStarted();

        metrics.record(lost);

        assertThat(scrape())
                .contains(
                        "sluice_requests_total{endpoint=\"none\",outcome=\"failed\",provider=\"none\",route=\"none\",status=\"4xx\"}"
                            + " 1.0");
    }

    @Test
    void openMetricsIsWrittenOnRequest() {
        Metrics.Scrape scrape = metrics.scrape("application/openmetrics-text;version=1.0.0,text/plain;q=0.5")
                .orElseThrow();

        assertThat(scrape.contentType()).startsWith("application/openmetrics-text");
        assertThat(scrape.body()).endsWith("# EOF\n");
    }

    @Test
    void withMetricsOffThereIsNoOutput() {
        Metrics off = Metrics.create(new MetricsConfig(false));
        off.record(EndedExchanges.streamed("req"));

        assertThat(off.scrape(null)).isEmpty();
    }

    private void exchange(String route, String provider) {
        RequestContext exchange = EndedExchanges.streamed("req");
        exchange.route = route;
        exchange.model = route;
        exchange.provider = provider;
        metrics.requestStarted();
        metrics.record(exchange);
    }

    private long series() {
        return scrape().lines().filter(line -> line.startsWith("sluice_")).count();
    }

    private String scrape() {
        return metrics.scrape(null).orElseThrow().body();
    }
}
