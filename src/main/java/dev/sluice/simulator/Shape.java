package dev.sluice.simulator;

import java.util.List;

/**
 * The shapes OpenAI gives to an answer, whole and in chunks: what stands in {@code choices[0]}, and in the envelope.
 */
enum Shape {
    CHAT("chatcmpl-", "chat.completion", "chat.completion.chunk") {
        @Override
        List<String> opening(Answer answer) {
            return switch (answer) {
                case Answer.Text text ->
                    List.of(chunk("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", null));
                case Answer.ToolCall call ->
                    List.of(
                            chunk("{\"role\":\"assistant\",\"content\":null}", null),
                            chunk(
                                    "{\"tool_calls\":[{\"index\":0,\"id\":" + Json.string(call.id())
                                            + ",\"type\":\"function\",\"function\":{\"name\":"
                                            + Json.string(call.name())
                                            + ",\"arguments\":\"\"}}]}",
                                    null));
            };
        }

        @Override
        String token(Answer answer, int n) {
            String token = Json.string(answer.token(n));
            return switch (answer) {
                case Answer.Text text -> chunk("{\"content\":" + token + "}", null);
                case Answer.ToolCall call ->
                    chunk("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":" + token + "}}]}", null);
            };
        }

        @Override
        String finish(Answer answer) {
            return chunk("{}", answer.finishReason());
        }

        @Override
        String whole(Answer answer) {
            String said = Json.string(answer.joined());
            String message = switch (answer) {
                case Answer.Text text -> "\"content\":" + said + ",\"refusal\":null,\"annotations\":[]";
                case Answer.ToolCall call ->
                    "\"content\":null,\"refusal\":null,\"annotations\":[],\"tool_calls\":[{\"id\":"
                            + Json.string(call.id()) + ",\"type\":\"function\",\"function\":{\"name\":"
                            + Json.string(call.name())
                            + ",\"arguments\":" + said + "}}]";
            };
            return "{\"index\":0,\"message\":{\"role\":\"assistant\"," + message
                    + "},\"logprobs\":null,\"finish_reason\":" + Json.string(answer.finishReason()) + "}";
        }

        private String chunk(String delta, String finishReason) {
            return "{\"index\":0,\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":"
                    + Json.stringOrNull(finishReason) + "}";
        }
    },
    LEGACY("cmpl-", "text_completion", "text_completion") {
        @Override
        List<String> opening(Answer answer) {
            return List.of();
        }

        @Override
        String token(Answer answer, int n) {
            return choice(answer.token(n), null);
        }

        @Override
        String finish(Answer answer) {
            return choice("", answer.finishReason());
        }

        @Override
        String whole(Answer answer) {
            return choice(answer.joined(), answer.finishReason());
        }

        private String choice(String text, String finishReason) {
            return "{\"text\":" + Json.string(text) + ",\"index\":0,\"logprobs\":null,\"finish_reason\":"
                    + Json.stringOrNull(finishReason) + "}";
        }
    };

    final String idPrefix;
    final String object;
    final String chunkObject;

    Shape(String idPrefix, String object, String chunkObject) {
        this.idPrefix = idPrefix;
        this.object = object;
        this.chunkObject = chunkObject;
    }

    /** Choices sent before the first token. */
    abstract List<String> opening(Answer answer);

    abstract String token(Answer answer, int n);

    abstract String finish(Answer answer);

    abstract String whole(Answer answer);
}
