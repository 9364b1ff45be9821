package dev.sluice.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What a client made of an answer.
 *
 * @param said what has to be the same whole and streamed
 * @param callIds of the calls in {@code said}, in their order
 * @param dropped what {@code x-sluice-dropped} names
 * @param history the conversation with this answer at its end, as the client would send it back
 */
record Answer(Said said, List<String> callIds, List<String> dropped, List<JsonNode> history) {

    /** In one word for all APIs. */
    enum Finish {
        STOP,
        LENGTH,
        TOOLS,
        REFUSED
    }

    /**
     * @param thought what is shown of the reasoning
     * @param calls each as {@code name{arguments}}
     * @param citations the addresses
     * @param logprobs the tokens they were given for, joined
     * @param refusal what it said instead, where the API tells it apart from text
     */
    record Said(
            String text,
            String thought,
            List<String> calls,
            Finish finish,
            List<String> citations,
            String logprobs,
            String refusal,
            Tokens tokens) {}

    /** @param reasoning -1 where the API does not say */
    record Tokens(int prompt, int completion, int cached, int reasoning) {}

    String text() {
        return said.text();
    }
}
