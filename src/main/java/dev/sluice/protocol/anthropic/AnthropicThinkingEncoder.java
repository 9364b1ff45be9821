package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.model.chat.ReasoningOptions;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.UpstreamModel;

/**
 * How much the model shall think. Older models take a budget of tokens, newer ones an effort; some cannot be told to
 * stop. Where one of the two has to stand for the other, the figures are Sluice's own.
 */
final class AnthropicThinkingEncoder {

    /** The least budget that Anthropic takes. */
    private static final long LEAST_BUDGET = 1_024;

    private static final long LOW_BUDGET = 2_048;
    private static final long MEDIUM_BUDGET = 8_192;
    private static final long HIGH_BUDGET = 16_384;
    private static final long HIGHEST_BUDGET = 32_768;

    private final ReasoningOptions reasoning;
    private final UpstreamModel model;
    private final DroppedParameters dropped;
    private boolean on;

    AnthropicThinkingEncoder(ReasoningOptions reasoning, UpstreamModel model, DroppedParameters dropped) {
        this.reasoning = reasoning;
        this.model = model;
        this.dropped = dropped;
    }

    /** Whether the request asks the model to think. */
    boolean on() {
        return on;
    }

    /**
     * @param impossible whether the rest of the request forbids thinking where thinking is by budget: a forced tool, or
     *     calls of tools without the thinking that led to them
     */
    void write(ObjectNode body, boolean impossible) {
        if (reasoning == null) {
            return;
        }
        if (reasoning.off()) {
            off(body);
        } else if (byBudget()) {
            if (impossible) {
                dropped.adjusted(reasoning.clientName(), "off");
            } else {
                budget(body);
            }
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

    /** Where a model takes both, the client's own word decides. */
    private boolean byBudget() {
        return has(Trait.THINKING_BUDGET) && (!has(Trait.THINKING_ADAPTIVE) || reasoning.budgetTokens() > 0);
    }

    private boolean adaptive() {
        return has(Trait.THINKING_ADAPTIVE) || has(Trait.THINKING_ALWAYS) || has(Trait.THINKING_BETWEEN_TOOLS);
    }

    /** The budget must be below {@code max_tokens}: that is raised rather than the request refused. */
    private void budget(ObjectNode body) {
        on = true;
        long asked = reasoning.budgetTokens() > 0 ? reasoning.budgetTokens() : budgetFor(reasoning.effort());
        long budget = Math.max(LEAST_BUDGET, asked);
        long most = model.facts().maxOutputTokens();
        if (most > 0) {
            budget = Math.max(LEAST_BUDGET, Math.min(budget, most - LEAST_BUDGET));
        }
        if (reasoning.budgetTokens() > 0 && budget != reasoning.budgetTokens()) {
            dropped.adjusted(reasoning.clientName(), budget);
        }
        long maxTokens = body.get("max_tokens").longValue();
        if (maxTokens <= budget) {
            long raised = budget + Math.max(LEAST_BUDGET, maxTokens);
            body.put("max_tokens", most > 0 ? Math.min(most, raised) : raised);
        }
        body.putObject("thinking").put("type", "enabled").put("budget_tokens", budget);
    }

    private static long budgetFor(String effort) {
        return switch (effort == null ? "medium" : effort) {
            case "minimal" -> LEAST_BUDGET;
            case "low" -> LOW_BUDGET;
            case "high" -> HIGH_BUDGET;
            case "xhigh", "max" -> HIGHEST_BUDGET;
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
