package dev.sluice.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A response as a client SDK read it.
 *
 * @param content must be the same whole and streamed
 * @param callIds ids of the calls in {@code content}, in order
 * @param dropped the parameters named in {@code x-sluice-dropped}
 * @param history the conversation that ends with this response, as the client sends it in its next request
 */
record ApiResponse(Content content, List<String> callIds, List<String> dropped, List<JsonNode> history) {

    /** The finish reason, common to all APIs. */
    enum Finish {
        STOP,
        LENGTH,
        TOOLS,
        REFUSED
    }

    /**
     * @param thought the visible reasoning
     * @param calls each as {@code name{arguments}}
     * @param citations the URLs
     * @param logprobs the tokens that have log probabilities, joined
     * @param refusal the refusal, where the API separates it from text
     */
    record Content(
            String text,
            String thought,
            List<String> calls,
            Finish finish,
            List<String> citations,
            String logprobs,
            String refusal,
            Tokens tokens) {}

    /** @param reasoning -1 where the API does not report it */
    record Tokens(int prompt, int completion, int cached, int reasoning) {}

    String text() {
        return content.text();
    }
}
