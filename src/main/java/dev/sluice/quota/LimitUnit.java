package dev.sluice.quota;

import dev.sluice.model.Limits;

/** What limits count per minute. */
enum LimitUnit {
    REQUESTS(0, "requests", "request"),
    TOKENS(1, "tokens", "token"),
    INPUT(2, "input tokens", "input token"),
    OUTPUT(3, "output tokens", "output token");

    static final LimitUnit[] ALL = values();

    private final int index;
    private final String many;
    private final String one;

    LimitUnit(int index, String many, String one) {
        this.index = index;
        this.many = many;
        this.one = one;
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
        return count + " " + (count == 1 ? one : many);
    }
}
