package dev.sluice.protocol.continuation;

import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.json.JsonScanner;
import java.nio.charset.StandardCharsets;

/**
 * The parts of one chunk of Chat Completions or Completions, scanned in one pass. Spans are offsets from the start of
 * the data, -1 when the member is missing. Reused from event to event.
 */
final class ChatDeltaScanner {

    private static final byte[] ID = bytes("id");
    private static final byte[] CREATED = bytes("created");
    private static final byte[] MODEL = bytes("model");
    private static final byte[] CHOICES = bytes("choices");
    private static final byte[] INDEX = bytes("index");
    private static final byte[] DELTA = bytes("delta");
    private static final byte[] TEXT = bytes("text");
    private static final byte[] FINISH_REASON = bytes("finish_reason");
    private static final byte[] ROLE = bytes("role");
    private static final byte[] CONTENT = bytes("content");

    /** A literal in the data. */
    static final class Span {
        int start;
        int end;

        boolean present() {
            return start >= 0;
        }

        /** For a string: whether it is not empty. */
        boolean hasText() {
            return start >= 0 && end - start > 2;
        }

        private void clear() {
            start = end = -1;
        }
    }

    final Span id = new Span();
    final Span created = new Span();
    final Span model = new Span();
    final Span text = new Span();
    boolean role;
    boolean finish;
    /** Whether the chunk has content other than text, or a choice other than the first. */
    boolean other;

    int choices;

    private final JsonScanner json = new JsonScanner();
    private ByteSlice data;

    void read(ByteSlice chunk) {
        data = chunk;
        id.clear();
        created.clear();
        model.clear();
        text.clear();
        role = finish = other = false;
        choices = 0;
        json.reset(chunk);
        if (json.peek() != '{') {
            return;
        }
        json.enter();
        while (json.more()) {
            if (json.nameIs(CHOICES) && json.peek() == '[') {
                choices();
            } else if (json.nameIs(ID)) {
                span(id);
            } else if (json.nameIs(CREATED)) {
                span(created);
            } else if (json.nameIs(MODEL)) {
                span(model);
            } else {
                json.skip();
            }
        }
    }

    String literal(Span span) {
        return new ByteSlice(data.array(), data.offset() + span.start, span.end - span.start).toText();
    }

    String decodedText() {
        return JsonScanner.text(data.array(), data.offset() + text.start, data.offset() + text.end);
    }

    private void choices() {
        json.enter();
        while (json.more()) {
            choices++;
            if (choices > 1 || json.peek() != '{') {
                other = true;
                json.skip();
            } else {
                choice();
            }
        }
    }

    private void choice() {
        json.enter();
        while (json.more()) {
            if (json.nameIs(DELTA) && json.peek() == '{') {
                delta();
            } else if (json.nameIs(TEXT)) {
                content();
            } else if (json.nameIs(FINISH_REASON)) {
                finish = json.peek() == '"';
                json.skip();
            } else if (json.nameIs(INDEX)) {
                other |= json.peek() != '0';
                json.skip();
            } else {
                json.skip();
            }
        }
    }

    private void delta() {
        json.enter();
        while (json.more()) {
            if (json.nameIs(CONTENT)) {
                content();
            } else if (json.nameIs(ROLE)) {
                role = true;
                json.skip();
            } else {
                other |= notEmpty();
            }
        }
    }

    private void content() {
        byte type = json.peek();
        if (type == '"') {
            span(text);
        } else {
            other |= type != 'n';
            json.skip();
        }
    }

    /** Whether the current value is neither null nor an empty string, array or object. */
    private boolean notEmpty() {
        byte type = json.peek();
        int start = json.position();
        json.skip();
        return switch (type) {
            case 'n' -> false;
            case '"', '[', '{' -> json.position() - start > 2;
            default -> true;
        };
    }

    private void span(Span span) {
        json.peek();
        span.start = json.position() - data.offset();
        json.skip();
        span.end = json.position() - data.offset();
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}
