package dev.sluice.bench.measure;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Sluice's {@code /metrics}, as Prometheus would read it. */
public final class AdminMetrics implements AutoCloseable {

    private static final String LAG = "sluice_event_loop_lag_seconds";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI metrics;

    public AdminMetrics(String adminUrl) {
        this.metrics = URI.create(adminUrl + "/metrics");
    }

    /**
     * How late timers of the event loops fired, since the start.
     *
     * @param seconds summed over all
     */
    public record Lag(double seconds, double timers) {

        /** The mean in microseconds between an earlier look and this one; NaN when no timer fired. */
        public double meanMicrosSince(Lag earlier) {
            return (seconds - earlier.seconds) * 1e6 / (timers - earlier.timers);
        }
    }

    public Lag lag() throws IOException {
        String text = scrape();
        return new Lag(sum(text, LAG + "_sum"), sum(text, LAG + "_count"));
    }

    /** Streams open towards clients just now. */
    public double openStreams() throws IOException {
        return sum(scrape(), "sluice_open_streams");
    }

    /** Configurations that took effect so far. */
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
                    HttpRequest.newBuilder(metrics).timeout(PATIENCE).build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped while reading " + metrics, stopped);
        }
    }

    /** Over all label sets. */
    private static double sum(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name) && !Character.isLetterOrDigit(line.charAt(name.length())))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
