package dev.sluice.protocol.continuation;

import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.sse.EventBytes;
import dev.sluice.protocol.sse.EventFramer;

/**
 * Events of Anthropic's Messages. The second stream's text continues the open block, and the indexes of its other
 * blocks follow. Thinking of the second model is left out: it cannot appear inside a text, and clients would send its
 * signature back.
 */
final class ForwardedMessages extends ForwardedStream {

    private static final int NONE = -1;

    private final BlockEventScanner event = new BlockEventScanner();
    private boolean started;
    /** The index of the client's open block. */
    private int open = NONE;
    /** The index of the client's next block. */
    private int next;
    /** The client's index of the second stream's block; {@link #NONE} when the block is left out. */
    private int target = NONE;

    @Override
    void observe(ByteSlice data) {
        event.read(data);
        switch (event.type) {
            case "message_start" -> started = true;
            case "content_block_start" -> {
                open = event.index;
                next = Math.max(next, event.index + 1);
                observeContent(data, event.inner.equals("text") && !event.citations);
            }
            case "content_block_delta" -> observeContent(data, event.inner.equals("text_delta"));
            case "content_block_stop" -> open = NONE;
            case "message_delta" -> {
                if (event.stopReason) {
                    finish();
                }
            }
            case "message_stop" -> finish();
            default -> {}
        }
    }

    @Override
    void restart(Overlap with) {
        super.restart(with);
        target = NONE;
    }

    @Override
    void resume(EventFramer framed, EventBytes out) {
        event.read(framed.data());
        switch (event.type) {
            case "message_start" -> {
                if (!started) {
                    new EventPatch(framed, out).end();
                }
            }
            case "content_block_start" -> start(framed, out);
            case "content_block_delta" -> delta(framed, out);
            case "content_block_stop" -> {
                if (target != NONE) {
                    flush(out);
                    withIndex(framed, target, false, out);
                }
                target = NONE;
            }
            case "message_delta" -> {
                if (open != NONE && event.stopReason) {
                    stop(out);
                }
                new EventPatch(framed, out).end();
            }
            default -> new EventPatch(framed, out).end();
        }
    }

    private void observeContent(ByteSlice data, boolean text) {
        if (!text) {
            markNotPlain();
        } else if (event.hasText()) {
            append(data.array(), data.offset() + event.textStart, data.offset() + event.textEnd);
        }
    }

    private void start(EventFramer framed, EventBytes out) {
        switch (event.inner) {
            case "thinking", "redacted_thinking" -> target = NONE;
            case "text" -> {
                boolean continues = open != NONE;
                target = continues ? open : next;
                String text = event.hasText() ? event.decodedText() : "";
                if (!continues) {
                    withIndex(framed, target, true, out);
                }
                if (!text.isEmpty()) {
                    writeText(overlap().take(text), out);
                }
            }
            default -> {
                if (open != NONE) {
                    stop(out);
                }
                target = next;
                withIndex(framed, target, false, out);
            }
        }
    }

    private void delta(EventFramer framed, EventBytes out) {
        if (target == NONE) {
            return;
        }
        boolean text = event.inner.equals("text_delta");
        if (text && overlap().undecided()) {
            if (event.hasText()) {
                writeText(overlap().take(event.decodedText()), out);
            }
            return;
        }
        if (!text) {
            flush(out);
        }
        withIndex(framed, target, false, out);
    }

    private void flush(EventBytes out) {
        if (overlap().hasHeld()) {
            writeText(overlap().flush(), out);
        }
    }

    private void writeText(String text, EventBytes out) {
        if (!text.isEmpty()) {
            out.raw("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":" + target
                    + ",\"delta\":{\"type\":\"text_delta\",\"text\":");
            out.quoted(text);
            out.raw("}}\n\n");
        }
    }

    private void stop(EventBytes out) {
        out.raw("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":" + open + "}\n\n");
    }

    /** Writes the event with another block index, optionally with empty text. */
    private void withIndex(EventFramer framed, int number, boolean withoutText, EventBytes out) {
        EventPatch patch = new EventPatch(framed, out);
        boolean textFirst = event.textStart < event.indexStart;
        if (withoutText && textFirst) {
            patch.put(event.textStart, event.textEnd, "\"\"");
        }
        patch.put(event.indexStart, event.indexEnd, Integer.toString(number));
        if (withoutText && !textFirst) {
            patch.put(event.textStart, event.textEnd, "\"\"");
        }
        patch.end();
    }
}
