package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Validates contents, parts and tools as Gemini's native API does. */
final class GeminiRequestValidator implements BodySchema.FieldErrors {

    private static final BodySchema FIELDS = BodySchema.of(
            "contents:a! systemInstruction:o tools:a toolConfig:o generationConfig:o safetySettings:a cachedContent:s",
            "labels:o serviceTier:s store:b model:s");

    private static final Set<String> PART = Set.of(
            "text",
            "thought",
            "thoughtSignature",
            "inlineData",
            "fileData",
            "functionCall",
            "functionResponse",
            "executableCode",
            "codeExecutionResult",
            "videoMetadata",
            "mediaResolution");

    private static final Set<String> CONTENT_OF_PART = Set.of(
            "text",
            "inlineData",
            "fileData",
            "functionCall",
            "functionResponse",
            "executableCode",
            "codeExecutionResult");

    private final GeminiSettingsValidator settings = new GeminiSettingsValidator(this);

    static MockError bad(String message) {
        return new MockError(400, "INVALID_ARGUMENT", null, null, message);
    }

    @Override
    public MockError unknown(String field) {
        return bad("Invalid JSON payload received. Unknown name \"" + field + "\": Cannot find field.");
    }

    @Override
    public MockError missing(String field) {
        return bad("* GenerateContentRequest." + field + ": " + field + " is not specified");
    }

    @Override
    public MockError wrong(String field, String expected, Object got) {
        return bad("Invalid value at '" + field + "' (expected: " + expected + ")");
    }

    MockRequest read(JsonObject body, String model) {
        FIELDS.strict(body, this);
        if (body.getJsonArray("contents").isEmpty()) {
            throw missing("contents");
        }
        MockRequest parsed = new MockRequest();
        settings.read(parsed, body, model);
        for (JsonObject part : Json.objects(Json.in(body, "systemInstruction"), "parts")) {
            part(part);
        }
        contents(parsed, Json.objects(body, "contents"), model);
        return parsed;
    }

    private void contents(MockRequest parsed, List<JsonObject> contents, String model) {
        List<String> open = new ArrayList<>();
        String before = "";
        for (int i = 0; i < contents.size(); i++) {
            JsonObject content = contents.get(i);
            onlyFields(content, Set.of("role", "parts"));
            String role = content.getString("role", "user");
            if (!Set.of("user", "model").contains(role)) {
                throw bad("Please use a valid role: user, model.");
            }
            List<JsonObject> parts = Json.objects(content, "parts");
            if (parts.isEmpty()) {
                throw bad("* GenerateContentRequest.contents[" + i + "].parts: contents.parts must not be empty.");
            }
            parts.forEach(this::part);
            if (role.equals("model")) {
                called(parts, before, open, i);
                signed(contents, i, model);
                parsed.results.clear();
            } else {
                answered(parsed, parts, open);
                user(parsed, parts);
            }
            before = role;
        }
        if (!open.isEmpty()) {
            throw counts();
        }
    }

    private void part(JsonObject part) {
        onlyFields(part, PART);
        long said = CONTENT_OF_PART.stream().filter(part::containsKey).count();
        if (said != 1) {
            throw bad("Unable to submit request: each part must have exactly one data field, got " + said);
        }
        JsonObject inline = Json.in(part, "inlineData");
        if (part.containsKey("inlineData")) {
            onlyFields(inline, Set.of("mimeType", "data", "displayName"));
            if (!inline.getString("data", "").matches("[A-Za-z0-9+/_=-]+") || !inline.containsKey("mimeType")) {
                throw bad("Invalid value at 'contents.parts.inline_data' (expected: mimeType and base64 data)");
            }
        }
        if (part.containsKey("fileData") && !Json.in(part, "fileData").containsKey("fileUri")) {
            throw bad("Invalid value at 'contents.parts.file_data' (expected: fileUri)");
        }
        JsonObject call = Json.in(part, "functionCall");
        if (part.containsKey("functionCall")) {
            onlyFields(call, Set.of("id", "name", "args"));
            if (call.containsKey("args") && !(call.getValue("args") instanceof JsonObject)) {
                throw bad("Invalid value at 'contents.parts.function_call.args' (expected: an object)");
            }
        }
        JsonObject result = Json.in(part, "functionResponse");
        if (part.containsKey("functionResponse")) {
            onlyFields(result, Set.of("id", "name", "response", "parts", "willContinue", "scheduling"));
            if (result.getString("name", "").isEmpty() || !(result.getValue("response") instanceof JsonObject)) {
                throw bad("Invalid value at 'contents.parts.function_response' (expected: a name and an object)");
            }
        }
    }

    private void called(List<JsonObject> parts, String before, List<String> open, int index) {
        if (!open.isEmpty()) {
            throw counts();
        }
        for (JsonObject part : parts) {
            if (part.containsKey("functionCall")) {
                open.add(Json.in(part, "functionCall").getString("name"));
            }
        }
        if (!open.isEmpty() && (index == 0 || !before.equals("user"))) {
            throw bad("Please ensure that function call turn comes immediately after a user turn or after a function"
                    + " response turn.");
        }
    }

    /** From Gemini 3 on, the first call of each step of the current turn must include its signature. */
    private void signed(List<JsonObject> contents, int at, String model) {
        if (!thirdOrLater(model)) {
            return;
        }
        boolean current = contents.subList(at + 1, contents.size()).stream()
                .filter(content -> !"model".equals(content.getString("role")))
                .allMatch(content ->
                        Json.objects(content, "parts").stream().anyMatch(p -> p.containsKey("functionResponse")));
        for (JsonObject part : Json.objects(contents.get(at), "parts")) {
            if (part.containsKey("functionCall")) {
                String signature = part.getString("thoughtSignature");
                if (current && signature == null) {
                    throw bad("Function call is missing a thought_signature in functionCall parts.");
                }
                if (signature != null
                        && !Set.of(Script.SIGNATURE, "skip_thought_signature_validator")
                                .contains(signature)) {
                    throw bad("Corrupted thought signature.");
                }
                return;
            }
        }
    }

    private void answered(MockRequest parsed, List<JsonObject> parts, List<String> open) {
        parsed.results.clear();
        int calls = open.size();
        int results = 0;
        for (JsonObject part : parts) {
            if (part.containsKey("functionResponse")) {
                JsonObject result = part.getJsonObject("functionResponse");
                results++;
                if (calls > 0 && !open.remove(result.getString("name"))) {
                    throw counts();
                }
                JsonObject response = result.getJsonObject("response");
                parsed.results.add(
                        response.size() == 1
                                ? String.valueOf(
                                        response.getMap().values().iterator().next())
                                : response.encode());
            }
        }
        if (results > 0 && calls == 0) {
            throw bad("Please ensure that function response turn comes immediately after a function call turn.");
        }
        if (results != calls) {
            throw counts();
        }
    }

    private static MockError counts() {
        return bad("Please ensure that the number of function response parts is equal to the number of function call"
                + " parts of the function call turn.");
    }

    private void user(MockRequest parsed, List<JsonObject> parts) {
        List<String> texts = parts.stream()
                .filter(part -> part.containsKey("text"))
                .map(part -> part.getString("text"))
                .toList();
        if (parsed.results.isEmpty() || !texts.isEmpty()) {
            parsed.lastText = String.join(" ", texts);
        }
        parsed.images = (int) parts.stream()
                .filter(part -> part.containsKey("inlineData") || part.containsKey("fileData"))
                .count();
    }

    void onlyFields(JsonObject object, Set<String> known) {
        for (String name : object.fieldNames()) {
            if (!known.contains(name)) {
                throw unknown(name);
            }
        }
    }

    static boolean thirdOrLater(String model) {
        return model.matches("gemini-([3-9]|\\d\\d).*");
    }

    /** The text of a content to be embedded. */
    static String text(JsonObject content) {
        return ChatRequestValidator.text(content.getValue("parts", new JsonArray()));
    }
}
