package dev.sluice.protocol.sanitize;

/** One thing that is done to text. Stateless and safe for any thread. */
public interface TextRule {

    /** What a receipt calls it. */
    String name();

    /**
     * Changes the text, and tells of each change.
     *
     * @return the text itself when there is nothing to change
     * @throws dev.sluice.model.GatewayException when the text must not pass at all
     */
    String apply(String text, SanitizerFindings findings);

    /**
     * For text that arrives in pieces: up to where the rule can judge already. What comes behind may yet belong to
     * something that it looks for.
     *
     * @param until a position in the text
     * @return the highest position up to {@code until} that lies within nothing the rule finds or may come to find
     */
    int decidedUntil(String text, int until);
}
