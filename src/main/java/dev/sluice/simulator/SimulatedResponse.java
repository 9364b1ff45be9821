package dev.sluice.simulator;

import java.util.List;
import java.util.function.IntFunction;

/** A response of a simulated model. Tokens are created as they are sent, so a response may be larger than memory. */
sealed interface SimulatedResponse {

    int tokens();

    String token(int n);

    String finishReason();

    /** All tokens joined. */
    default String joined() {
        StringBuilder text = new StringBuilder();
        for (int n = 0; n < tokens(); n++) {
            text.append(token(n));
        }
        return text.toString();
    }

    /** Text. */
    record Text(int tokens, IntFunction<String> words, String finishReason) implements SimulatedResponse {
        @Override
        public String token(int n) {
            return words.apply(n);
        }
    }

    /** A tool call; its tokens are fragments of the arguments. */
    record ToolCall(String id, String name, List<String> fragments) implements SimulatedResponse {
        @Override
        public int tokens() {
            return fragments.size();
        }

        @Override
        public String token(int n) {
            return fragments.get(n);
        }

        @Override
        public String finishReason() {
            return "tool_calls";
        }
    }

    static SimulatedResponse to(SimulatedRequest request, SimulatorDirectives directives) {
        if (directives.model() != SimulatedModel.FAST && request.tool() != null) {
            String arguments = JsonStrings.object(request.tool().parameter(), request.text());
            return new ToolCall("call_sim_1", request.tool().name(), WordTokens.split(arguments));
        }
        if (directives.model() != SimulatedModel.FAST && request.json()) {
            return capped(WordTokens.split(JsonStrings.object("echo", request.text())), request.maxTokens());
        }
        return switch (directives.model()) {
            case ECHO -> capped(WordTokens.split(request.text()), request.maxTokens());
            case LOREM, FAST -> lorem(directives, request.maxTokens());
        };
    }

    private static SimulatedResponse lorem(SimulatorDirectives directives, int maxTokens) {
        String wide = WordTokens.wide(directives.bytes());
        return capped(directives.tokens(), directives.bytes() == 0 ? WordTokens::lorem : n -> wide, maxTokens);
    }

    private static SimulatedResponse capped(List<String> words, int maxTokens) {
        return capped(words.size(), words::get, maxTokens);
    }

    private static SimulatedResponse capped(int tokens, IntFunction<String> words, int maxTokens) {
        return new Text(Math.min(tokens, maxTokens), words, tokens > maxTokens ? "length" : "stop");
    }
}
