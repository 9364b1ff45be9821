package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ChatParameter;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.ReasoningOptions;
import dev.sluice.model.chat.ResponseFormat;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.request.RequestValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Decodes a client's request into a {@link ChatRequest}. */
final class GeminiRequestDecoder {

    private static final String CONFIG = "generationConfig";
    private static final String JSON = "application/json";

    private final ClientRequest request;
    private final Map<String, ChatParameter> params = new LinkedHashMap<>();
    private RequestValue config;
    private RequestValue toolConfig;

    GeminiRequestDecoder(ClientRequest request) {
        this.request = request;
    }

    ChatRequest decode() {
        RequestValue body = body();
        for (RequestValue member : body.members()) {
            member(GeminiValue.camel(member.name()), member);
        }
        List<ChatMessage> messages = new ArrayList<>();
        RequestValue system = GeminiValue.find(body, "systemInstruction");
        if (system != null) {
            messages.add(new ChatMessage(ChatMessage.Role.SYSTEM, instruction(system), null));
        }
        new GeminiMessageDecoder(messages).decode(GeminiValue.get(body, "contents"));
        GeminiToolDecoder tools = new GeminiToolDecoder(GeminiValue.find(body, "tools"), toolConfig);
        return new ChatRequest(
                request.model(),
                messages,
                tools.tools(),
                tools.choice(),
                format(),
                reasoning(),
                params,
                request.stream(),
                request.wantsUsage());
    }

    private RequestValue body() {
        RequestValue body;
        try {
            body = RequestValue.ofBody(Json.readRequest(request.body()));
        } catch (MalformedJson malformed) {
            throw malformed.ofRequestBody();
        }
        RequestValue counted =
                request.surface() == Surface.GENERATE_COUNT ? GeminiValue.find(body, "generateContentRequest") : null;
        return counted == null ? body : counted;
    }

    private void member(String name, RequestValue value) {
        switch (name) {
            case "model", "contents", "systemInstruction", "tools" -> {}
            case "toolConfig" -> toolConfig = value;
            case CONFIG -> {
                config = value;
                value.members().forEach(each -> setting(GeminiValue.camel(each.name()), each.node()));
            }
            case "safetySettings" -> param("safety_settings", name, value.node());
            case "cachedContent" -> param("cached_content", name, value.node());
            default -> param(name, name, value.node());
        }
    }

    private void setting(String name, JsonNode value) {
        String canonical = switch (name) {
            case "responseMimeType", "responseSchema", "responseJsonSchema", "thinkingConfig" -> null;
            case "responseModalities" -> isTextOnly(value) ? null : CONFIG + "." + name;
            case "maxOutputTokens" -> ChatParameter.MAX_TOKENS;
            case "temperature" -> ChatParameter.TEMPERATURE;
            case "topP" -> ChatParameter.TOP_P;
            case "topK" -> ChatParameter.TOP_K;
            case "seed" -> ChatParameter.SEED;
            case "stopSequences" -> ChatParameter.STOP;
            case "candidateCount" -> ChatParameter.N;
            case "presencePenalty" -> ChatParameter.PRESENCE_PENALTY;
            case "frequencyPenalty" -> ChatParameter.FREQUENCY_PENALTY;
            case "responseLogprobs" -> ChatParameter.LOGPROBS;
            case "logprobs" -> ChatParameter.TOP_LOGPROBS;
            default -> CONFIG + "." + name;
        };
        if (canonical != null) {
            param(canonical, CONFIG + "." + name, value);
        }
    }

    private void param(String canonical, String name, JsonNode value) {
        params.put(canonical, new ChatParameter(name, value));
    }

    private static boolean isTextOnly(JsonNode modalities) {
        return modalities.size() == 1
                && "TEXT".equalsIgnoreCase(modalities.path(0).asText());
    }

    private static List<ContentPart> instruction(RequestValue system) {
        List<ContentPart> parts = new ArrayList<>();
        for (RequestValue part : system.get("parts").elements()) {
            parts.add(ContentPart.Text.of(part.get("text").text()));
        }
        return parts;
    }

    private ResponseFormat format() {
        if (config == null) {
            return null;
        }
        String type = GeminiValue.findText(config, "responseMimeType");
        RequestValue schema = GeminiValue.find(config, "responseJsonSchema");
        schema = schema == null ? GeminiValue.find(config, "responseSchema") : schema;
        if (type != null && !type.equals(JSON) && !type.equals("text/plain")) {
            // Only Gemini responds with one word of an enumeration.
            param(
                    CONFIG + ".responseMimeType",
                    CONFIG + ".responseMimeType",
                    Json.object().textNode(type));
            return null;
        }
        if (schema != null) {
            return new ResponseFormat(
                    ResponseFormat.Kind.JSON_SCHEMA,
                    "response",
                    null,
                    GeminiSchemaDecoder.decode(schema.object()),
                    null);
        }
        return JSON.equals(type) ? ResponseFormat.JSON_OBJECT : null;
    }

    private ReasoningOptions reasoning() {
        RequestValue thinking = config == null ? null : GeminiValue.find(config, "thinkingConfig");
        if (thinking == null) {
            return null;
        }
        String level = GeminiValue.findText(thinking, "thinkingLevel");
        String effort =
                level == null || level.equals("THINKING_LEVEL_UNSPECIFIED") ? null : level.toLowerCase(Locale.ROOT);
        RequestValue budget = GeminiValue.find(thinking, "thinkingBudget");
        if (budget != null && !budget.node().canConvertToLong()) {
            throw budget.wrongType("a whole number");
        }
        // Of -1 the model decides itself.
        long tokens = budget == null ? -1 : Math.max(-1, budget.node().longValue());
        return new ReasoningOptions(
                effort,
                tokens,
                GeminiValue.flag(thinking, "includeThoughts") ? "auto" : null,
                CONFIG + ".thinkingConfig");
    }
}
