package dev.sluice.simulator;

import java.util.List;

/**
 * The shapes OpenAI gives to an answer, whole and in chunks: what stands in {@code choices[0]}, and in the envelope.
 */
enum OpenAiShapes {
    CHAT("chatcmpl-", "chat.completion", "chat.completion.chunk") {
        @Override
        List<String> opening(SimulatedAnswer answer) {
            return switch (answer) {
                case SimulatedAnswer.Text text ->
                    List.of(chunk("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", null));
                case SimulatedAnswer.ToolCall call ->
                    List.of(
                            chunk("{\"role\":\"assistant\",\"content\":null}", null),
                            chunk(
                                    "{\"tool_calls\":[{\"index\":0,\"id\":" + JsonStrings.string(call.id())
                                            + ",\"type\":\"function\",\"function\":{\"name\":"
                                            + JsonStrings.string(call.name())
                                            + ",\"arguments\":\"\"}}]}",
                                    null));
            };
        }

        @Override
        String token(SimulatedAnswer answer, int n) {
            String token = JsonStrings.string(answer.token(n));
            return switch (answer) {
                case SimulatedAnswer.Text text -> chunk("{\"content\":" + token + "}", null);
                case SimulatedAnswer.ToolCall call ->
                    chunk("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":" + token + "}}]}", null);
            };
        }

        @Override
        String finish(SimulatedAnswer answer) {
            return chunk("{}", answer.finishReason());
        }

        @Override
        String whole(SimulatedAnswer answer) {
            String said = JsonStrings.string(answer.joined());
            String message = switch (answer) {
                case SimulatedAnswer.Text text -> "\"content\":" + said + ",\"refusal\":null,\"annotations\":[]";
                case SimulatedAnswer.ToolCall call ->
                    "\"content\":null,\"refusal\":null,\"annotations\":[],\"tool_calls\":[{\"id\":"
                            + JsonStrings.string(call.id()) + ",\"type\":\"function\",\"function\":{\"name\":"
                            + JsonStrings.string(call.name())
                            + ",\"arguments\":" + said + "}}]";
            };
            return "{\"index\":0,\"message\":{\"role\":\"assistant\"," + message
                    + "},\"logprobs\":null,\"finish_reason\":" + JsonStrings.string(answer.finishReason()) + "}";
        }

        private String chunk(String delta, String finishReason) {
            return "{\"index\":0,\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":"
                    + JsonStrings.stringOrNull(finishReason) + "}";
        }
    },
    LEGACY("cmpl-", "text_completion", "text_completion") {
        @Override
        List<String> opening(SimulatedAnswer answer) {
            return List.of();
        }

        @Override
        String token(SimulatedAnswer answer, int n) {
            return choice(answer.token(n), null);
        }

        @Override
        String finish(SimulatedAnswer answer) {
            return choice("", answer.finishReason());
        }

        @Override
        String whole(SimulatedAnswer answer) {
            return choice(answer.joined(), answer.finishReason());
        }

        private String choice(String text, String finishReason) {
            return "{\"text\":" + JsonStrings.string(text) + ",\"index\":0,\"logprobs\":null,\"finish_reason\":"
                    + JsonStrings.stringOrNull(finishReason) + "}";
        }
    };

    final String idPrefix;
    final String object;
    final String chunkObject;

    OpenAiShapes(String idPrefix, String object, String chunkObject) {
        this.idPrefix = idPrefix;
        this.object = object;
        this.chunkObject = chunkObject;
    }

    /** Choices sent before the first token. */
    abstract List<String> opening(SimulatedAnswer answer);

    abstract String token(SimulatedAnswer answer, int n);

    abstract String finish(SimulatedAnswer answer);

    abstract String whole(SimulatedAnswer answer);
}
