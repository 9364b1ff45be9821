package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.model.chat.ReasoningOptions;
import dev.sluice.protocol.spi.DroppedParameters;
import java.util.Locale;

/** Encodes the reasoning options: a level from Gemini 3 on, a token budget before. */
final class GeminiThinkingEncoder {

    /** Budgets that Google's OpenAI-compatible API uses for each effort. */
    private static final long LOW = 1024;

    private static final long MEDIUM = 8192;
    private static final long HIGH = 24_576;
    /** The minimum of 2.5 Pro, which cannot disable thinking. */
    private static final long MIN_BUDGET = 128;

    /** The maximum of 2.5 Pro; that of 2.5 Flash and Flash-Lite is {@link #HIGH}. Source: Google's thinking guide. */
    private static final long MAX_PRO_BUDGET = 32_768;
    /** The minimum of 2.5 Flash-Lite; 2.5 Flash has none, but facts do not tell them apart. */
    private static final long MIN_FLASH_BUDGET = 512;

    private GeminiThinkingEncoder() {}

    static void encode(ReasoningOptions reasoning, ModelFacts facts, ObjectNode generation, DroppedParameters dropped) {
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
        String requested = reasoning.effort();
        String level;
        if (reasoning.off()) {
            level = least;
        } else if (requested == null) {
            level = reasoning.budgetTokens() <= LOW ? "LOW" : reasoning.budgetTokens() <= MEDIUM ? "MEDIUM" : "HIGH";
        } else {
            level = switch (requested) {
                case "minimal" -> least;
                case "low" -> "LOW";
                case "medium" -> "MEDIUM";
                default -> "HIGH";
            };
        }
        String given = level.toLowerCase(Locale.ROOT);
        if (!given.equals(requested)) {
            dropped.adjusted(reasoning.clientName(), given);
        }
        return level;
    }

    private static long budget(ReasoningOptions reasoning, ModelFacts facts, DroppedParameters dropped) {
        if (reasoning.off()) {
            if (!facts.has(Trait.THINKING_ALWAYS)) {
                return 0;
            }
            dropped.adjusted(reasoning.clientName(), MIN_BUDGET);
            return MIN_BUDGET;
        }
        if (reasoning.budgetTokens() > 0) {
            boolean pro = facts.has(Trait.THINKING_ALWAYS);
            long accepted = Math.clamp(
                    reasoning.budgetTokens(), pro ? MIN_BUDGET : MIN_FLASH_BUDGET, pro ? MAX_PRO_BUDGET : HIGH);
            if (accepted != reasoning.budgetTokens()) {
                dropped.adjusted(reasoning.clientName(), accepted);
            }
            return accepted;
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
