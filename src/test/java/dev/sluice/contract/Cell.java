package dev.sluice.contract;

/**
 * The outcome of one feature request.
 *
 * @param why the reason of a failure; else empty
 */
record Cell(Outcome outcome, String why) {

    enum Outcome {
        /** The feature works as requested. */
        OK("ok"),
        /** {@code x-sluice-dropped} names the feature, and the rest works. */
        DROPPED("dropped"),
        /** A 400 that names the feature. */
        REFUSED("refused"),
        /** The provider does not offer the feature, or the API cannot express it. */
        ABSENT("-"),
        /** Offered, but without a stand-in. */
        UNTESTED(""),
        /** Any other outcome. */
        FAILED("failed");

        final String label;

        Outcome(String word) {
            this.label = word;
        }
    }

    static Cell of(Outcome outcome) {
        return new Cell(outcome, "");
    }

    static Cell failed(String why) {
        return new Cell(Outcome.FAILED, why);
    }

    @Override
    public String toString() {
        return why.isEmpty() ? outcome.label : outcome.label + ": " + why;
    }
}
