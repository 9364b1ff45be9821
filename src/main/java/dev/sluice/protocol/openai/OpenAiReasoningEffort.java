package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ChatVariant;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.model.chat.ReasoningOptions;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.Map;

/** Writes the reasoning options in the variant of the provider: an effort, a switch or an object. */
final class OpenAiReasoningEffort {

    private final UpstreamModel model;
    private final ChatVariant variant;
    private final DroppedParameters dropped;

    OpenAiReasoningEffort(UpstreamModel model, ChatVariant variant, DroppedParameters dropped) {
        this.model = model;
        this.variant = variant;
        this.dropped = dropped;
    }

    void write(ReasoningOptions reasoning, ObjectNode body, Map<String, String> clientNames) {
        if (reasoning == null) {
            return;
        }
        if (!OpenAiRequestEncoder.mayReason(model.facts())) {
            if (!reasoning.off()) {
                dropped.dropped(reasoning.clientName());
            }
            return;
        }
        switch (variant.reasoningRequest()) {
            case OBJECT -> object(reasoning, body.putObject("reasoning"));
            case SWITCH -> toggle(reasoning, body);
            case EFFORT -> effort(reasoning, body);
        }
        if (reasoning.summary() != null && variant.reasoningHidden()) {
            dropped.dropped(visibilityParameter(reasoning.clientName()));
        }
        for (String name : new String[] {"reasoning", "thinking", "reasoning_effort"}) {
            if (body.has(name)) {
                clientNames.put(name, reasoning.clientName());
            }
        }
    }

    /** The client's parameter that requests visible reasoning. */
    private static String visibilityParameter(String effort) {
        return effort.equals("thinking") ? "thinking.display" : "reasoning.summary";
    }

    private static void object(ReasoningOptions reasoning, ObjectNode written) {
        if (reasoning.effort() != null) {
            written.put("effort", reasoning.effort());
        } else if (reasoning.budgetTokens() == 0) {
            written.put("effort", "none");
        } else if (reasoning.budgetTokens() > 0) {
            written.put("max_tokens", reasoning.budgetTokens());
        } else {
            written.put("enabled", true);
        }
        if (reasoning.summary() != null) {
            written.put("summary", reasoning.summary());
        }
    }

    private void toggle(ReasoningOptions reasoning, ObjectNode body) {
        body.putObject("thinking").put("type", reasoning.off() ? "disabled" : "enabled");
        if (!reasoning.off()) {
            effort(reasoning, body);
        }
    }

    private void effort(ReasoningOptions reasoning, ObjectNode body) {
        String effort = reasoning.effort() != null || reasoning.budgetTokens() < 0
                ? reasoning.effort()
                : reasoning.effortOfBudget();
        if (effort == null) {
            return;
        }
        boolean always = reasoning.off() && model.facts().has(Trait.THINKING_ALWAYS);
        if (reasoning.off() && !always && variant.templateSwitch()) {
            body.putObject("chat_template_kwargs").put("enable_thinking", false);
            dropped.renamed(reasoning.clientName(), "chat_template_kwargs.enable_thinking");
            return;
        }
        String mapped = always ? "low" : variant.efforts().getOrDefault(effort, effort);
        body.put("reasoning_effort", mapped);
        if (!mapped.equals(reasoning.effort()) && (always || !reasoning.off())) {
            dropped.adjusted(reasoning.clientName(), mapped);
        }
    }
}
