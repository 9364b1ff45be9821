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
import java.util.regex.Pattern;

/**
 * A request to an {@link Endpoint}, validated against its declaration.
 *
 * @param caller the authenticated caller
 * @param path the parameters of the path, by name
 * @param query the parameters of the query, by name; empty ones are left out
 * @param body null if the endpoint has none
 * @param text a YAML body; null if the endpoint has none
 */
public record AdminRequest(
        Caller caller, Map<String, String> path, Map<String, String> query, JsonFields body, String text) {

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;

    public Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /**
     * The cursor of a page, or null for the first one.
     *
     * @param form of the cursors of this list
     * @throws GatewayException INVALID_REQUEST if it is not a cursor of this list
     */
    public String cursor(Pattern form) {
        String cursor = query.get(QueryParameter.CURSOR.name());
        if (cursor != null && !form.matcher(cursor).matches()) {
            throw invalidCursor();
        }
        return cursor;
    }

    public static GatewayException invalidCursor() {
        return JsonFields.invalid(QueryParameter.CURSOR.name(), "is invalid (expected: next of the previous page)");
    }

    public int limit() {
        return parameter("limit")
                .map(text -> {
                    int limit = text.matches("\\d{1,4}") ? Integer.parseInt(text) : 0;
                    if (limit < 1 || limit > MAX_LIMIT) {
                        throw JsonFields.invalid("limit", "is invalid (expected: 1 to " + MAX_LIMIT + ")");
                    }
                    return limit;
                })
                .orElse(DEFAULT_LIMIT);
    }

    /** @throws GatewayException INVALID_REQUEST if it is not a time */
    public Instant time(String name, Instant fallback) {
        return parameter(name).map(text -> time(name, text)).orElse(fallback);
    }

    /** @throws GatewayException INVALID_REQUEST for another value */
    public String choice(String name, List<String> choices) {
        String choice = parameter(name).orElse(choices.getFirst());
        if (!choices.contains(choice)) {
            throw JsonFields.invalid(name, "is invalid (expected: one of " + String.join(", ", choices) + ")");
        }
        return choice;
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
            // Refused below, like times out of range.
        }
        throw JsonFields.invalid(
                name, "is not a time (expected: a UTC day or time such as 2026-11-25 or 2026-11-25T13:00:00Z)");
    }
}
