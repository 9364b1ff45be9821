package dev.sluice.contract;

import java.util.ArrayList;
import java.util.List;

/** What can go wrong, each with a provider of its own: a refused key rests, and would refuse the next test. */
final class Errors {

    static final List<String> ROWS = List.of("openai", "anthropic", "cohere", "gemini");
    static final List<String> FAULTS =
            List.of("context_length", "content_filter", "quota", "auth", "overloaded", "rate_limit");

    /**
     * @param row whose stand-in it is
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

    private Errors() {}
}
