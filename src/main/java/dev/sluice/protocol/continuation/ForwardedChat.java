package dev.sluice.protocol.continuation;

import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.codec.PassThroughReader;
import dev.sluice.protocol.sse.EventBytes;
import dev.sluice.protocol.sse.EventFramer;

/**
 * Chunks of Chat Completions and Completions. The second stream's chunks get the first one's {@code id},
 * {@code created} and {@code model}, by which client libraries recognize one response.
 */
final class ForwardedChat extends ForwardedStream {

    private final String object;
    private final String beforeText;
    private final String afterText;
    private final ChatDeltaScanner delta = new ChatDeltaScanner();
    private String id;
    private String created;
    private String model;

    private ForwardedChat(String object, String beforeText, String afterText) {
        this.object = object;
        this.beforeText = beforeText;
        this.afterText = afterText;
    }

    static ForwardedChat chat() {
        return new ForwardedChat(
                "chat.completion.chunk",
                "\"delta\":{\"content\":",
                "},\"logprobs\":null,\"finish_reason\":null}]}\n\n");
    }

    static ForwardedChat completions() {
        return new ForwardedChat("text_completion", "\"text\":", ",\"logprobs\":null,\"finish_reason\":null}]}\n\n");
    }

    @Override
    void observe(ByteSlice data) {
        if (PassThroughReader.isDone(data)) {
            finish();
            return;
        }
        delta.read(data);
        if (delta.choices == 0) {
            return;
        }
        if (id == null) {
            id = delta.id.present() ? delta.literal(delta.id) : "\"\"";
            created = delta.created.present() ? delta.literal(delta.created) : null;
            model = delta.model.present() ? delta.literal(delta.model) : null;
        }
        if (delta.other) {
            markNotPlain();
        }
        if (delta.text.present()) {
            append(data.array(), data.offset() + delta.text.start, data.offset() + delta.text.end);
        }
        if (delta.finish) {
            finish();
        }
    }

    @Override
    void resume(EventFramer event, EventBytes out) {
        ByteSlice data = event.data();
        if (PassThroughReader.isDone(data)) {
            flush(out);
            new EventPatch(event, out).end();
            return;
        }
        delta.read(data);
        boolean textOnly = delta.choices > 0 && !delta.finish && !delta.other;
        if (delta.text.hasText() && overlap().undecided()) {
            writeText(overlap().take(delta.decodedText()), out);
            if (!textOnly) {
                flush(out);
                write(event, true, out);
            }
            return;
        }
        if (textOnly && delta.role && id != null) {
            // The client has the role already; some libraries would append it to the first.
            writeText(delta.text.hasText() ? delta.decodedText() : "", out);
            return;
        }
        if (!textOnly) {
            flush(out);
        }
        write(event, false, out);
    }

    private void flush(EventBytes out) {
        if (overlap().hasHeld()) {
            writeText(overlap().flush(), out);
        }
    }

    private void writeText(String text, EventBytes out) {
        if (text.isEmpty()) {
            return;
        }
        StringBuilder head = new StringBuilder("data: {\"id\":")
                .append(id)
                .append(",\"object\":\"")
                .append(object)
                .append('"');
        if (created != null) {
            head.append(",\"created\":").append(created);
        }
        if (model != null) {
            head.append(",\"model\":").append(model);
        }
        out.raw(head.append(",\"choices\":[{\"index\":0,").append(beforeText).toString());
        out.quoted(text);
        out.raw(afterText);
    }

    /** Writes the chunk with the identity of the first stream. The members can have any order. */
    private void write(EventFramer event, boolean withoutText, EventBytes out) {
        EventPatch patch = new EventPatch(event, out);
        int done = -1;
        while (true) {
            ChatDeltaScanner.Span next = null;
            String replacement = null;
            if (id != null && follows(delta.id, done, next)) {
                next = delta.id;
                replacement = id;
            }
            if (created != null && follows(delta.created, done, next)) {
                next = delta.created;
                replacement = created;
            }
            if (model != null && follows(delta.model, done, next)) {
                next = delta.model;
                replacement = model;
            }
            if (withoutText && follows(delta.text, done, next)) {
                next = delta.text;
                replacement = "\"\"";
            }
            if (next == null) {
                patch.end();
                return;
            }
            patch.put(next.start, next.end, replacement);
            done = next.start;
        }
    }

    private static boolean follows(ChatDeltaScanner.Span span, int done, ChatDeltaScanner.Span before) {
        return span.start > done && (before == null || span.start < before.start);
    }
}
