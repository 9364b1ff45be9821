package dev.sluice.bench.measure;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Reads Sluice's {@code /metrics}. */
public final class AdminMetrics implements AutoCloseable {

    private static final String LAG = "sluice_event_loop_lag_seconds";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI metrics;

    public AdminMetrics(String adminUrl) {
        this.metrics = URI.create(adminUrl + "/metrics");
    }

    /**
     * The delay of event-loop timers since the start.
     *
     * @param seconds sum over all timers
     */
    public record Lag(double seconds, double timers) {

        /** The mean in microseconds since an earlier reading; NaN when no timer fired. */
        public double meanMicrosSince(Lag earlier) {
            return (seconds - earlier.seconds) * 1e6 / (timers - earlier.timers);
        }
    }

    public Lag lag() throws IOException {
        String text = scrape();
        return new Lag(sum(text, LAG + "_sum"), sum(text, LAG + "_count"));
    }

    /** Streams that are open to clients now. */
    public double openStreams() throws IOException {
        return sum(scrape(), "sluice_open_streams");
    }

    /** Configurations applied so far. */
    public double reloads() throws IOException {
        return sum(scrape(), "sluice_config_reloads_total{result=\"applied\"");
    }

    @Override
    public void close() {
        http.close();
    }

    private String scrape() throws IOException {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(metrics).timeout(TIMEOUT).build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading " + metrics, stopped);
        }
    }

    /** Sums over all label sets. */
    private static double sum(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name) && !Character.isLetterOrDigit(line.charAt(name.length())))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
