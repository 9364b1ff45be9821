package dev.sluice.simulator;

import java.util.List;
import java.util.function.IntFunction;

/** What a model says. Tokens are made when they are sent, so an answer may be far larger than the memory. */
sealed interface Answer {

    int tokens();

    String token(int n);

    String finishReason();

    /** All tokens in one. */
    default String joined() {
        StringBuilder text = new StringBuilder();
        for (int n = 0; n < tokens(); n++) {
            text.append(token(n));
        }
        return text.toString();
    }

    /** Text. */
    record Text(int tokens, IntFunction<String> words, String finishReason) implements Answer {
        @Override
        public String token(int n) {
            return words.apply(n);
        }
    }

    /** A call of a tool; its tokens are fragments of the arguments. */
    record ToolCall(String id, String name, List<String> fragments) implements Answer {
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

    static Answer to(Ask ask, Steering steering) {
        if (steering.model() != Model.FAST && ask.tool() != null) {
            String arguments = Json.object(ask.tool().parameter(), ask.text());
            return new ToolCall("call_sim_1", ask.tool().name(), Words.split(arguments));
        }
        if (steering.model() != Model.FAST && ask.json()) {
            return capped(Words.split(Json.object("echo", ask.text())), ask.maxTokens());
        }
        return switch (steering.model()) {
            case ECHO -> capped(Words.split(ask.text()), ask.maxTokens());
            case LOREM, FAST -> lorem(steering, ask.maxTokens());
        };
    }

    private static Answer lorem(Steering steering, int maxTokens) {
        String wide = Words.wide(steering.bytes());
        return capped(steering.tokens(), steering.bytes() == 0 ? Words::lorem : n -> wide, maxTokens);
    }

    private static Answer capped(List<String> words, int maxTokens) {
        return capped(words.size(), words::get, maxTokens);
    }

    private static Answer capped(int tokens, IntFunction<String> words, int maxTokens) {
        return new Text(Math.min(tokens, maxTokens), words, tokens > maxTokens ? "length" : "stop");
    }
}
