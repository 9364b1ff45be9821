package dev.sluice.contract;

/** A client API, used through its official SDK. */
interface ClientApi {

    /** The header that lists dropped parameters. */
    String DROPPED = "x-sluice-dropped";

    /** As the matrix names it. */
    String name();

    /**
     * Asks and reads.
     *
     * @throws com.openai.errors.OpenAIServiceException or Anthropic's, when it is refused
     */
    ApiResponse send(ApiRequest request, boolean stream);

    /** Whether there are words for it. */
    boolean supports(Feature feature);
}
