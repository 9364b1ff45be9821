package dev.sluice.cli;

import dev.sluice.model.Durations;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of a new key. */
final class KeyOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--id", paramLabel = "ID", description = "Public id: 1 to 64 of a-z, 0-9 and _. Default: random.")
    private String id;

    @Option(names = "--name", paramLabel = "TEXT", description = "Display name, up to 128 characters.")
    private String name;

    @Option(names = "--team", paramLabel = "T", description = "Team of the key. Default: the caller's.")
    private String team;

    @Option(
            names = "--tier",
            paramLabel = "T",
            description = "Tier of the key, one of tiers in the config. Default: the caller's.")
    private String tier;

    @Option(
            names = "--models",
            paramLabel = "M",
            split = ",",
            description = "Models that the key may request, separated by commas; patterns such as groq/* are allowed."
                    + " Default: all.")
    private List<String> models = List.of();

    @Option(
            names = "--endpoints",
            paramLabel = "E",
            split = ",",
            description =
                    "Endpoints that the key may call, separated by commas, such as chat,embeddings. Default: all but"
                            + " passthrough.")
    private List<String> endpoints = List.of();

    @Option(names = "--surfaces", split = ",", hidden = true)
    private List<String> formerEndpoints;

    @Option(
            names = "--budget",
            paramLabel = "USD/PERIOD",
            description =
                    "Budget in US dollars and its period: day, week, month or lifetime, such as 5/month. Without a"
                            + " period: per month. Default: no budget of its own.")
    private String budget;

    @Option(
            names = "--uncounted",
            paramLabel = "refuse|allow",
            description = "With --budget: what it does with requests whose cost cannot be counted. Default: refuse.")
    private String uncounted;

    @Option(names = "--rpm", paramLabel = "N", description = "Requests per minute. Default: no limit of its own.")
    private Long rpm;

    @Option(
            names = "--tpm",
            paramLabel = "N",
            description = "Tokens per minute, prompt and completion together. Default: no limit of its own.")
    private Long tpm;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            description = "Concurrent requests. Default: no limit of its own.")
    private Long concurrency;

    @Option(
            names = "--expires",
            paramLabel = "WHEN",
            description =
                    "Expiry: a duration from now, such as 30d, or a UTC time, such as 2026-12-31T00:00:00Z. Default:"
                            + " never.")
    private String expires;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description = "Role on the admin listener: none, viewer, operator or admin. Default: none.")
    private String role;

    String id() {
        return id;
    }

    String team() {
        return team;
    }

    List<String> models() {
        return models;
    }

    /** The body of the admin API's request. */
    JsonObject toJson() {
        JsonObject body = new JsonObject();
        put(body, "id", id);
        put(body, "name", name);
        put(body, "team", team);
        put(body, "tier", tier);
        put(body, "role", role);
        put(body, "expires_at", expires == null ? null : end(expires));
        if (!models.isEmpty()) {
            body.put("models", new JsonArray(models));
        }
        if (formerEndpoints != null) {
            Sluice.warnOfFormerOption(spec, "--surfaces", "--endpoints", !endpoints.isEmpty());
            endpoints = formerEndpoints;
            formerEndpoints = null;
        }
        if (!endpoints.isEmpty()) {
            body.put("endpoints", new JsonArray(endpoints));
        }
        JsonObject limits = new JsonObject();
        put(limits, "rpm", rpm);
        put(limits, "tpm", tpm);
        put(limits, "concurrency", concurrency);
        if (!limits.isEmpty()) {
            body.put("limits", limits);
        }
        if (uncounted != null && budget == null) {
            throw new ParameterException(
                    spec.commandLine(), "--uncounted without a budget (expected: --budget USD/PERIOD beside it)");
        }
        put(body, "budget", budget == null ? null : money(budget));
        return body;
    }

    private JsonObject money(String text) {
        String[] parts = text.split("/", 2);
        if (!parts[0].matches("\\d{1,10}(\\.\\d{1,9})?")) {
            throw new ParameterException(
                    spec.commandLine(), "--budget " + text + " (expected: US dollars and a period, such as 5/month)");
        }
        JsonObject money = new JsonObject()
                .put("usd", Double.parseDouble(parts[0]))
                .put("period", parts.length == 1 ? "month" : parts[1]);
        put(money, "uncounted", uncounted);
        return money;
    }

    private String end(String text) {
        return Durations.parse(text)
                .map(span -> Instant.ofEpochSecond(Instant.now().plus(span).getEpochSecond())
                        .toString())
                .orElse(text);
    }

    private static void put(JsonObject object, String name, Object value) {
        if (value != null) {
            object.put(name, value);
        }
    }
}
