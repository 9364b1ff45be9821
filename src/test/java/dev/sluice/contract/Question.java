package dev.sluice.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What is asked, before any API's words for it.
 *
 * @param history the conversation before, in the words of the API that had it
 * @param results of the calls that the history ends with, in their order; else {@code text} is said
 * @param maxTokens 0: not said
 * @param stop a stop sequence, or null
 */
record Question(
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

    static Question of(String model, String text) {
        return new Question(model, List.of(), null, text, List.of(), false, false, false, false, false, 0, null);
    }

    Question under(String instruction) {
        return new Question(
                model, history, instruction, text, results, image, tools, schema, reasoning, logprobs, maxTokens, stop);
    }

    /** Goes on from an answer by what the user says next. */
    Question next(Answer answer, String said) {
        return new Question(
                model,
                answer.history(),
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

    /** Goes on from an answer by what the tools found that it calls. */
    Question found(Answer answer, String... found) {
        return new Question(
                model,
                answer.history(),
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

    Question withImage() {
        return new Question(
                model, history, system, text, results, true, tools, schema, reasoning, logprobs, maxTokens, stop);
    }

    Question withTools() {
        return new Question(
                model, history, system, text, results, image, true, schema, reasoning, logprobs, maxTokens, stop);
    }

    Question withSchema() {
        return new Question(
                model, history, system, text, results, image, tools, true, reasoning, logprobs, maxTokens, stop);
    }

    Question withReasoning() {
        return new Question(
                model, history, system, text, results, image, tools, schema, true, logprobs, maxTokens, stop);
    }

    Question withLogprobs() {
        return new Question(
                model, history, system, text, results, image, tools, schema, reasoning, true, maxTokens, stop);
    }

    Question atMost(int tokens) {
        return new Question(
                model, history, system, text, results, image, tools, schema, reasoning, logprobs, tokens, stop);
    }

    Question until(String sequence) {
        return new Question(
                model, history, system, text, results, image, tools, schema, reasoning, logprobs, maxTokens, sequence);
    }
}
