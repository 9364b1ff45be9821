package dev.sluice.contract;

/**
 * What became of one thing that was asked for.
 *
 * @param why when it failed
 */
record Cell(Outcome outcome, String why) {

    enum Outcome {
        /** Passed as asked. */
        OK("ok"),
        /** {@code x-sluice-dropped} names it, and the rest works. */
        DROPPED("dropped"),
        /** A 400 that names it. */
        REFUSED("refused"),
        /** The provider does not offer it, or the API has no words for it. */
        ABSENT("-"),
        /** Offered, but there is no stand-in to try it with. */
        UNTRIED(""),
        /** None of these. */
        FAILED("failed");

        final String word;

        Outcome(String word) {
            this.word = word;
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
        return why.isEmpty() ? outcome.word : outcome.word + ": " + why;
    }
}
