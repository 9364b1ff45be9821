package dev.sluice.protocol.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Holds back the undecided end of each text of one stream. */
final class LookbehindBuffer {

    /** The maximum that is held back, in characters; longer text is decided without waiting. */
    private static final int LONGEST = 16 * 1024;

    private final List<TextRule> rules;
    private final SanitizerFindings findings;
    private final TextRewriter rewriter;
    private final Map<String, Tail> tails = new LinkedHashMap<>();

    /** @param event an event into which the text can be put to send it */
    private record Tail(String text, ObjectNode event) {}

    /** Receives released text with its channel and an event to carry it. */
    interface ReleaseHandler {
        void released(ObjectNode event, String channel, String text);
    }

    LookbehindBuffer(List<TextRule> rules, SanitizerFindings findings) {
        this.rules = rules;
        this.findings = findings;
        this.rewriter = TextRewriter.ofResponse(rules, findings);
    }

    /** Takes the next piece of a text; returns what can be forwarded. */
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

    /**
     * Rewrites the members of an event's object whose texts are complete in it; true when one was changed.
     *
     * @param others members that are handled elsewhere, or have no text
     * @param pieces members that are pieces of a text where they are texts
     */
    boolean rewriteComplete(JsonNode object, Set<String> others, Set<String> pieces) {
        TextRewriter ofEvent = null;
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            boolean isPiece =
                    pieces.contains(member.getKey()) && member.getValue().isTextual();
            if (!isPiece
                    && !others.contains(member.getKey())
                    && !member.getValue().isNull()) {
                ofEvent = ofEvent == null ? TextRewriter.ofResponse(rules, findings) : ofEvent;
                ofEvent.rewriteMember(object, member.getKey());
            }
        }
        return ofEvent != null && ofEvent.changed();
    }

    /** Takes the last piece of a text; returns all that was held back and the piece. */
    String last(String channel, String piece) {
        Tail tail = tails.remove(channel);
        return rewriter.apply(tail == null ? piece : tail.text + piece);
    }

    /** Releases the held text of all channels with the prefix. */
    void release(String prefix, ReleaseHandler handler) {
        List.copyOf(tails.keySet()).stream()
                .filter(channel -> channel.startsWith(prefix))
                .forEach(channel -> {
                    Tail tail = tails.remove(channel);
                    handler.released(tail.event, channel, rewriter.apply(tail.text));
                });
    }

    private int decided(String text) {
        VisibleCharacters visible = VisibleCharacters.of(text);
        int until = text.length();
        int before;
        do {
            before = until;
            for (TextRule rule : rules) {
                until = rule.decidedUntil(text, until);
                if (visible != null) {
                    int seen = rule.decidedUntil(visible.visible(), visible.visibleBefore(until));
                    until = Math.min(until, visible.originalStart(seen));
                }
            }
        } while (until < before);
        if (text.length() - until > LONGEST) {
            return text.length();
        }
        boolean splitsPair = until > 0 && until < text.length() && Character.isLowSurrogate(text.charAt(until));
        return splitsPair ? until - 1 : until;
    }
}
