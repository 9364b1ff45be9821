package dev.sluice.protocol.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.sse.EventBytes;
import dev.sluice.protocol.sse.EventFramer;
import dev.sluice.protocol.sse.KeepAliveEvent;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Applies a route's rules to one response, in the client's format. In a stream only text that may become a match is
 * held back, usually the last word. A response that cannot be read for the rules fails: see {@link #failure}.
 */
public final class ResponseFilter {

    /** What an image was made of, which a model has written from the prompt. */
    private static final String REVISED_PROMPT = "revised_prompt";

    /** The members with response text, in all client formats. */
    private static final List<String> TEXT_MEMBERS = List.of(
            "choices",
            "candidates",
            "content",
            "output",
            "text",
            "response",
            "item",
            "part",
            "arguments",
            "refusal",
            "input",
            "code",
            "content_block",
            "message",
            "annotation",
            "delta",
            "segments",
            "words",
            "results",
            REVISED_PROMPT);

    /** The members that describe an error, in all formats. Providers may quote the prompt in them. */
    private static final List<String> ERROR_MEMBERS = List.of("error", "errors", "detail", "param");

    /** The member with the tokens of a text, which would reveal the removed parts. */
    private static final String LOGPROBS = "logprobs";

    private static final String BYTES = " bytes";

    private static final String MARKER = "[DONE]";

    private final Surface surface;
    private final List<TextRule> rules;
    private final SanitizerFindings findings;
    private final EventFramer framer = new EventFramer(EventFramer.LARGEST_EVENT);
    private final StreamTextLocator locator;
    /** Null unless the response is relayed text, which is filtered as a whole. */
    private ByteArrayOutputStream text;

    /** Set on a worker thread for large pieces. */
    private volatile GatewayError failure;

    ResponseFilter(Surface surface, List<TextRule> rules, SanitizerFindings findings) {
        this.surface = surface;
        this.rules = rules;
        this.findings = findings;
        this.locator = new StreamTextLocator(surface, new LookbehindBuffer(rules, findings));
    }

    /** Why the rest of the response must not be sent; null as long as it could be read. */
    public GatewayError failure() {
        return failure;
    }

    /**
     * Prepares for a response that is relayed as the provider sent it.
     *
     * @param contentType null when the provider sent none
     * @return the filter, or null for audio and video, which have no text
     */
    public ResponseFilter relaying(String contentType) {
        if (surface.isBinary()) {
            return null;
        }
        if (contentType == null || !contentType.toLowerCase(Locale.ROOT).startsWith("text/event-stream")) {
            text = new ByteArrayOutputStream();
        }
        return this;
    }

    /**
     * Filters a complete response. Returns the same bytes when nothing matched, and no bytes after a {@link #failure}.
     *
     * @param contentType null for JSON
     */
    public ByteSlice filterComplete(ByteSlice body, String contentType) {
        JsonNode tree = read(body);
        if (tree == null || !tree.isContainerNode()) {
            if (surface.isBinary()) {
                return body;
            }
            return contentType == null || isJson(contentType)
                    ? fail(FailureCode.MALFORMED_RESPONSE, "it is not JSON with unique member names")
                    : text(body);
        }
        boolean hadLogprobs = removeLogprobs(tree);
        return rewrite(tree) || hadLogprobs ? Json.bytes(tree) : body;
    }

    /** Filters the body of an error that the provider responded with, as {@link #filterComplete} does. */
    public ByteSlice filterRefusal(ByteSlice body, String contentType) {
        JsonNode tree = read(body);
        if (tree == null) {
            return contentType == null || isJson(contentType)
                    ? fail(FailureCode.MALFORMED_RESPONSE, "its error is not JSON with unique member names")
                    : text(body);
        }
        TextRewriter rewriter = TextRewriter.ofResponse(rules, findings);
        rewriter.rewriteError(tree);
        return rewriter.changed() ? Json.bytes(tree) : body;
    }

    /** The same for an error whose words may be a provider's. */
    public GatewayError filterError(GatewayError error) {
        GatewayError clean = error.withMessage(providerText(error.message()));
        if (error.param() != null) {
            clean = clean.withParam(providerText(error.param()));
        }
        if (error.code() != null && error.failure() == null) {
            clean = clean.withCode(providerText(error.code()));
        }
        return clean.equals(error) ? error : clean;
    }

    /**
     * The same for one text of such an error. Of a text that was cut, the end that may be the beginning of a match is
     * left out.
     */
    public String providerText(String text) {
        LookbehindBuffer lookbehind = new LookbehindBuffer(rules, findings);
        return text.endsWith(GatewayError.CUT)
                ? lookbehind.next("", text.substring(0, text.length() - GatewayError.CUT.length()), null)
                        + GatewayError.CUT
                : lookbehind.last("", text);
    }

    /** Filters whole events of a stream. Returns the events before a {@link #failure}, and none after it. */
    public ByteSlice filterEvents(ByteSlice batch) {
        if (failure != null) {
            return ByteSlice.EMPTY;
        }
        if (text != null) {
            text.write(batch.array(), batch.offset(), batch.length());
            return text.size() <= EventFramer.LARGEST_EVENT
                    ? ByteSlice.EMPTY
                    : fail(
                            FailureCode.RESPONSE_TOO_LARGE,
                            "it is text of more than " + EventFramer.LARGEST_EVENT + BYTES);
        }
        framer.feed(batch);
        EventBytes out = new EventBytes();
        while (failure == null && framer.next()) {
            event(out);
        }
        if (framer.tooLarge()) {
            fail(FailureCode.EVENT_TOO_LARGE, "an event has more than " + EventFramer.LARGEST_EVENT + BYTES);
        }
        framer.release();
        return out.drain();
    }

    /** Bytes that the next call may read: an event that is not complete yet, or a relayed text. */
    public int heldBytes() {
        return text == null ? framer.unread() : text.size();
    }

    /** Releases the held text of a stream that ended without a terminal event. */
    public ByteSlice end() {
        if (failure != null) {
            return ByteSlice.EMPTY;
        }
        if (text != null) {
            return filterComplete(ByteSlice.of(text.toByteArray()), "text/plain");
        }
        EventBytes out = new EventBytes();
        locator.releaseAll(out);
        return out.drain();
    }

    /** Filters a transcript, which is not JSON in some formats. */
    private ByteSlice text(ByteSlice body) {
        String received;
        try {
            received = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body.array(), body.offset(), body.length()))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return fail(FailureCode.MALFORMED_RESPONSE, "it is neither JSON nor text in UTF-8");
        }
        TextRewriter rewriter = TextRewriter.ofResponse(rules, findings);
        String clean = rewriter.apply(received);
        return rewriter.changed() ? ByteSlice.of(clean) : body;
    }

    private ByteSlice fail(FailureCode code, String reason) {
        failure = GatewayError.of(
                        Kind.UPSTREAM,
                        "the provider's response cannot be read for the sanitizing rules of this model: " + reason)
                .withCode(code);
        return ByteSlice.EMPTY;
    }

    private void event(EventBytes out) {
        ByteSlice data = framer.hasData() ? framer.data() : ByteSlice.EMPTY;
        JsonNode tree = data.isEmpty() ? null : read(data);
        if (tree == null || !tree.isObject()) {
            if (!data.isEmpty() && !KeepAliveEvent.matches(data)) {
                // Held text must not be sent after the marker.
                locator.releaseAll(out);
                if (!data.toText().strip().equals(MARKER)) {
                    fail(FailureCode.MALFORMED_EVENT, "an event is not a JSON object with unique member names");
                    return;
                }
            }
            passThrough(out);
            return;
        }
        StreamTextLocator.Kind kind = locator.kind(tree);
        boolean changed = switch (kind) {
            case PIECE -> {
                boolean replaced = locator.replacePieces(tree, out);
                yield rewriteErrors(tree) || replaced;
            }
            case COMPLETE -> {
                locator.releaseEndedTexts(tree, out);
                yield rewrite(tree);
            }
        };
        boolean hadLogprobs = removeLogprobs(tree);
        if (changed || hadLogprobs) {
            StreamTextLocator.write(tree, out);
        } else {
            passThrough(out);
        }
    }

    /** Removes the logprobs of every text; true when there were any. */
    private static boolean removeLogprobs(JsonNode tree) {
        boolean removed = tree.path("candidates").isArray() && removeLogprobsResults(tree.path("candidates"));
        if (tree instanceof ObjectNode object && object.hasNonNull(LOGPROBS)) {
            object.putNull(LOGPROBS);
            removed = true;
        }
        for (String member : List.of("choices", "output", "content", "response", "item", "part")) {
            JsonNode below = tree.path(member);
            if (below.isArray()) {
                for (JsonNode each : below) {
                    removed |= removeLogprobs(each);
                }
            } else if (below.isObject()) {
                removed |= removeLogprobs(below);
            }
        }
        return removed;
    }

    private static boolean removeLogprobsResults(JsonNode candidates) {
        boolean removed = false;
        for (JsonNode candidate : candidates) {
            removed |= candidate instanceof ObjectNode object && object.remove("logprobsResult") != null;
        }
        return removed;
    }

    private boolean rewrite(JsonNode tree) {
        TextRewriter rewriter = TextRewriter.ofResponse(rules, findings);
        TEXT_MEMBERS.forEach(member -> rewriter.rewriteMember(tree, member));
        // The rest of an image is base64 or a URL.
        for (JsonNode image : tree.path("data")) {
            rewriter.rewriteMember(image, REVISED_PROMPT);
        }
        boolean errorsChanged = rewriteErrors(tree);
        return errorsChanged || rewriter.changed();
    }

    private boolean rewriteErrors(JsonNode tree) {
        if (!tree.has("error") && !tree.has("errors") && !tree.has("detail") && !tree.has("param")) {
            return false;
        }
        TextRewriter rewriter = TextRewriter.ofResponse(rules, findings);
        ERROR_MEMBERS.forEach(member -> rewriter.rewriteError(tree, member));
        return rewriter.changed();
    }

    private static boolean isJson(String contentType) {
        return contentType.toLowerCase(Locale.ROOT).contains("json");
    }

    private void passThrough(EventBytes out) {
        out.raw(new ByteSlice(framer.array(), framer.eventStart(), framer.eventEnd() - framer.eventStart()));
    }

    private static JsonNode read(ByteSlice json) {
        try {
            return Json.read(json);
        } catch (MalformedJson notJson) {
            return null;
        }
    }
}
