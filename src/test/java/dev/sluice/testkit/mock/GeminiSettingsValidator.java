package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;

/** Validates Gemini's generation settings and tools. */
final class GeminiSettingsValidator {

    private static final BodySchema GENERATION = BodySchema.of(
            "maxOutputTokens:i(1,1000000) temperature:n(0,2) topP:n(0,1) topK:n stopSequences:a seed:i",
            "presencePenalty:n(-2,2) frequencyPenalty:n(-2,2) candidateCount:i(1,8) responseLogprobs:b"
                    + " logprobs:i(0,20)",
            "responseMimeType:s responseJsonSchema:* responseSchema:o thinkingConfig:o responseModalities:a",
            "speechConfig:o imageConfig:o mediaResolution:s");

    private static final Set<String> TOOL = Set.of(
            "functionDeclarations",
            "googleSearch",
            "codeExecution",
            "urlContext",
            "googleSearchRetrieval",
            "fileSearch",
            "computerUse",
            "googleMaps");

    /** The OpenAPI subset that {@code parameters} and {@code responseSchema} accept. */
    private static final Set<String> SCHEMA = Set.of(
            "type",
            "format",
            "title",
            "description",
            "nullable",
            "enum",
            "maxItems",
            "minItems",
            "properties",
            "required",
            "minProperties",
            "maxProperties",
            "minLength",
            "maxLength",
            "pattern",
            "example",
            "anyOf",
            "propertyOrdering",
            "default",
            "items",
            "minimum",
            "maximum");

    private final GeminiRequestValidator rules;

    GeminiSettingsValidator(GeminiRequestValidator rules) {
        this.rules = rules;
    }

    void read(MockRequest parsed, JsonObject body, String model) {
        JsonObject generation = Json.in(body, "generationConfig");
        GENERATION.strict(generation, rules);
        tools(parsed, body);
        sizes(parsed, generation);
        choice(parsed, body);
        format(parsed, generation, model);
        thinking(parsed, Json.in(generation, "thinkingConfig"), model);
        parsed.stops = Json.strings(generation.getValue("stopSequences"));
        if (parsed.stops.size() > 5) {
            throw GeminiRequestValidator.bad("* GenerateContentRequest.generation_config.stop_sequences: at most 5");
        }
        parsed.oneToken = ChatRequestValidator.one(generation.getValue("maxOutputTokens"));
        parsed.choices = generation.getInteger("candidateCount", 1);
        parsed.logprobs = generation.getBoolean("responseLogprobs", false);
        if (generation.getValue("logprobs") != null && !parsed.logprobs) {
            throw GeminiRequestValidator.bad("logprobs can only be set when response_logprobs is true");
        }
    }

    private void tools(MockRequest parsed, JsonObject body) {
        for (JsonObject tool : Json.objects(body, "tools")) {
            rules.onlyFields(tool, TOOL);
            for (JsonObject function : Json.objects(tool, "functionDeclarations")) {
                rules.onlyFields(
                        function,
                        Set.of(
                                "name",
                                "description",
                                "parameters",
                                "parametersJsonSchema",
                                "response",
                                "responseJsonSchema",
                                "behavior"));
                String name = function.getString("name", "");
                if (!name.matches("[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}")) {
                    throw GeminiRequestValidator.bad(
                            "Invalid function name. Must start with a letter or an underscore, at most 64.");
                }
                if (function.containsKey("parameters") && function.containsKey("parametersJsonSchema")) {
                    throw GeminiRequestValidator.bad("parameters and parameters_json_schema are mutually exclusive");
                }
                schema(Json.in(function, "parameters"));
                parsed.tools.add(name);
            }
        }
    }

    private void sizes(MockRequest parsed, JsonObject generation) {
        if (ReportedRefusals.twice(parsed.tools) != null) {
            throw GeminiRequestValidator.bad("Duplicate function declaration found");
        }
        if (generation.getValue("maxOutputTokens") instanceof Number most && most.longValue() > 65_536) {
            throw GeminiRequestValidator.bad("Unable to submit request because it has a maxOutputTokens value of "
                    + most + " but the supported range is from 1 (inclusive) to 65537 (exclusive).");
        }
    }

    /** Source: Gemini API, thinking, 2026-11. */
    private static void budget(Integer budget, String model) {
        if (budget == null || budget == -1 || GeminiRequestValidator.thirdOrLater(model)) {
            return;
        }
        boolean flash = model.contains("flash");
        int least = model.contains("flash-lite") ? 512 : flash ? 0 : 128;
        int most = flash ? 24_576 : 32_768;
        if (budget != 0 && budget < least || budget > most) {
            throw GeminiRequestValidator.bad("The thinking budget " + budget
                    + " is invalid. Please choose a value between " + least + " and " + most + ".");
        }
    }

    private void schema(JsonObject schema) {
        rules.onlyFields(schema, SCHEMA);
        if (schema.getValue("type") instanceof JsonArray) {
            throw GeminiRequestValidator.bad("Proto field is not repeating, cannot start list: type");
        }
        String refusal = ReportedRefusals.geminiSchema(schema);
        if (refusal != null) {
            throw GeminiRequestValidator.bad(refusal);
        }
        Json.objects(schema, "anyOf").forEach(this::schema);
        JsonObject properties = Json.in(schema, "properties");
        properties.fieldNames().forEach(name -> schema(Json.in(properties, name)));
        if (schema.getValue("items") instanceof JsonObject items) {
            schema(items);
        }
    }

    private void choice(MockRequest parsed, JsonObject body) {
        JsonObject config = Json.in(Json.in(body, "toolConfig"), "functionCallingConfig");
        rules.onlyFields(config, Set.of("mode", "allowedFunctionNames", "streamFunctionCallArguments"));
        String mode = config.getString("mode", "AUTO");
        if (!Set.of("AUTO", "ANY", "NONE", "VALIDATED").contains(mode)) {
            throw rules.wrong("tool_config.function_calling_config.mode", "AUTO, ANY, NONE or VALIDATED", mode);
        }
        JsonArray names = config.getJsonArray("allowedFunctionNames", new JsonArray());
        if (!names.isEmpty() && !mode.equals("ANY") && !mode.equals("VALIDATED")) {
            throw GeminiRequestValidator.bad(
                    "allowed_function_names should only be set when the mode is ANY or VALIDATED");
        }
        if (!parsed.tools.containsAll(Json.strings(names))) {
            throw GeminiRequestValidator.bad("allowed_function_names has a function that was not declared");
        }
        parsed.toolChoice = switch (mode) {
            case "NONE" -> MockRequest.NONE;
            case "ANY" -> names.size() == 1 ? names.getString(0) : MockRequest.REQUIRED;
            default -> MockRequest.AUTO;
        };
    }

    private void format(MockRequest parsed, JsonObject generation, String model) {
        String type = generation.getString("responseMimeType", "text/plain");
        boolean schema = generation.containsKey("responseJsonSchema") || generation.containsKey("responseSchema");
        schema(Json.in(generation, "responseSchema"));
        if (schema && !type.equals("application/json")) {
            throw GeminiRequestValidator.bad(
                    "response_mime_type must be application/json when a response schema is given");
        }
        if (!type.equals("text/plain") && !parsed.tools.isEmpty() && !GeminiRequestValidator.thirdOrLater(model)) {
            throw GeminiRequestValidator.bad(
                    "Function calling with a response mime type: '" + type + "' is unsupported");
        }
        parsed.schema = type.equals("application/json");
    }

    private void thinking(MockRequest parsed, JsonObject thinking, String model) {
        rules.onlyFields(thinking, Set.of("thinkingLevel", "thinkingBudget", "includeThoughts"));
        String level = thinking.getString("thinkingLevel");
        Integer budget = thinking.getInteger("thinkingBudget");
        if (level != null && budget != null) {
            throw GeminiRequestValidator.bad("You can only set one of thinking budget and thinking level.");
        }
        if (level != null && !Set.of("MINIMAL", "LOW", "MEDIUM", "HIGH").contains(level)) {
            throw rules.wrong("generation_config.thinking_config.thinking_level", "MINIMAL, LOW, MEDIUM, HIGH", level);
        }
        if (level != null && !GeminiRequestValidator.thirdOrLater(model)) {
            throw GeminiRequestValidator.bad("Thinking level is not supported for this model.");
        }
        if ("MINIMAL".equals(level) && model.contains("pro")) {
            throw GeminiRequestValidator.bad("Thinking level MINIMAL is not supported for this model.");
        }
        budget(budget, model);
        if (budget != null && budget == 0 && model.contains("pro")) {
            throw GeminiRequestValidator.bad("Budget 0 is invalid. This model only works in thinking mode.");
        }
        boolean asked = level != null || budget != null || thinking.getBoolean("includeThoughts", false);
        parsed.thinking = asked && !Integer.valueOf(0).equals(budget);
    }
}
