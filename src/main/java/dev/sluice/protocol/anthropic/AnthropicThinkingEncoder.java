package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.model.chat.ReasoningOptions;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.UpstreamModel;

/**
 * Encodes the reasoning options. Older models take a token budget, newer ones an effort; some cannot disable thinking.
 * The conversion between budget and effort is Sluice's own.
 */
final class AnthropicThinkingEncoder {

    /** The minimum budget that Anthropic accepts. */
    private static final long MIN_BUDGET = 1_024;

    private static final long LOW_BUDGET = 2_048;
    private static final long MEDIUM_BUDGET = 8_192;
    private static final long HIGH_BUDGET = 16_384;
    private static final long MAX_BUDGET = 32_768;

    private final ReasoningOptions reasoning;
    private final UpstreamModel model;
    private final DroppedParameters dropped;
    private boolean on;

    AnthropicThinkingEncoder(ReasoningOptions reasoning, UpstreamModel model, DroppedParameters dropped) {
        this.reasoning = reasoning;
        this.model = model;
        this.dropped = dropped;
    }

    /** Whether the encoded request turns thinking on. */
    boolean on() {
        return on;
    }

    /**
     * @param toolForced whether the tool choice forces a tool, which older models refuse together with thinking
     * @param thinkingMissing whether a tool loop goes on without the thinking that started it, which models with a
     *     thinking budget refuse
     */
    void write(ObjectNode body, boolean toolForced, boolean thinkingMissing) {
        if (reasoning == null) {
            return;
        }
        if (reasoning.off()) {
            off(body);
        } else if (byBudget()) {
            if (toolForced || thinkingMissing) {
                dropped.adjusted(reasoning.clientName(), "off");
            } else {
                budget(body);
            }
        } else if (adaptive() && toolForced && has(Trait.NO_FORCED_TOOL_WITH_THINKING)) {
            dropped.adjusted(reasoning.clientName(), "off");
        } else if (adaptive()) {
            effort(body);
        } else {
            dropped.dropped(reasoning.clientName());
        }
    }

    private void off(ObjectNode body) {
        if (has(Trait.THINKING_BETWEEN_TOOLS)) {
            body.putObject("thinking").put("type", "between_tools");
        } else if (has(Trait.THINKING_ALWAYS)) {
            dropped.adjusted(reasoning.clientName(), "low");
            body.withObjectProperty("output_config").put("effort", "low");
        } else if (has(Trait.THINKING_ADAPTIVE)) {
            body.putObject("thinking").put("type", "disabled");
        }
    }

    /** When a model takes both, the client's choice decides. */
    private boolean byBudget() {
        return has(Trait.THINKING_BUDGET) && (!has(Trait.THINKING_ADAPTIVE) || reasoning.budgetTokens() > 0);
    }

    private boolean adaptive() {
        return has(Trait.THINKING_ADAPTIVE) || has(Trait.THINKING_ALWAYS) || has(Trait.THINKING_BETWEEN_TOOLS);
    }

    /** The budget must be below {@code max_tokens}, which is raised if necessary instead of rejecting the request. */
    private void budget(ObjectNode body) {
        on = true;
        long requested = reasoning.budgetTokens() > 0 ? reasoning.budgetTokens() : budgetFor(reasoning.effort());
        long budget = Math.max(MIN_BUDGET, requested);
        long maxOutput = model.facts().maxOutputTokens();
        if (maxOutput > 0) {
            budget = Math.max(MIN_BUDGET, Math.min(budget, maxOutput - MIN_BUDGET));
        }
        if (reasoning.budgetTokens() > 0 && budget != reasoning.budgetTokens()) {
            dropped.adjusted(reasoning.clientName(), budget);
        }
        long maxTokens = body.get("max_tokens").longValue();
        if (maxTokens <= budget) {
            long raised = budget + Math.max(MIN_BUDGET, maxTokens);
            body.put("max_tokens", maxOutput > 0 ? Math.min(maxOutput, raised) : raised);
        }
        body.putObject("thinking").put("type", "enabled").put("budget_tokens", budget);
    }

    private static long budgetFor(String effort) {
        return switch (effort == null ? "medium" : effort) {
            case "minimal" -> MIN_BUDGET;
            case "low" -> LOW_BUDGET;
            case "high" -> HIGH_BUDGET;
            case "xhigh", "max" -> MAX_BUDGET;
            default -> MEDIUM_BUDGET;
        };
    }

    private void effort(ObjectNode body) {
        on = true;
        if (reasoning.summary() != null) {
            body.putObject("thinking").put("type", "adaptive").put("display", "summarized");
        } else if (!has(Trait.THINKING_ALWAYS)) {
            body.putObject("thinking").put("type", "adaptive");
        }
        String effort = reasoning.effort();
        if (effort == null && reasoning.budgetTokens() > 0) {
            long budget = reasoning.budgetTokens();
            effort = budget < MEDIUM_BUDGET ? "low" : budget < HIGH_BUDGET ? "medium" : "high";
            dropped.adjusted(reasoning.clientName(), effort);
        } else if ("minimal".equals(effort)) {
            effort = "low";
            dropped.adjusted(reasoning.clientName(), effort);
        }
        if (effort != null) {
            body.withObjectProperty("output_config").put("effort", effort);
        }
    }

    private boolean has(Trait trait) {
        return model.facts().has(trait);
    }
}
