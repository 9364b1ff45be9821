package dev.sluice.simulator;

import dev.sluice.config.SimulatorConfig;
import dev.sluice.model.Durations;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The directives for the response to one request: the settings, overridden by the model's name, overridden by the
 * header {@value #HEADER}. Only a steerable simulator reads them; any other accepts plain model names only and ignores
 * the header.
 *
 * <p><b>Header:</b> {@code key=value} pairs with commas between them, such as {@code first_token=2s, tokens=60,
 * fault=cut, after=40}.
 *
 * <p><b>Model name:</b> words with {@code _} between them, such as {@code lorem-60_slow-2s_fault-cut@40}. One of them
 * may be the model itself, with its number of tokens ({@code lorem-500}); the default is lorem. The other words:
 *
 * <table>
 * <caption>Words and keys</caption>
 * <tr><th>word</th><th>key</th><th>meaning</th></tr>
 * <tr><td>{@code head-1s}</td><td>{@code first_byte}</td><td>time to the response headers of a stream</td></tr>
 * <tr><td>{@code slow-2s}</td><td>{@code first_token}</td><td>time from there to the first event</td></tr>
 * <tr><td>{@code gap-5ms}</td><td>{@code token_gap}</td><td>time between tokens</td></tr>
 * <tr><td></td><td>{@code jitter}</td><td>random share of the times, 0 to 1</td></tr>
 * <tr><td>{@code lorem-60}</td><td>{@code tokens}</td><td>tokens of lorem and fast; echo repeats the prompt</td></tr>
 * <tr><td>{@code bytes-1000}</td><td>{@code bytes}</td><td>size of each token of lorem</td></tr>
 * <tr><td>{@code fault-cut@40}</td><td>{@code fault}, {@code after}</td><td>the fault, and after how many tokens; default
 * half of them</td></tr>
 * <tr><td>{@code retry-2s}</td><td>{@code retry_after}</td><td>sent with the error</td></tr>
 * <tr><td>{@code times-2}, {@code key-a}</td><td>{@code times}, {@code key}</td><td>the fault affects only the first requests with
 * that key</td></tr>
 * </table>
 *
 * <p>Times are {@code 250ms}, {@code 2s}, {@code 1m}. A response that is not streamed is sent at the time of its last
 * token. A directive that cannot be read gets a 400, so that no test relies on a fault that never happened.
 *
 * <p><b>Faults.</b> Refusals: {@code status-NNN}, {@code context-length}, {@code content-filter},
 * {@code insufficient-quota}, {@code html} (502 with a page), {@code error-200}. Connection: {@code reset} (before a
 * response), {@code silent} (never a response), {@code garbage-status}, {@code reset-after-headers},
 * {@code headers-then-stall}. Midway: {@code stall}, {@code cut} (closed inside the body), {@code cut-clean} (the body
 * ends properly, the response does not), {@code reset-mid}, {@code malformed} (invalid JSON, then the remaining
 * events), {@code error-event} (after which the response ends), {@code oversized} (one event of 2 MiB, then the
 * remaining events). Oddities: {@code missing-done}, {@code usage-in-choices}, {@code wrong-content-type},
 * {@code comments}, {@code crlf}, {@code split} (byte by byte), {@code joined} (all events in one write;
 * {@code fast_fault-joined} is the cheapest response).
 */
record SimulatorDirectives(
        SimulatedModel model,
        Duration firstByte,
        Pacing pacing,
        int tokens,
        int bytes,
        Fault fault,
        Duration retryAfter,
        int times,
        String key) {

    static final String HEADER = "x-sluice-simulate";

    private static final Set<String> KEYS = Set.of(
            "first_byte",
            "first_token",
            "token_gap",
            "jitter",
            "tokens",
            "bytes",
            "fault",
            "after",
            "retry_after",
            "times",
            "key");
    private static final Map<String, String> WORDS = Map.of(
            "head", "first_byte",
            "slow", "first_token",
            "gap", "token_gap",
            "bytes", "bytes",
            "fault", "fault",
            "retry", "retry_after",
            "times", "times",
            "key", "key");

    /**
     * Resolves the directives of one request.
     *
     * @param header value of {@link #HEADER}, or null
     * @return null when the model does not exist
     * @throws IllegalArgumentException when a directive cannot be read
     */
    static SimulatorDirectives of(SimulatorConfig settings, String modelName, String header) {
        SimulatedModel plain = SimulatedModel.of(modelName);
        if (!settings.steerable()) {
            return plain == null ? null : resolve(settings, plain, Map.of());
        }
        Map<String, String> values = new HashMap<>();
        SimulatedModel model = plain != null ? plain : readName(modelName, values);
        if (model != null && header != null) {
            readHeader(header, values);
        }
        return model == null ? null : resolve(settings, model, values);
    }

    private static SimulatorDirectives resolve(
            SimulatorConfig settings, SimulatedModel model, Map<String, String> values) {
        Pacing pacing = new Pacing(
                time(values, "first_token", settings.firstToken()),
                time(values, "token_gap", settings.tokenGap()),
                values.containsKey("jitter") ? share(values.get("jitter")) : settings.jitter());
        return new SimulatorDirectives(
                model,
                time(values, "first_byte", Duration.ZERO),
                pacing,
                count(values, "tokens", settings.tokens()),
                count(values, "bytes", 0),
                fault(settings, values),
                time(values, "retry_after", Duration.ZERO),
                count(values, "times", 0),
                values.getOrDefault("key", ""));
    }

    private static Fault fault(SimulatorConfig settings, Map<String, String> values) {
        if (!values.containsKey("fault")) {
            boolean happens = ThreadLocalRandom.current().nextDouble() < settings.errorRate();
            return happens ? Fault.parse(settings.errorKind()) : new Fault.None();
        }
        Fault fault = Fault.parse(values.get("fault"));
        return fault instanceof Fault.Midway midway && values.containsKey("after")
                ? new Fault.Midway(midway.kind(), number("after", values.get("after")))
                : fault;
    }

    /** Reads the directives in a model name; null for an unknown model, when the first word is not a directive. */
    private static SimulatedModel readName(String name, Map<String, String> values) {
        SimulatedModel model = SimulatedModel.LOREM;
        String[] words = name.split("_");
        for (int i = 0; i < words.length; i++) {
            int dash = words[i].indexOf('-');
            String word = dash < 0 ? words[i] : words[i].substring(0, dash);
            SimulatedModel named = SimulatedModel.of(word);
            if (named == null && (dash < 0 || !WORDS.containsKey(word))) {
                if (i == 0) {
                    return null;
                }
                throw new IllegalArgumentException("model: unknown directive \"" + words[i] + "\" in \"" + name
                        + "\" (expected: a model, or one of " + WORDS.keySet() + " with a value)");
            }
            if (named != null) {
                model = named;
            }
            if (dash >= 0) {
                values.put(named != null ? "tokens" : WORDS.get(word), words[i].substring(dash + 1));
            }
        }
        return model;
    }

    private static void readHeader(String header, Map<String, String> values) {
        for (String pair : header.split(",")) {
            String[] sides = pair.trim().split("=", 2);
            if (sides.length != 2 || !KEYS.contains(sides[0])) {
                throw new IllegalArgumentException(
                        HEADER + ": \"" + pair.trim() + "\" (expected: key=value, key one of " + KEYS + ")");
            }
            values.put(sides[0], sides[1]);
        }
    }

    private static Duration time(Map<String, String> values, String key, Duration fallback) {
        return values.containsKey(key) ? time(key, values.get(key)) : fallback;
    }

    /** Reads {@code 250ms}, {@code 2s}, {@code 1m}. */
    static Duration time(String what, String text) {
        return Durations.parse(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        what + ": \"" + text + "\" (expected: a duration such as " + Durations.EXAMPLES + ")"));
    }

    private static int count(Map<String, String> values, String key, int fallback) {
        return values.containsKey(key) ? number(key, values.get(key)) : fallback;
    }

    static int number(String what, String text) {
        if (!text.matches("\\d{1,8}")) {
            throw new IllegalArgumentException(what + ": \"" + text + "\" (expected: a whole number)");
        }
        return Integer.parseInt(text);
    }

    private static double share(String text) {
        if (!text.matches("0(\\.\\d{1,6})?|1(\\.0{1,6})?")) {
            throw new IllegalArgumentException("jitter: \"" + text + "\" (expected: a number from 0 to 1)");
        }
        return Double.parseDouble(text);
    }
}
