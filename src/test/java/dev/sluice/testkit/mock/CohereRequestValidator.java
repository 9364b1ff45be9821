package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;

/** Validates requests to Cohere: messages as in OpenAI's format, with Cohere's parameters and limits. */
final class CohereRequestValidator extends ChatRequestValidator {

    private static final BodySchema FIELDS = BodySchema.of(
            "model:s! messages:a! stream:b tools:a tool_choice:s strict_tools:b documents:a citation_options:o",
            "response_format:o safety_mode:s max_tokens:i(1,1000000) stop_sequences:a temperature:n(0,1)"
                    + " p:n(0.01,0.99)",
            "k:i(0,500) seed:i frequency_penalty:n(0,1) presence_penalty:n(0,1) logprobs:b thinking:o"
                    + " priority:i(0,999)");

    @Override
    MockError bad(String param, String code, String message) {
        return new MockError(400, "", null, param, "invalid request: " + message);
    }

    @Override
    public MockError unknown(String field) {
        return new MockError(422, "", null, field, "unknown field: parameter '" + field + "' is not a valid field");
    }

    @Override
    Set<String> roles() {
        return Set.of("system", "developer", "user", "assistant", "tool");
    }

    @Override
    Set<String> parts(String role) {
        return switch (role) {
            case "user" -> Set.of("text", "image_url");
            case "assistant" -> Set.of("text", "thinking");
            case "tool" -> Set.of("text", "document");
            default -> Set.of("text");
        };
    }

    @Override
    String choice(String word) {
        return switch (word) {
            case "REQUIRED" -> MockRequest.REQUIRED;
            case "NONE" -> MockRequest.NONE;
            default -> throw bad("tool_choice", null, "tool_choice must be one of REQUIRED, NONE");
        };
    }

    MockRequest chat(JsonObject body) {
        FIELDS.strict(body, this);
        model(body.getString("model"), "command-");
        MockRequest parsed = read(body);
        if (body.containsKey("tool_choice") && !(body.getValue("tool_choice") instanceof String)) {
            throw bad("tool_choice", null, "tool_choice must be one of REQUIRED, NONE");
        }
        if (number(body, "frequency_penalty") != 0 && number(body, "presence_penalty") != 0) {
            throw bad("presence_penalty", null, "frequency_penalty and presence_penalty cannot both be set");
        }
        parsed.stops = Json.strings(body.getValue("stop_sequences"));
        if (parsed.stops.size() > 5) {
            throw bad("stop_sequences", null, "too many stop sequences, at most 5");
        }
        String format = Json.in(body, "response_format").getString("type", "text");
        if (!Set.of("text", "json_object").contains(format)) {
            throw bad("response_format", null, "response_format.type must be one of text, json_object");
        }
        if (format.equals("json_object") && body.containsKey("tools")) {
            throw bad("response_format", null, "response_format is not supported together with tools");
        }
        for (JsonObject message : Json.objects(body, "messages")) {
            if ("user".equals(message.getString("role"))
                    && ChatRequestValidator.text(message.getValue("content")).isEmpty()
                    && !(message.getValue("content") instanceof JsonArray parts
                            && Json.objects(parts).stream().anyMatch(part -> part.containsKey("image_url")))) {
                throw bad("messages", null, "message must be at least 1 token long or tool results must be specified");
            }
        }
        String thinking = Json.in(body, "thinking").getString("type");
        parsed.thinking = thinking == null ? body.getString("model").contains("reasoning") : thinking.equals("enabled");
        parsed.schema = format.equals("json_object");
        return parsed;
    }

    /** Rejects models whose name lacks the prefix. */
    void model(String model, String prefix) {
        if (!model.startsWith(prefix)) {
            throw new MockError(404, "", null, null, "model '" + model + "' not found");
        }
    }

    private static double number(JsonObject body, String name) {
        return body.getValue(name) instanceof Number number ? number.doubleValue() : 0;
    }

    void embed(JsonObject body) {
        BodySchema.of(
                        "model:s! texts:a images:a inputs:a input_type:s! output_dimension:i embedding_types:a"
                                + " truncate:s",
                        "max_tokens:i priority:i")
                .strict(body, this);
        model(body.getString("model"), "embed-");
        Set<String> types = Set.of("search_document", "search_query", "classification", "clustering", "image");
        if (!types.contains(body.getString("input_type"))) {
            throw bad("input_type", null, "input_type must be one of " + types);
        }
        Object texts = body.getValue("texts");
        boolean one = texts != null ^ body.containsKey("images") ^ body.containsKey("inputs");
        if (!one) {
            throw bad("texts", null, "exactly one of texts, images and inputs must be given");
        }
        if (texts instanceof JsonArray array && (array.isEmpty() || array.size() > 96)) {
            throw bad("texts", null, "texts must have 1 to 96 elements, got " + array.size());
        }
        if (body.getValue("output_dimension") instanceof Integer dimension
                && !Set.of(256, 512, 1024, 1536).contains(dimension)) {
            throw bad("output_dimension", null, "output_dimension must be one of 256, 512, 1024, 1536");
        }
    }

    void rerank(JsonObject body) {
        BodySchema.of("model:s! query:s! documents:a! top_n:i(1,1000) max_tokens_per_doc:i priority:i")
                .strict(body, this);
        model(body.getString("model"), "rerank-");
        JsonArray documents = body.getJsonArray("documents");
        if (documents.isEmpty() || documents.size() > 1000) {
            throw bad("documents", null, "documents must have 1 to 1000 elements");
        }
        if (!documents.stream().allMatch(String.class::isInstance)) {
            throw bad("documents", null, "documents must be strings");
        }
    }
}
