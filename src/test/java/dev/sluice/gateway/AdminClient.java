package dev.sluice.gateway;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A client of the admin listener. */
record AdminClient(ChatClient http) {

    static AdminClient of(RunningSluice sluice) {
        return new AdminClient(new ChatClient(sluice.adminUrl()));
    }

    JsonObject config() {
        return new JsonObject(http.get("/admin/v1/config").body());
    }

    String revision() {
        return config().getString("revision");
    }

    /** The problems of the refused edit, or none. */
    List<String> refusal() {
        return Optional.ofNullable(config().getJsonObject("last_refusal")).stream()
                .flatMap(refusal -> strings(refusal.getJsonArray("problems")).stream())
                .toList();
    }

    List<String> restartNeeded() {
        return strings(config().getJsonArray("restart_required"));
    }

    /** Reads the file now; the status after it. */
    JsonObject reload() {
        return new JsonObject(http.post("/admin/v1/config/reload", "").body());
    }

    List<JsonObject> providers() {
        return new JsonObject(http.get("/admin/v1/providers").body())
                .getJsonArray("providers").stream().map(JsonObject.class::cast).toList();
    }

    /** Names of running deployments, one for each; those that drain with a tilde before them. */
    List<String> deployments() {
        return providers().stream()
                .map(provider -> (provider.getBoolean("draining") ? "~" : "") + provider.getString("name"))
                .sorted()
                .toList();
    }

    String ready() {
        return http.get("/readyz?verbose").body();
    }

    /** A sample of the scrape, by its name and labels as they are written; NaN when it is not there. */
    double metric(String series) {
        return Pattern.compile("(?m)^" + Pattern.quote(series) + " (\\S+)$")
                .matcher(metrics())
                .results()
                .map((MatchResult sample) -> Double.parseDouble(sample.group(1)))
                .findFirst()
                .orElse(Double.NaN);
    }

    String metrics() {
        return http.get("/metrics").body();
    }

    private static List<String> strings(JsonArray array) {
        return array.stream().map(String.class::cast).toList();
    }
}
