package dev.sluice.quota;

import dev.sluice.model.Limits;

/** What is counted by the minute. */
enum Unit {
    REQUESTS("requests", "request"),
    TOKENS("tokens", "token"),
    INPUT("input tokens", "input token"),
    OUTPUT("output tokens", "output token");

    static final Unit[] ALL = values();

    private final String many;
    private final String one;

    Unit(String many, String one) {
        this.many = many;
        this.one = one;
    }

    long of(Limits limits) {
        return switch (this) {
            case REQUESTS -> limits.rpm();
            case TOKENS -> limits.tpm();
            case INPUT -> limits.inputTpm();
            case OUTPUT -> limits.outputTpm();
        };
    }

    /** {@code 1 token}, {@code 600 requests}. */
    String count(long count) {
        return count + " " + (count == 1 ? one : many);
    }
}
