package dev.sluice.protocol.sanitize;

/** A rule that rewrites or rejects text. Stateless and safe for any thread. */
public interface TextRule {

    /**
     * Rewrites the text and counts each match.
     *
     * @return the same text when nothing matches
     * @throws dev.sluice.model.GatewayException when the text is blocked
     */
    String apply(String text, SanitizerFindings findings);

    /**
     * The same for a text with hidden characters: matches what a reader sees of it, and rewrites the original with the
     * hidden characters inside the match. {@link #apply} of the result follows.
     */
    default String applyToVisible(VisibleCharacters text, SanitizerFindings findings) {
        return text.original();
    }

    /**
     * For text that arrives in pieces: the position up to which the rule can decide. Later text may still become part
     * of a match.
     *
     * @param until a position in the text
     * @return the highest position up to {@code until} that is not inside a match or a possible match
     */
    int decidedUntil(String text, int until);
}
