package dev.sluice.quota;

import dev.sluice.model.Limits;

/** The units of limits per minute. */
enum LimitUnit {
    REQUESTS(0, "requests", "request"),
    TOKENS(1, "tokens", "token"),
    INPUT(2, "input tokens", "input token"),
    OUTPUT(3, "output tokens", "output token");

    static final LimitUnit[] ALL = values();

    private final int index;
    private final String plural;
    private final String singular;

    LimitUnit(int index, String plural, String singular) {
        this.index = index;
        this.plural = plural;
        this.singular = singular;
    }

    /** Its index in arrays, from 0. */
    int index() {
        return index;
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
        return count + " " + (count == 1 ? singular : plural);
    }
}
