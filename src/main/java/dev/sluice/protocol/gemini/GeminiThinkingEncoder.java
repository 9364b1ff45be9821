package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.model.chat.ReasoningOptions;
import dev.sluice.protocol.spi.DroppedParameters;
import java.util.Locale;

/** How much to think: by level from Gemini 3 on, by tokens before. */
final class GeminiThinkingEncoder {

    /** What Google's own OpenAI-compatible surface makes of an effort. */
    private static final long LOW = 1024;

    private static final long MEDIUM = 8192;
    private static final long HIGH = 24_576;
    /** The least that 2.5 Pro, which cannot be kept from thinking, takes. */
    private static final long LEAST = 128;

    private GeminiThinkingEncoder() {}

    static void write(ReasoningOptions reasoning, ModelFacts facts, ObjectNode generation, DroppedParameters dropped) {
        if (reasoning == null) {
            return;
        }
        boolean level = facts.has(Trait.THINKING_LEVEL);
        if (!level && !facts.has(Trait.THINKING_BUDGET)) {
            if (!reasoning.off()) {
                dropped.dropped(reasoning.clientName());
            }
            return;
        }
        boolean amount = reasoning.effort() != null || reasoning.budgetTokens() >= 0;
        if (!amount && reasoning.summary() == null) {
            return;
        }
        ObjectNode thinking = generation.putObject("thinkingConfig");
        if (amount && level) {
            thinking.put("thinkingLevel", level(reasoning, facts, dropped));
        } else if (amount) {
            thinking.put("thinkingBudget", budget(reasoning, facts, dropped));
        }
        if (reasoning.summary() != null && !reasoning.off()) {
            thinking.put("includeThoughts", true);
        }
    }

    private static String level(ReasoningOptions reasoning, ModelFacts facts, DroppedParameters dropped) {
        String least = facts.has(Trait.THINKING_MINIMAL) ? "MINIMAL" : "LOW";
        String asked = reasoning.effort();
        String level;
        if (reasoning.off()) {
            level = least;
        } else if (asked == null) {
            level = reasoning.budgetTokens() <= LOW ? "LOW" : reasoning.budgetTokens() <= MEDIUM ? "MEDIUM" : "HIGH";
        } else {
            level = switch (asked) {
                case "minimal" -> least;
                case "low" -> "LOW";
                case "medium" -> "MEDIUM";
                default -> "HIGH";
            };
        }
        String given = level.toLowerCase(Locale.ROOT);
        if (!given.equals(asked)) {
            dropped.adjusted(reasoning.clientName(), given);
        }
        return level;
    }

    private static long budget(ReasoningOptions reasoning, ModelFacts facts, DroppedParameters dropped) {
        if (reasoning.off()) {
            if (!facts.has(Trait.THINKING_ALWAYS)) {
                return 0;
            }
            dropped.adjusted(reasoning.clientName(), LEAST);
            return LEAST;
        }
        if (reasoning.budgetTokens() > 0) {
            return reasoning.budgetTokens();
        }
        return switch (reasoning.effort()) {
            case "minimal", "low" -> LOW;
            case "medium" -> MEDIUM;
            case "high" -> HIGH;
            default -> {
                dropped.adjusted(reasoning.clientName(), "high");
                yield HIGH;
            }
        };
    }
}
