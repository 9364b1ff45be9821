package dev.sluice.protocol.anthropic;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Ids of tool calls as Anthropic takes them, {@code [a-zA-Z0-9_-]+}; the same id is always written the same. */
final class AnthropicToolIds {

    private final Map<String, String> written = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    /** Where the search for a free number goes on. */
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
