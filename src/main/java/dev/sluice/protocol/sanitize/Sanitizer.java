package dev.sluice.protocol.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.config.SanitizeConfig;
import dev.sluice.config.SanitizeConfig.Where;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The compiled sanitizing rules of one route. Safe for any thread. */
public final class Sanitizer {

    /** The members with prompt text, in all client formats. */
    private static final Set<String> PROMPTS =
            Set.of("messages", "system", "input", "prompt", "instructions", "query", "documents");

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
        if (settings.where() != Where.ANSWERS) {
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
     * Applies the rules to a prompt. Returns the same object when nothing matched. Multipart forms are not inspected.
     *
     * @throws GatewayException with {@code INVALID_REQUEST} when a rule blocks it, or when it cannot be read
     */
    public ClientRequest prompt(ClientRequest request, SanitizerFindings findings) {
        if (promptRules.isEmpty() || request.relay() != null || request.body().isEmpty()) {
            return request;
        }
        JsonNode tree;
        try {
            tree = Json.readRequest(request.body());
        } catch (MalformedJson notRead) {
            if (request.body().array()[request.body().offset()] == '-') {
                return request; // A form: JSON never begins with two dashes.
            }
            throw new GatewayException(GatewayError.invalid(
                    "The body " + notRead.getMessage() + "; a route with sanitizing rules refuses what it cannot read.",
                    null,
                    "invalid_json"));
        }
        TextRewriter rewriter = new TextRewriter(promptRules, findings);
        PROMPTS.forEach(member -> rewriter.rewriteMember(tree, member));
        return rewriter.changed() ? Protocols.read(request.surface(), Json.bytes(tree)) : request;
    }

    /** A filter for one response, or null when no rule applies to responses. */
    public ResponseFilter responseFilter(Surface surface, SanitizerFindings findings) {
        return responseRules.isEmpty() ? null : new ResponseFilter(surface, responseRules, findings);
    }
}
