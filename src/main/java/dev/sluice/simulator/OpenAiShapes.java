package dev.sluice.simulator;

import java.util.List;

/** OpenAI's response formats, complete and in chunks: the content of {@code choices[0]} and of the envelope. */
enum OpenAiShapes {
    CHAT("chatcmpl-", "chat.completion", "chat.completion.chunk") {
        @Override
        List<String> opening(SimulatedResponse response) {
            return switch (response) {
                case SimulatedResponse.Text text ->
                    List.of(chunk("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", null));
                case SimulatedResponse.ToolCall call ->
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
        String token(SimulatedResponse response, int n) {
            String token = JsonStrings.string(response.token(n));
            return switch (response) {
                case SimulatedResponse.Text text -> chunk("{\"content\":" + token + "}", null);
                case SimulatedResponse.ToolCall call ->
                    chunk("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":" + token + "}}]}", null);
            };
        }

        @Override
        String finish(SimulatedResponse response) {
            return chunk("{}", response.finishReason());
        }

        @Override
        String completeChoice(SimulatedResponse response) {
            String content = JsonStrings.string(response.joined());
            String message = switch (response) {
                case SimulatedResponse.Text text -> "\"content\":" + content + ",\"refusal\":null,\"annotations\":[]";
                case SimulatedResponse.ToolCall call ->
                    "\"content\":null,\"refusal\":null,\"annotations\":[],\"tool_calls\":[{\"id\":"
                            + JsonStrings.string(call.id()) + ",\"type\":\"function\",\"function\":{\"name\":"
                            + JsonStrings.string(call.name())
                            + ",\"arguments\":" + content + "}}]";
            };
            return "{\"index\":0,\"message\":{\"role\":\"assistant\"," + message
                    + "},\"logprobs\":null,\"finish_reason\":" + JsonStrings.string(response.finishReason()) + "}";
        }

        private String chunk(String delta, String finishReason) {
            return "{\"index\":0,\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":"
                    + JsonStrings.stringOrNull(finishReason) + "}";
        }
    },
    LEGACY("cmpl-", "text_completion", "text_completion") {
        @Override
        List<String> opening(SimulatedResponse response) {
            return List.of();
        }

        @Override
        String token(SimulatedResponse response, int n) {
            return choice(response.token(n), null);
        }

        @Override
        String finish(SimulatedResponse response) {
            return choice("", response.finishReason());
        }

        @Override
        String completeChoice(SimulatedResponse response) {
            return choice(response.joined(), response.finishReason());
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
    abstract List<String> opening(SimulatedResponse response);

    abstract String token(SimulatedResponse response, int n);

    abstract String finish(SimulatedResponse response);

    abstract String completeChoice(SimulatedResponse response);
}
