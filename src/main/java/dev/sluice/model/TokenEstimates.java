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

    /** The speed assumed of a model whose response Sluice did not wait for: about that of common models. */
    private static final int TOKENS_PER_SECOND = 50;

    private static final int MILLIS_PER_SECOND = 1000;

    private TokenEstimates() {}

    /**
     * The tokens of a request's prompt: of its text in a conversation, of its whole body on other surfaces; 0 for
     * bodies that are passed on unread, and for counts, which providers do not bill.
     */
    public static long promptTokens(ClientRequest request, ModelRequirements requirements) {
        if (requirements != ModelRequirements.NONE) {
            return requirements.promptTokens();
        }
        boolean billed = request.relay() == null && !request.surface().isCount();
        return billed ? request.body().length() / BYTES_PER_TOKEN : 0;
    }

    /** The tokens that a model may have generated in that time, at least one. */
    public static long completionTokens(long millis) {
        return Math.max(1, millis * TOKENS_PER_SECOND / MILLIS_PER_SECOND);
    }
}
