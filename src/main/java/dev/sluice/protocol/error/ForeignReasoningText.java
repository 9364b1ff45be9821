package dev.sluice.protocol.error;

/**
 * Recognizes the refusal of reasoning that the provider did not make: a signature, encrypted reasoning, or a member
 * that carries it. The client made no mistake then: its conversation moved here from another provider.
 *
 * <p>Sources: Anthropic's, OpenAI's and Google's messages in public reports of 2026; those of strict providers with
 * OpenAI's format name the member.
 */
final class ForeignReasoningText {

    private static final String[] MEMBERS = {"reasoning_content", "reasoning_details", "extra_content"};

    private static final String[] UNKNOWN = {"unknown", "unrecognized", "unsupported", "not permitted", "not supported"
    };

    private ForeignReasoningText() {}

    /** @param status 0 for an event */
    static boolean isIn(int status, ProviderErrorBody error) {
        if (error.hasCode("invalid_encrypted_content")) {
            return true;
        }
        boolean refused = status == 0 || status == 400 || status == 404 || status == 422;
        return refused && error.message() != null && (isSeal(error) || isMember(error));
    }

    private static boolean isSeal(ProviderErrorBody error) {
        boolean anthropic = error.messageContains("invalid `signature` in", "invalid signature in", "invalid `data` in")
                && error.messageContains("thinking");
        // A stateless client has no stored items, so an id of reasoning can only be another provider's.
        boolean stored = error.messageContains("item with id 'rs_") && error.messageContains("not found");
        return anthropic
                || stored
                || error.messageContains(
                        "encrypted content could not be",
                        "encrypted_content could not be",
                        "corrupted thought signature",
                        "thought signature is not valid",
                        "invalid thought signature",
                        "invalid thought_signature",
                        "missing a `thought_signature`",
                        "missing a thought_signature");
    }

    private static boolean isMember(ProviderErrorBody error) {
        return error.messageContains(MEMBERS) && error.messageContains(UNKNOWN);
    }
}
