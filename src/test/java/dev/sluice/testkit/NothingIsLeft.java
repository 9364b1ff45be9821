package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/**
 * The assertion that a gateway at rest holds nothing of the requests that it served: no exchange, stream, buffered
 * byte, upload, permit, reservation, or row that is not in the ledger, and not more file descriptors than before.
 */
public final class NothingIsLeft {

    private static final Duration WITHIN = Duration.ofSeconds(20);
    /** Pooled connections to providers and of the tests' own clients, which stay open. */
    private static final long KEPT_DESCRIPTORS = 100;

    private static final List<String> ZERO = List.of(
            "sluice_in_flight ",
            "sluice_open_streams ",
            "sluice_memory_used_bytes ",
            "sluice_uploads_used_bytes ",
            "sluice_conversations_used_bytes ",
            "sluice_provider_waiting{",
            "sluice_budget_reserved_usd ",
            "sluice_ledger_waiting_rows ",
            "sluice_ledger_refused_rows_total ",
            "sluice_limits_leaked_total ");

    private final String adminUrl;
    private final String[] headers;
    private final double descriptors;
    /** Rows of the ledger and attempts at the beginning; -1 without a ledger. */
    private final long rows;

    private final long attempts;

    private NothingIsLeft(String adminUrl, String[] headers, boolean ledger) {
        this.adminUrl = adminUrl;
        this.headers = headers;
        this.rows = ledger ? rows() : -1;
        this.attempts = attempts();
        this.descriptors = figure("process_files_open_files ");
    }

    /** Takes the descriptors of now as the measure; once, after the start. */
    public static NothingIsLeft of(RunningSluice sluice, String... headers) {
        return new NothingIsLeft(sluice.adminUrl(), headers, true);
    }

    /** @param headers that the admin API needs, if keys have roles */
    public static NothingIsLeft at(String adminUrl, String... headers) {
        return new NothingIsLeft(adminUrl, headers, true);
    }

    /** For a gateway whose providers come and go, and their counters with them: rows of the ledger are not compared. */
    public static NothingIsLeft withoutRows(RunningSluice sluice, String... headers) {
        return new NothingIsLeft(sluice.adminUrl(), headers, false);
    }

    /** Waits until nothing is left. */
    public void check() {
        await().atMost(WITHIN).untilAsserted(() -> {
            String metrics = metrics();
            assertThat(metrics.lines()
                            .filter(line -> ZERO.stream().anyMatch(line::startsWith))
                            .filter(line -> !line.endsWith(" 0.0")))
                    .isEmpty();
            assertThat(inFlight()).as("requests of providers in flight").isZero();
            if (rows >= 0) {
                assertThat(rows() - rows)
                        .as("rows of the ledger, one for each attempt")
                        .isEqualTo(attempts() - attempts);
            }
            assertThat(figure("process_files_open_files "))
                    .as("file descriptors")
                    .isLessThanOrEqualTo(descriptors + KEPT_DESCRIPTORS);
        });
    }

    /** Descriptors of this JVM. */
    public static long descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : 0;
    }

    private String metrics() {
        return new ChatClient(adminUrl).get("/metrics").body();
    }

    private int inFlight() {
        String body =
                new ChatClient(adminUrl).get("/admin/v1/providers", headers).body();
        return new JsonObject(body)
                .getJsonArray("providers").stream()
                        .map(JsonObject.class::cast)
                        .mapToInt(provider -> provider.getInteger("in_flight"))
                        .sum();
    }

    /** The number of rows of the ledger; -1 without one. */
    private long rows() {
        HttpResponse<String> response = new ChatClient(adminUrl).get("/admin/v1/usage", headers);
        if (response.statusCode() != 200) {
            return -1;
        }
        JsonArray usage = new JsonObject(response.body()).getJsonArray("usage");
        return usage.isEmpty() ? 0 : usage.getJsonObject(0).getLong("attempts");
    }

    private long attempts() {
        return metrics()
                .lines()
                .filter(line -> line.startsWith("sluice_attempts_total{"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private double figure(String name) {
        return metrics()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .findFirst()
                .orElse(0);
    }
}
