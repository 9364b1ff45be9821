package dev.sluice.protocol.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The ends of the texts of one stream that are held back, each text for itself. */
final class LookbehindBuffer {

    /** More than this is never held back; what is longer is judged as it stands. */
    private static final int LONGEST = 16 * 1024;

    private final List<TextRule> rules;
    private final SanitizerFindings findings;
    private final TextRewriter rewriter;
    private final Map<String, Tail> tails = new LinkedHashMap<>();

    /** @param event an event that can carry the text to the client, but for the text */
    private record Tail(String text, ObjectNode event) {}

    /** Is given an event that can carry a text, the text's channel, and what was held back of it. */
    interface ReleaseHandler {
        void take(ObjectNode event, String channel, String text);
    }

    LookbehindBuffer(List<TextRule> rules, SanitizerFindings findings) {
        this.rules = rules;
        this.findings = findings;
        this.rewriter = new TextRewriter(rules, findings);
    }

    /** The next piece of one text; gives what may go on. */
    String next(String channel, String piece, ObjectNode event) {
        Tail tail = tails.get(channel);
        String text = tail == null ? piece : tail.text + piece;
        int decided = decided(text);
        if (decided == text.length()) {
            tails.remove(channel);
        } else {
            tails.put(channel, new Tail(text.substring(decided), event));
        }
        return rewriter.apply(text.substring(0, decided));
    }

    /** Texts that come whole inside a stream; true when one was changed. */
    boolean whole(JsonNode object, String member) {
        TextRewriter each = new TextRewriter(rules, findings);
        each.everything(object, member);
        return each.changed();
    }

    /** The last piece of one text. */
    String last(String channel, String piece) {
        Tail tail = tails.remove(channel);
        return rewriter.apply(tail == null ? piece : tail.text + piece);
    }

    /** Gives up what is held back of the texts whose channels begin so. */
    void release(String prefix, ReleaseHandler taker) {
        List.copyOf(tails.keySet()).stream()
                .filter(channel -> channel.startsWith(prefix))
                .forEach(channel -> {
                    Tail tail = tails.remove(channel);
                    taker.take(tail.event, channel, rewriter.apply(tail.text));
                });
    }

    private int decided(String text) {
        int until = text.length();
        int before;
        do {
            before = until;
            for (TextRule rule : rules) {
                until = rule.decidedUntil(text, until);
            }
        } while (until < before);
        if (text.length() - until > LONGEST) {
            return text.length();
        }
        boolean halves = until > 0 && until < text.length() && Character.isLowSurrogate(text.charAt(until));
        return halves ? until - 1 : until;
    }
}
