package dev.sluice.admin.api;

import dev.sluice.auth.keys.Caller;
import dev.sluice.model.GatewayException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What somebody asks of an {@link Endpoint}, checked as far as its description goes.
 *
 * @param who asks
 * @param path the parameters of the path, by name
 * @param query the parameters of the query, by name; empty ones are left out
 * @param body null where the endpoint has none
 * @param text a body that is no JSON; null where the endpoint has none
 */
public record AdminRequest(
        Caller who, Map<String, String> path, Map<String, String> query, JsonFields body, String text) {

    private static final int LIMIT = 100;
    private static final int MOST = 1000;

    public Optional<String> asked(String name) {
        return Optional.ofNullable(query.get(name));
    }

    public int limit() {
        return asked("limit")
                .map(text -> {
                    int limit = text.matches("\\d{1,4}") ? Integer.parseInt(text) : 0;
                    if (limit < 1 || limit > MOST) {
                        throw JsonFields.invalid("limit", "is something else (expected: 1 to " + MOST + ")");
                    }
                    return limit;
                })
                .orElse(LIMIT);
    }

    /** @throws GatewayException INVALID_REQUEST for what is no time */
    public Instant time(String name, Instant or) {
        return asked(name).map(text -> time(name, text)).orElse(or);
    }

    /** @throws GatewayException INVALID_REQUEST for another word */
    public String word(String name, List<String> words) {
        String word = asked(name).orElse(words.getFirst());
        if (!words.contains(word)) {
            throw JsonFields.invalid(name, "is something else (expected: one of " + String.join(", ", words) + ")");
        }
        return word;
    }

    private static Instant time(String name, String text) {
        try {
            Instant time = text.length() == "2026-11-25".length()
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
            if (time.getEpochSecond() >= 0 && time.getEpochSecond() < 253_402_300_800L) {
                return time;
            }
        } catch (DateTimeParseException notATime) {
            // Told below, as one that is out of all bounds.
        }
        throw JsonFields.invalid(name, "is no time (expected: such as 2026-11-25 or 2026-11-25T13:00:00Z)");
    }
}
