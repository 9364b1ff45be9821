package dev.sluice.protocol.anthropic;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Maps tool call ids to ids that Anthropic accepts, {@code [a-zA-Z0-9_-]+}. Equal ids stay equal, different ids stay
 * different.
 */
final class AnthropicToolIds {

    private final Map<String, String> written = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    /** Next number to try for each id. */
    private final Map<String, Integer> numbers = new HashMap<>();

    String of(String id) {
        return written.computeIfAbsent(id == null ? "" : id, this::fit);
    }

    private String fit(String id) {
        StringBuilder fit = new StringBuilder(id.length() + 4);
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-';
            fit.append(plain ? c : '_');
        }
        if (fit.isEmpty()) {
            fit.append("toolu");
        }
        String plain = fit.toString();
        String free = plain;
        while (!taken.add(free)) {
            free = plain + "_" + numbers.merge(plain, 2, (number, first) -> number + 1);
        }
        return free;
    }
}
