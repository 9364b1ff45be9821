package dev.sluice.model;

/** Token estimates for requests whose tokens are not counted. Every estimate of the process uses these values. */
public final class TokenEstimates {

    /**
     * Bytes of a prompt per token. OpenAI's rule of thumb for English is four characters; other scripts have fewer
     * characters but more bytes per token, so that four bytes remain a fair estimate.
     */
    public static final int BYTES_PER_TOKEN = 4;

    /**
     * The most tokens of one image at providers that scale images down. Anthropic's guide to vision: 1,568 tokens,
     * 4,784 for models with high resolution. OpenAI's: 1,445 by tiles, and 2,500 patches, or 1,536 times up to 2.46, by
     * patches. Gemini: 258 for each tile. GPT-4o mini counts up to 48,169, at a price that is lower in proportion.
     */
    public static final long IMAGE_TOKENS = 4_784;

    /** The most tokens of one image of the models that keep its size: OpenAI refuses images above 30,000 patches. */
    public static final long LARGE_IMAGE_TOKENS = 30_000;

    /**
     * Tokens of one piece of audio in a prompt, and of one file of a form. Sluice's own figure: ten minutes at the 32
     * tokens a second that Gemini documents.
     */
    public static final long MEDIA_TOKENS = 20_000;

    /**
     * The most tokens of a page of a PDF: Anthropic documents up to 3,000 for its text, and bills its image of about
     * 1,600 as well. OpenAI and Gemini count less.
     */
    static final long PAGE_TOKENS = 4_600;

    /** Bytes of base64 for each page of a file. Sluice's own figure: a page of text has about this size. */
    static final long PAGE_BYTES = 4_096;

    /** Anthropic admits 100 pages in a context window below a million tokens, else 600. */
    static final long UNSEEN_PAGES = 100;

    static final long MOST_PAGES = 600;

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

    /**
     * An upper estimate of the tokens of documents.
     *
     * @param bytes of all files of the request, in base64; negative if the request only refers to some
     */
    public static long documentTokens(int documents, long bytes) {
        if (documents == 0) {
            return 0;
        }
        long pages = bytes < 0 ? documents * UNSEEN_PAGES : documents + bytes / PAGE_BYTES;
        return Math.min(pages, MOST_PAGES) * PAGE_TOKENS;
    }

    /** The tokens that a model may have generated in that time, at least one. */
    public static long completionTokens(long millis) {
        return Math.max(1, millis * TOKENS_PER_SECOND / MILLIS_PER_SECOND);
    }
}
