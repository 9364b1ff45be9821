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
 * Takes what a route does not let out of one answer, on its way to the client and in the client's own format. Of a
 * stream no more is held back than may become a finding: usually the last word.
 */
public final class ResponseFilter {

    /** Where an answer's text stands, over all formats that clients speak. */
    private static final List<String> ANSWERS = List.of(
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

    /** Where a format tells the tokens of a text beside it, which would spell out what was taken from it. */
    private static final String SPELLING = "logprobs";

    private final List<TextRule> rules;
    private final SanitizerFindings findings;
    private final EventFramer framer = new EventFramer();
    private final StreamTextLocator streamed;

    ResponseFilter(Surface surface, List<TextRule> rules, SanitizerFindings findings) {
        this.rules = rules;
        this.findings = findings;
        this.streamed = new StreamTextLocator(surface, new LookbehindBuffer(rules, findings));
    }

    /** A whole answer; the same bytes when no rule found anything, or when it is no JSON. */
    public ByteSlice whole(ByteSlice body) {
        JsonNode tree = read(body);
        if (tree == null) {
            return body;
        }
        boolean spelled = unspelled(tree);
        return cleaned(tree) || spelled ? Json.bytes(tree) : body;
    }

    /** Bytes of a stream: whole events. */
    public ByteSlice events(ByteSlice batch) {
        framer.feed(batch);
        EventBytes out = new EventBytes();
        while (framer.next()) {
            event(out);
        }
        framer.keep();
        return out.take();
    }

    /** What is still held back of a stream that has ended without its own end. */
    public ByteSlice end() {
        EventBytes out = new EventBytes();
        streamed.rest(out);
        return out.take();
    }

    private void event(EventBytes out) {
        ByteSlice data = framer.hasData() ? framer.data() : ByteSlice.EMPTY;
        JsonNode tree = data.isEmpty() ? null : read(data);
        if (tree == null || !tree.isObject()) {
            if (!data.isEmpty()) {
                // [DONE], or something that nobody can read: nothing may come behind it that belongs before.
                streamed.rest(out);
            }
            asItCame(out);
            return;
        }
        StreamTextLocator.Kind kind = streamed.kind(tree);
        boolean changed = switch (kind) {
            case PIECE -> streamed.piece(tree, out);
            case WHOLE -> {
                streamed.closing(tree, out);
                yield cleaned(tree);
            }
        };
        boolean spelled = unspelled(tree);
        if (changed || spelled) {
            StreamTextLocator.write(tree, out);
        } else {
            asItCame(out);
        }
    }

    /** Takes out the spelling of every text; true when there was any. */
    private static boolean unspelled(JsonNode tree) {
        boolean cut = false;
        if (tree instanceof ObjectNode object && object.hasNonNull(SPELLING)) {
            object.putNull(SPELLING);
            cut = true;
        }
        for (String member : List.of("choices", "output", "content", "response", "item", "part")) {
            JsonNode below = tree.path(member);
            if (below.isArray()) {
                for (JsonNode each : below) {
                    cut |= unspelled(each);
                }
            } else if (below.isObject()) {
                cut |= unspelled(below);
            }
        }
        return cut;
    }

    private boolean cleaned(JsonNode tree) {
        TextRewriter rewriter = new TextRewriter(rules, findings);
        ANSWERS.forEach(member -> rewriter.everything(tree, member));
        return rewriter.changed();
    }

    private void asItCame(EventBytes out) {
        out.raw(new ByteSlice(framer.array(), framer.eventStart(), framer.eventEnd() - framer.eventStart()));
    }

    private static JsonNode read(ByteSlice json) {
        try {
            return Json.read(json);
        } catch (MalformedJson noJson) {
            return null;
        }
    }
}
