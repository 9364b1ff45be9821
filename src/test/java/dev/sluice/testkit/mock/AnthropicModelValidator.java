package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;

/** Validates the rules that differ between generations of Claude models. */
final class AnthropicModelValidator {

    private static final Set<String> KNOWN = Set.of(
            "claude-opus-5-5",
            "claude-sonnet-5-5",
            "claude-haiku-5-5",
            "claude-fable-5-1",
            "claude-fable-5-2",
            "claude-opus-5",
            "claude-sonnet-5",
            "claude-opus-4-8",
            "claude-opus-4-7",
            "claude-opus-4-6",
            "claude-sonnet-4-6",
            "claude-haiku-4-5",
            "claude-sonnet-4-5");

    private final AnthropicRequestValidator rules;

    AnthropicModelValidator(AnthropicRequestValidator rules) {
        this.rules = rules;
    }

    static List<String> known() {
        return KNOWN.stream().sorted().toList();
    }

    void check(JsonObject body, String version) {
        String model = body.getString("model");
        if (!KNOWN.contains(model)) {
            throw new MockError(404, "not_found_error", null, null, "model: " + model);
        }
        sampling(body, model, version);
        thinking(body, model);
        forced(body, model);
        effort(body, model);
    }

    /** Whether the reply to this request has thinking. */
    boolean thinks(JsonObject body) {
        String kind = Json.in(body, "thinking").getString("type", "");
        boolean byItself = body.getString("model").matches("claude-(fable-5-.|(opus|sonnet|haiku)-5(-5)?)");
        return kind.isEmpty() ? byItself : !kind.equals("disabled");
    }

    private void sampling(JsonObject body, String model, String version) {
        if (model.matches(".*-4-[1-6]") && body.getValue("temperature") != null && body.getValue("top_p") != null) {
            throw AnthropicRequestValidator.bad(
                    "`temperature` and `top_p` cannot both be specified for this model. Please use only one.");
        }
        for (String name : List.of("temperature", "top_p", "top_k")) {
            Object value = body.getValue(name);
            if (value == null) {
                continue;
            }
            double number = ((Number) value).doubleValue();
            boolean tolerated = name.equals("temperature") && number == 1 || name.equals("top_p") && number >= 0.99;
            if (version.equals(AnthropicRequestValidator.NEWER) || fromFourSeven(model) && !tolerated) {
                throw AnthropicRequestValidator.bad(
                        name + ": sampling parameters are not supported with this model or version");
            }
            if (thinks(body) && !tolerated && !name.equals("top_p")) {
                throw AnthropicRequestValidator.bad(
                        "`" + name + "` may only be set to its default when thinking is enabled");
            }
        }
    }

    private void thinking(JsonObject body, String model) {
        JsonObject thinking = Json.in(body, "thinking");
        String kind = thinking.getString("type");
        if (kind == null) {
            return;
        }
        Set<String> takes;
        if (model.matches(".*-4-5")) {
            takes = Set.of("enabled", "disabled");
        } else if (model.matches(".*-4-6")) {
            takes = Set.of("enabled", "adaptive", "disabled");
        } else if (model.matches("claude-(fable-5-.|opus-5-5)")) {
            takes = Set.of("adaptive");
        } else if (model.equals("claude-sonnet-5-5")) {
            takes = Set.of("adaptive", "between_tools");
        } else {
            takes = Set.of("adaptive", "disabled");
        }
        if (!takes.contains(kind)) {
            throw AnthropicRequestValidator.bad("thinking: type '" + kind + "' is not supported for this model");
        }
        if (kind.equals("enabled")) {
            int budget = thinking.getInteger("budget_tokens", 0);
            if (budget < 1024) {
                throw AnthropicRequestValidator.bad(
                        "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024");
            }
            if (body.containsKey("max_tokens") && budget >= body.getInteger("max_tokens")) {
                throw AnthropicRequestValidator.bad("`max_tokens` must be greater than `thinking.budget_tokens`");
            }
        }
    }

    private void forced(JsonObject body, String model) {
        String choice = Json.in(body, "tool_choice").getString("type", "auto");
        if (!choice.equals("any") && !choice.equals("tool")) {
            return;
        }
        if (model.matches("claude-(opus-5-5|fable-5-1)")) {
            throw AnthropicRequestValidator.bad("tool_choice: forced tool use is not supported for this model");
        }
        if (model.matches(".*-4-.") && thinks(body)) {
            throw AnthropicRequestValidator.bad("Thinking may not be enabled when tool_choice forces tool use.");
        }
    }

    private void effort(JsonObject body, String model) {
        Object effort = Json.in(body, "output_config").getValue("effort");
        if (effort != null && !Set.of("low", "medium", "high", "xhigh", "max").contains(effort)) {
            throw rules.wrong("output_config.effort", "'low', 'medium', 'high', 'xhigh' or 'max'", effort);
        }
        if (effort != null && model.matches("claude-(haiku|sonnet)-4-5")) {
            throw AnthropicRequestValidator.bad(
                    "output_config.effort: This model does not support the effort parameter.");
        }
    }

    void prefill(String model, JsonObject last) {
        if (!"assistant".equals(last.getString("role"))) {
            return;
        }
        if (!model.endsWith("-4-5")) {
            throw AnthropicRequestValidator.bad(
                    "This model does not support assistant message prefill. The conversation must end"
                            + " with a user message.");
        }
        String text = ChatRequestValidator.text(last.getValue("content"));
        if (!text.equals(text.stripTrailing())) {
            throw AnthropicRequestValidator.bad(
                    "messages: final assistant content cannot end with trailing whitespace");
        }
    }

    void systemAfterFirstMessage(String model, int index, List<JsonObject> messages, String at) {
        boolean takes = model.matches("claude-(opus-4-8|opus-5|fable-5-.|(opus|sonnet|haiku)-5-5)");
        boolean afterUser = index > 0 && "user".equals(messages.get(index - 1).getString("role"));
        if (!takes || !afterUser) {
            throw AnthropicRequestValidator.bad(
                    at + ".role: 'system' is not accepted here; use the top-level `system` parameter");
        }
    }

    /** Whether the thinking text is empty unless the request asks for its display. */
    static boolean omitsThoughts(String model) {
        return fromFourSeven(model);
    }

    private static boolean fromFourSeven(String model) {
        return !model.matches(".*-4-[56]");
    }
}
