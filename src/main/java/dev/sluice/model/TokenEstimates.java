package dev.sluice.model;

/** Token estimates for requests whose tokens are not counted. Every estimate of the process uses these values. */
public final class TokenEstimates {

    /**
     * Bytes of a prompt per token. OpenAI's rule of thumb for English is four characters; other scripts have fewer
     * characters but more bytes per token, so that four bytes remain a fair estimate.
     */
    public static final int BYTES_PER_TOKEN = 4;

    /**
     * Tokens that images, audio and files may add to a prompt, because their size in bytes does not determine their
     * tokens. An upper estimate of Sluice's own: Anthropic documents about 1,600 tokens for a large image and up to
     * 3,000 for a page of a PDF.
     */
    public static final long MEDIA_TOKENS = 20_000;

    /**
     * The limit assumed for a completion without one where the model's own limit is not known. Every model in use
     * accepts this value, and Anthropic's API requires a limit.
     */
    public static final long UNLIMITED_COMPLETION = 4_096;

    /** Tokens reserved from a limit per minute for a completion without a limit, until its usage is known. */
    public static final long USUAL_COMPLETION = 1_024;

    private TokenEstimates() {}
}
