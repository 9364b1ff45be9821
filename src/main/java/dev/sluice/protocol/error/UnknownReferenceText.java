package dev.sluice.protocol.error;

/**
 * Recognizes the refusal of a reference to a response or an item that the provider does not have: another account,
 * which a route with several targets may have, has stored it, or the provider stores nothing.
 *
 * <p>Sources: OpenAI's and the Codex backend's messages in public reports of 2026, and vLLM's source.
 */
final class UnknownReferenceText {

    /** OpenAI's code, which clients look for before they send the whole conversation. */
    static final String RESPONSE_CODE = "previous_response_not_found";

    static final String RESPONSE_PARAM = "previous_response_id";

    private UnknownReferenceText() {}

    /** Whether {@code previous_response_id} is unknown, or not known as a parameter. */
    static boolean isResponse(int status, ProviderErrorBody error) {
        if (error.hasCode(RESPONSE_CODE)) {
            return true;
        }
        return isRefusal(status)
                && (RESPONSE_PARAM.equals(error.param()) || error.messageContains(RESPONSE_PARAM, "response with id '"))
                && error.messageContains(
                        "not found",
                        "not supported",
                        "unsupported",
                        "unknown parameter",
                        "invalid `previous_response_id`");
    }

    /** Whether an item of the input is unknown. */
    static boolean isItem(int status, ProviderErrorBody error) {
        return isRefusal(status) && error.messageContains("item with id '") && error.messageContains("' not found");
    }

    private static boolean isRefusal(int status) {
        return status == 400 || status == 404 || status == 422;
    }
}
