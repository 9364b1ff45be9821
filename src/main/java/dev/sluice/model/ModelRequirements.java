package dev.sluice.model;

/**
 * What a request asks of a model. Found out only when asked, because most plans need none of it; for one request, by
 * one thread at a time.
 */
public interface ModelRequirements {

    /** Of what is no conversation: nothing is known to be needed. */
    ModelRequirements NONE = new ModelRequirements() {};

    /** Function tools or a provider's own. */
    default boolean tools() {
        return false;
    }

    default boolean images() {
        return false;
    }

    default boolean audio() {
        return false;
    }

    /** Files such as PDF. */
    default boolean documents() {
        return false;
    }

    /** The answer must have the form of a schema. */
    default boolean jsonSchema() {
        return false;
    }

    /** A rough estimate, good enough to compare prices by; 0 when nothing is known. */
    default long promptTokens() {
        return 0;
    }

    /**
     * Whether the prompt is longer. Counted as this model counts only where the estimate is near the limit.
     *
     * @param model its name at the provider
     */
    default boolean promptExceeds(String model, long tokens) {
        return promptTokens() > tokens;
    }

    /** The most that the answer may have, over all its choices; 0 when the client did not say. */
    default long outputTokens() {
        return 0;
    }

    /** Answers asked for ({@code n}), at least 1. */
    default int choices() {
        return 1;
    }

    /** What the request's body calls the session or user, or null. */
    default String session() {
        return null;
    }

    /** Hash of the prompt's beginning; 0 when there is no prompt. */
    default long prefix() {
        return 0;
    }
}
