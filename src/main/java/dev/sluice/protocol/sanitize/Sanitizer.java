package dev.sluice.protocol.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.config.SanitizeConfig;
import dev.sluice.config.SanitizeConfig.Where;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.request.RequestReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The compiled sanitizing rules of one route. Safe for any thread. */
public final class Sanitizer {

    /** In bytes: what is longer is scanned on a worker thread. Each pattern takes about 0.2 µs for a character. */
    public static final int INLINE_BYTES = 16 * 1024;

    private static final String DOCUMENTS = "documents";

    /** The members with text that the model reads, in all client formats. */
    static final List<String> PROMPT_MEMBERS = List.of(
            "messages", "system", "input", "prompt", "instructions", "query", DOCUMENTS, "suffix", "negative_prompt");

    /** The members with such text below them; their own text, if it is one, is a setting such as {@code "auto"}. */
    static final List<String> PROMPT_OBJECTS = List.of(
            "tools",
            "functions",
            "tool_choice",
            "function_call",
            "response_format",
            "output_format",
            "output_config",
            "text",
            "prediction",
            "web_search_options");

    /** As {@link #PROMPT_MEMBERS} in Gemini's format, in both spellings. */
    private static final List<String> GENERATE_MEMBERS = List.of("contents", "systemInstruction", "system_instruction");

    private static final List<String> GENERATE_OBJECTS = List.of(
            "tools",
            "toolConfig",
            "tool_config",
            "generationConfig",
            "generation_config",
            "generateContentRequest",
            "generate_content_request");

    /** The cache limit: rules are compiled once per settings, and reloads bring new settings. */
    private static final int CACHE_LIMIT = 500;

    private static final Map<SanitizeConfig, Sanitizer> CACHE = new ConcurrentHashMap<>();

    private final List<TextRule> promptRules = new ArrayList<>();
    private final List<TextRule> responseRules = new ArrayList<>();

    /** @param own additional rules for prompts and responses */
    Sanitizer(SanitizeConfig settings, List<TextRule> own) {
        List<TextRule> redactions = new ArrayList<>(own);
        settings.redact().forEach(kind -> redactions.add(KnownPatterns.of(kind)));
        settings.patterns().forEach((name, pattern) -> redactions.add(KnownPatterns.custom(name, pattern)));
        if (settings.stripControls()) {
            promptRules.add(new ControlCharacterRule());
        }
        settings.block().forEach(pattern -> promptRules.add(new BlockRule(pattern)));
        if (settings.where() != Where.RESPONSES) {
            promptRules.addAll(redactions);
        }
        if (settings.where() != Where.PROMPTS) {
            responseRules.addAll(redactions);
        }
    }

    /** Null when the settings have no rule. */
    public static Sanitizer of(SanitizeConfig settings) {
        if (settings.equals(SanitizeConfig.NONE)) {
            return null;
        }
        if (CACHE.size() > CACHE_LIMIT) {
            CACHE.clear();
        }
        return CACHE.computeIfAbsent(settings, each -> new Sanitizer(each, List.of()));
    }

    /**
     * Applies the rules to a prompt in JSON. Returns the same object when nothing matched.
     *
     * @throws GatewayException INVALID_REQUEST when a rule blocks it, and when the rules cannot read it
     */
    public ClientRequest prompt(ClientRequest request, SanitizerFindings findings) {
        if (promptRules.isEmpty() || request.body().isEmpty()) {
            return request;
        }
        try {
            JsonNode tree = Json.readRequest(request.body());
            TextRewriter rewriter = TextRewriter.ofPrompt(promptRules, findings);
            boolean generate = request.surface().modelInPath();
            for (String member : generate ? GENERATE_MEMBERS : PROMPT_MEMBERS) {
                if (member.equals(DOCUMENTS)) {
                    rewriter.rewriteDocuments(tree, member);
                } else {
                    rewriter.rewriteMember(tree, member);
                }
            }
            (generate ? GENERATE_OBJECTS : PROMPT_OBJECTS).forEach(member -> rewriter.rewriteBelow(tree, member));
            if (!rewriter.changed()) {
                return request;
            }
            if (hasHalfPair(tree)) {
                throw unreadable("a text has half of a surrogate pair");
            }
            return RequestReader.again(request, Json.bytes(tree));
        } catch (MalformedJson unreadable) {
            throw unreadable("it " + unreadable.getMessage());
        }
    }

    /** Whether a rule applies to prompts. */
    public boolean readsPrompts() {
        return !promptRules.isEmpty();
    }

    /** Whether the parameter of a form is a prompt; {@code x[0]} is the parameter {@code x}. */
    public static boolean isPrompt(String parameter) {
        int bracket = parameter.indexOf('[');
        return PROMPT_MEMBERS.contains(bracket < 0 ? parameter : parameter.substring(0, bracket));
    }

    /**
     * Applies the rules to one text of a form.
     *
     * @throws GatewayException INVALID_REQUEST when a rule blocks it
     */
    public String text(String text, SanitizerFindings findings) {
        return TextRewriter.ofPrompt(promptRules, findings).apply(text);
    }

    /** Whether a text has half of a surrogate pair: Jackson would write it and the next character as another one. */
    private static boolean hasHalfPair(JsonNode tree) {
        if (tree.isTextual()) {
            return tree.textValue().codePoints().anyMatch(Sanitizer::isSurrogate);
        }
        for (Map.Entry<String, JsonNode> member : tree.properties()) {
            if (member.getKey().codePoints().anyMatch(Sanitizer::isSurrogate)) {
                return true;
            }
        }
        for (JsonNode each : tree) {
            if (hasHalfPair(each)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    /** @param reason what is wrong with the form, for the message */
    public static GatewayException unreadableForm(String reason) {
        return new GatewayException(GatewayError.invalid(
                "The form cannot be read for the sanitizing rules of this model: " + reason
                        + " (expected: prompts as plain fields in valid UTF-8 without a transfer encoding).",
                null,
                "unreadable_body"));
    }

    static GatewayException unreadable(String reason) {
        return new GatewayException(GatewayError.invalid(
                "The body cannot be read for the sanitizing rules of this model: " + reason
                        + " (expected: unique member names of at most 50,000 characters, numbers of at most 1,000"
                        + " digits, texts in valid Unicode).",
                null,
                "unreadable_body"));
    }

    /** A filter for one response, or null when no rule applies to responses. */
    public ResponseFilter responseFilter(Surface surface, SanitizerFindings findings) {
        return responseRules.isEmpty() ? null : new ResponseFilter(surface, responseRules, findings);
    }
}
