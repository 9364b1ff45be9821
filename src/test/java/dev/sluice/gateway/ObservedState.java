package dev.sluice.gateway;

import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/** Sluice's own state: providers in the admin API, access log lines. */
final class ObservedState {

    private ObservedState() {}

    /** A provider as {@code GET /admin/v1/providers} shows it now. */
    static JsonObject provider(RunningSluice sluice, String name) {
        String body =
                new ChatClient(sluice.adminUrl()).get("/admin/v1/providers").body();
        return new JsonObject(body)
                .getJsonArray("providers").stream()
                        .map(JsonObject.class::cast)
                        .filter(provider -> provider.getString("name").equals(name))
                        .findFirst()
                        .orElseThrow();
    }

    static int inFlight(RunningSluice sluice, String provider) {
        return provider(sluice, provider).getInteger("in_flight");
    }

    static void awaitInFlight(RunningSluice sluice, String provider, int expected) {
        await().atMost(Duration.ofSeconds(10)).until(() -> inFlight(sluice, provider) == expected);
    }

    /** Requests that Sluice has taken in and not ended, whatever they wait for. */
    static int requestsInFlight(RunningSluice sluice) {
        return new ChatClient(sluice.adminUrl())
                .get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("sluice_in_flight "))
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .mapToInt(number -> (int) Double.parseDouble(number))
                .sum();
    }

    /** The access line of a request, which the log's writer may owe us for a moment. */
    static JsonObject accessLine(RunningSluice sluice, String requestId) {
        return await().atMost(Duration.ofSeconds(10))
                .until(
                        () -> sluice.accessLines().stream()
                                .filter(line -> requestId.equals(line.getString("request_id")))
                                .findFirst(),
                        java.util.Optional::isPresent)
                .orElseThrow();
    }

    static JsonObject error(String body) {
        return new JsonObject(body).getJsonObject("error");
    }
}
