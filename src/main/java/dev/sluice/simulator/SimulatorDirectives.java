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
 * <p>The header has {@code key=value} pairs with commas between them, a model name has words with {@code _} between
 * them, such as {@code lorem-60_slow-2s_fault-cut@40}. {@code src/docs/simulator.md} lists both, and the faults. A
 * directive that cannot be read gets a 400, so that no test relies on a fault that never happened.
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
