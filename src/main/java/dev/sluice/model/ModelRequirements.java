package dev.sluice.model;

/**
 * What a request requires of a model. Computed lazily, because most plans need none of it; for one request, on one
 * thread at a time.
 */
public interface ModelRequirements {

    /** No known requirements, for requests that are not conversations. */
    ModelRequirements NONE = new ModelRequirements() {};

    /** Whether the request has function tools or a provider's own tools. */
    default boolean tools() {
        return false;
    }

    default boolean images() {
        return false;
    }

    default boolean audio() {
        return false;
    }

    /** Whether the request contains files such as PDF. */
    default boolean documents() {
        return false;
    }

    /** Whether the response must follow a JSON schema. */
    default boolean jsonSchema() {
        return false;
    }

    /** A rough estimate of the prompt's tokens, for comparing prices; 0 when unknown. */
    default long promptTokens() {
        return 0;
    }

    /**
     * The bytes of the prompt that may be text: an upper bound of its tokens without images, audio and files. A long
     * word counts where no format has a file.
     */
    default long maxTextBytes() {
        return 0;
    }

    /**
     * An upper estimate of the tokens of the prompt's images, audio and files.
     *
     * @param perImage the most tokens of one image
     */
    default long maxMediaTokens(long perImage) {
        return 0;
    }

    /**
     * Whether the prompt has more tokens. They are counted with the model's tokenizer only when the estimate is near
     * the limit.
     *
     * @param model name of the model at the provider
     */
    default boolean promptExceeds(String model, long tokens) {
        return promptTokens() > tokens;
    }

    /** Maximum completion tokens over all choices; 0 when the client set no limit. */
    default long outputTokens() {
        return 0;
    }

    /** Number of requested choices ({@code n}, for each prompt), at least 1. */
    default int choices() {
        return 1;
    }

    /** The session or user named in the request's body, or null. */
    default String session() {
        return null;
    }

    /** Hash of the prompt's prefix; 0 when there is no prompt. */
    default long prefix() {
        return 0;
    }
}
