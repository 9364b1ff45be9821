package dev.sluice.model;

/** Figures for requests whose tokens are not counted: every estimate of the process uses these. */
public final class TokenEstimates {

    /**
     * Bytes of a prompt for each token. OpenAI's rule of thumb for English is four characters; other scripts have fewer
     * characters but more bytes for each token, so that four bytes stay near the truth.
     */
    public static final int BYTES_PER_TOKEN = 4;

    /**
     * Tokens that images, audio and files may add to a prompt, because their bytes say nothing about their tokens. An
     * upper estimate of Sluice's own: Anthropic documents about 1,600 tokens for a large image and up to 3,000 for a
     * page of a PDF.
     */
    public static final long MEDIA_TOKENS = 20_000;

    /**
     * Tokens that a completion without any limit may have where the model's own limit is not known. Every model in use
     * accepts this value, and Anthropic's API demands one.
     */
    public static final long UNLIMITED_COMPLETION = 4_096;

    /** Tokens that a completion without a limit takes from a limit per minute until its usage is known. */
    public static final long USUAL_COMPLETION = 1_024;

    private TokenEstimates() {}
}
