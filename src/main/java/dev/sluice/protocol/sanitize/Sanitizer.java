package dev.sluice.protocol.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.config.SanitizeConfig;
import dev.sluice.config.SanitizeConfig.Where;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The rules of one route, ready to use from any thread. */
public final class Sanitizer {

    /** Where a request's text stands, over all formats that clients speak. */
    private static final Set<String> PROMPTS =
            Set.of("messages", "system", "input", "prompt", "instructions", "query", "documents");

    /** Rules compile once; a reload brings new settings, so what is remembered has an end. */
    private static final int REMEMBERED = 500;

    private static final Map<SanitizeConfig, Sanitizer> KNOWN = new ConcurrentHashMap<>();

    private final List<TextRule> prompts = new ArrayList<>();
    private final List<TextRule> responseFilter = new ArrayList<>();

    /** @param own more rules than the settings name, for prompts and answers alike */
    Sanitizer(SanitizeConfig settings, List<TextRule> own) {
        List<TextRule> redactions = new ArrayList<>(own);
        settings.redact().forEach(kind -> redactions.add(KnownPatterns.of(kind)));
        settings.patterns().forEach((name, pattern) -> redactions.add(KnownPatterns.own(name, pattern)));
        if (settings.stripControls()) {
            prompts.add(new ControlCharacterRule());
        }
        settings.block().forEach(pattern -> prompts.add(new BlockRule(pattern)));
        if (settings.where() != Where.ANSWERS) {
            prompts.addAll(redactions);
        }
        if (settings.where() != Where.PROMPTS) {
            responseFilter.addAll(redactions);
        }
    }

    /** Null when the settings ask for nothing. */
    public static Sanitizer of(SanitizeConfig settings) {
        if (settings.equals(SanitizeConfig.NONE)) {
            return null;
        }
        if (KNOWN.size() > REMEMBERED) {
            KNOWN.clear();
        }
        return KNOWN.computeIfAbsent(settings, each -> new Sanitizer(each, List.of()));
    }

    /**
     * The request as the route lets it pass; the same object when no rule found anything. Forms with files are not
     * looked into.
     *
     * @throws dev.sluice.model.GatewayException when it is blocked
     */
    public ClientRequest prompt(ClientRequest request, SanitizerFindings findings) {
        if (prompts.isEmpty() || request.relay() != null || request.body().isEmpty()) {
            return request;
        }
        JsonNode tree;
        try {
            tree = Json.read(request.body());
        } catch (MalformedJson notRead) {
            // What the reader of requests has let through: some other surface's bytes.
            return request;
        }
        TextRewriter rewriter = new TextRewriter(prompts, findings);
        PROMPTS.forEach(member -> rewriter.everything(tree, member));
        return rewriter.changed() ? Protocols.read(request.surface(), Json.bytes(tree)) : request;
    }

    /** What looks at one answer, or null when answers pass as they are. */
    public ResponseFilter responseFilter(Surface surface, SanitizerFindings findings) {
        return responseFilter.isEmpty() ? null : new ResponseFilter(surface, responseFilter, findings);
    }
}
