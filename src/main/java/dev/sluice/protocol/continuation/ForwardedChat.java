package dev.sluice.protocol.continuation;

import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.codec.PassThroughReader;
import dev.sluice.protocol.sse.EventBytes;
import dev.sluice.protocol.sse.EventFramer;

/**
 * OpenAI's chunks: of chat, and of completions. The second stream's chunks get the first one's {@code id},
 * {@code created} and {@code model}: libraries take them for one answer by these, and some join what differs.
 */
final class ForwardedChat extends ForwardedStream {

    private final String object;
    private final String before;
    private final String behind;
    private final ChatDeltaScanner delta = new ChatDeltaScanner();
    private String id;
    private String created;
    private String model;

    private ForwardedChat(String object, String before, String behind) {
        this.object = object;
        this.before = before;
        this.behind = behind;
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
            say(data.array(), data.offset() + delta.text.start, data.offset() + delta.text.end);
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
            new Splice(event, out).end();
            return;
        }
        delta.read(data);
        boolean bare = delta.choices > 0 && !delta.finish && !delta.other;
        if (delta.text.hasText() && overlap().deciding()) {
            say(overlap().take(delta.decodedText()), out);
            if (!bare) {
                flush(out);
                write(event, true, out);
            }
            return;
        }
        if (bare && delta.role && id != null) {
            // The client was told the role; some libraries would put it behind the first.
            say(delta.text.hasText() ? delta.decodedText() : "", out);
            return;
        }
        if (!bare) {
            flush(out);
        }
        write(event, false, out);
    }

    private void flush(EventBytes out) {
        if (overlap().hasHeld()) {
            say(overlap().flush(), out);
        }
    }

    private void say(String words, EventBytes out) {
        if (words.isEmpty()) {
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
        out.raw(head.append(",\"choices\":[{\"index\":0,").append(before).toString());
        out.quoted(words);
        out.raw(behind);
    }

    /** The chunk with what makes it one of the first stream's; members may stand in any order. */
    private void write(EventFramer event, boolean wordless, EventBytes out) {
        Splice splice = new Splice(event, out);
        int done = -1;
        while (true) {
            ChatDeltaScanner.Span next = null;
            String by = null;
            if (id != null && follows(delta.id, done, next)) {
                next = delta.id;
                by = id;
            }
            if (created != null && follows(delta.created, done, next)) {
                next = delta.created;
                by = created;
            }
            if (model != null && follows(delta.model, done, next)) {
                next = delta.model;
                by = model;
            }
            if (wordless && follows(delta.text, done, next)) {
                next = delta.text;
                by = "\"\"";
            }
            if (next == null) {
                splice.end();
                return;
            }
            splice.put(next.start, next.end, by);
            done = next.start;
        }
    }

    private static boolean follows(ChatDeltaScanner.Span span, int done, ChatDeltaScanner.Span before) {
        return span.start > done && (before == null || span.start < before.start);
    }
}
