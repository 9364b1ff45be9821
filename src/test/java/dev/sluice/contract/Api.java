package dev.sluice.contract;

/** One API that clients speak, through the client people use for it. */
interface Api {

    /** The header that lists dropped parameters. */
    String DROPPED = "x-sluice-dropped";

    /** As the matrix names it. */
    String name();

    /**
     * Asks and reads.
     *
     * @throws com.openai.errors.OpenAIServiceException or Anthropic's, when it is refused
     */
    Answer ask(Question question, boolean stream);

    /** Whether there are words for it. */
    boolean canAsk(Feature feature);
}
