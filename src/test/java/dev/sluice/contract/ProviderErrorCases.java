package dev.sluice.contract;

import java.util.ArrayList;
import java.util.List;

/**
 * Provider errors, each with a provider of its own: a rejected key goes into cooldown, which would affect the next
 * test.
 */
final class ProviderErrorCases {

    static final List<String> ROWS = List.of("openai", "anthropic", "cohere", "gemini");
    static final List<String> FAULTS =
            List.of("context_length", "content_filter", "quota", "auth", "overloaded", "rate_limit");

    /**
     * @param row the provider whose stand-in fails
     * @param client {@code openai} or {@code anthropic}
     */
    record Case(String row, String fault, String client) {

        String provider() {
            return row + "-" + fault.replace('_', '-') + "-" + client;
        }
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (String row : ROWS) {
            for (String fault : FAULTS) {
                cases.add(new Case(row, fault, "openai"));
                cases.add(new Case(row, fault, "anthropic"));
            }
        }
        return cases;
    }

    private ProviderErrorCases() {}
}
