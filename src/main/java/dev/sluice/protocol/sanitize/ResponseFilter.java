package dev.sluice.protocol.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.sse.EventBytes;
import dev.sluice.protocol.sse.EventFramer;
import java.util.List;

/**
 * Applies a route's rules to one response, in the client's format. In a stream only text that may become a match is
 * held back, usually the last word.
 */
public final class ResponseFilter {

    /** The members with response text, in all client formats. */
    private static final List<String> TEXT_MEMBERS = List.of(
            "choices",
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
            "content_block");

    /** The member with the tokens of a text, which would reveal the removed parts. */
    private static final String LOGPROBS = "logprobs";

    private final List<TextRule> rules;
    private final SanitizerFindings findings;
    private final EventFramer framer = new EventFramer();
    private final StreamTextLocator locator;

    ResponseFilter(Surface surface, List<TextRule> rules, SanitizerFindings findings) {
        this.rules = rules;
        this.findings = findings;
        this.locator = new StreamTextLocator(surface, new LookbehindBuffer(rules, findings));
    }

    /** Filters a complete response. Returns the same bytes when nothing matched or when it is not JSON. */
    public ByteSlice whole(ByteSlice body) {
        JsonNode tree = read(body);
        if (tree == null) {
            return body;
        }
        boolean hadLogprobs = removeLogprobs(tree);
        return rewrite(tree) || hadLogprobs ? Json.bytes(tree) : body;
    }

    /** Filters whole events of a stream. */
    public ByteSlice events(ByteSlice batch) {
        framer.feed(batch);
        EventBytes out = new EventBytes();
        while (framer.next()) {
            event(out);
        }
        framer.release();
        return out.drain();
    }

    /** Bytes of an event that is not complete yet: the next call of {@link #events} may read them all. */
    public int heldBytes() {
        return framer.unread();
    }

    /** Releases the held text of a stream that ended without a terminal event. */
    public ByteSlice end() {
        EventBytes out = new EventBytes();
        locator.releaseAll(out);
        return out.drain();
    }

    private void event(EventBytes out) {
        ByteSlice data = framer.hasData() ? framer.data() : ByteSlice.EMPTY;
        JsonNode tree = data.isEmpty() ? null : read(data);
        if (tree == null || !tree.isObject()) {
            if (!data.isEmpty()) {
                // [DONE], or unreadable data: held text must not be sent after it.
                locator.releaseAll(out);
            }
            passThrough(out);
            return;
        }
        StreamTextLocator.Kind kind = locator.kind(tree);
        boolean changed = switch (kind) {
            case PIECE -> locator.piece(tree, out);
            case WHOLE -> {
                locator.closing(tree, out);
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
        boolean cut = false;
        if (tree instanceof ObjectNode object && object.hasNonNull(LOGPROBS)) {
            object.putNull(LOGPROBS);
            cut = true;
        }
        for (String member : List.of("choices", "output", "content", "response", "item", "part")) {
            JsonNode below = tree.path(member);
            if (below.isArray()) {
                for (JsonNode each : below) {
                    cut |= removeLogprobs(each);
                }
            } else if (below.isObject()) {
                cut |= removeLogprobs(below);
            }
        }
        return cut;
    }

    private boolean rewrite(JsonNode tree) {
        TextRewriter rewriter = new TextRewriter(rules, findings);
        TEXT_MEMBERS.forEach(member -> rewriter.rewriteMember(tree, member));
        return rewriter.changed();
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
