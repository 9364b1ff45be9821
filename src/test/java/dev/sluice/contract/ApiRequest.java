package dev.sluice.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A request, independent of the API.
 *
 * @param history the previous messages, in the format of the API they were sent with
 * @param results tool results for the calls that end the history, in order; empty means that {@code text} is sent
 * @param maxTokens 0 means not set
 * @param stop a stop sequence, or null
 */
record ApiRequest(
        String model,
        List<JsonNode> history,
        String system,
        String text,
        List<String> results,
        boolean image,
        boolean tools,
        boolean schema,
        boolean reasoning,
        boolean logprobs,
        int maxTokens,
        String stop) {

    static ApiRequest of(String model, String text) {
        return new ApiRequest(model, List.of(), null, text, List.of(), false, false, false, false, false, 0, null);
    }

    ApiRequest withSystem(String instruction) {
        return new ApiRequest(
                model, history, instruction, text, results, image, tools, schema, reasoning, logprobs, maxTokens, stop);
    }

    /** The next request of the conversation, with a user message. */
    ApiRequest followedBy(ApiResponse response, String said) {
        return new ApiRequest(
                model,
                response.history(),
                system,
                said,
                List.of(),
                false,
                tools,
                schema,
                reasoning,
                logprobs,
                maxTokens,
                stop);
    }

    /** The next request of the conversation, with the results of the tool calls. */
    ApiRequest withToolResults(ApiResponse response, String... found) {
        return new ApiRequest(
                model,
                response.history(),
                system,
                null,
                List.of(found),
                false,
                tools,
                schema,
                reasoning,
                logprobs,
                maxTokens,
                stop);
    }

    ApiRequest withImage() {
        return new ApiRequest(
                model, history, system, text, results, true, tools, schema, reasoning, logprobs, maxTokens, stop);
    }

    ApiRequest withTools() {
        return new ApiRequest(
                model, history, system, text, results, image, true, schema, reasoning, logprobs, maxTokens, stop);
    }

    ApiRequest withSchema() {
        return new ApiRequest(
                model, history, system, text, results, image, tools, true, reasoning, logprobs, maxTokens, stop);
    }

    ApiRequest withReasoning() {
        return new ApiRequest(
                model, history, system, text, results, image, tools, schema, true, logprobs, maxTokens, stop);
    }

    ApiRequest withLogprobs() {
        return new ApiRequest(
                model, history, system, text, results, image, tools, schema, reasoning, true, maxTokens, stop);
    }

    ApiRequest withMaxTokens(int tokens) {
        return new ApiRequest(
                model, history, system, text, results, image, tools, schema, reasoning, logprobs, tokens, stop);
    }

    ApiRequest withStop(String sequence) {
        return new ApiRequest(
                model, history, system, text, results, image, tools, schema, reasoning, logprobs, maxTokens, sequence);
    }
}
