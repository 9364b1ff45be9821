package dev.sluice.protocol.continuation;

import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.sse.EventBytes;
import dev.sluice.protocol.sse.EventFramer;

/**
 * Anthropic's events. The second stream's words go on in the block that was open, its other blocks are counted on from
 * there. Thoughts of the second model are left out: in the middle of a text they have no place, and clients send their
 * signatures back.
 */
final class ForwardedMessages extends ForwardedStream {

    private static final int NONE = -1;

    private final BlockEventScanner event = new BlockEventScanner();
    private boolean began;
    /** The client's open block. */
    private int open = NONE;
    /** The number of the client's next block. */
    private int next;
    /** Where the second stream's block stands for the client; {@link #NONE} when the client does not see it. */
    private int place = NONE;

    @Override
    void observe(ByteSlice data) {
        event.read(data);
        switch (event.type) {
            case "message_start" -> began = true;
            case "content_block_start" -> {
                open = event.index;
                next = Math.max(next, event.index + 1);
                heard(data, event.inner.equals("text") && !event.citations);
            }
            case "content_block_delta" -> heard(data, event.inner.equals("text_delta"));
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
        place = NONE;
    }

    @Override
    void resume(EventFramer framed, EventBytes out) {
        event.read(framed.data());
        switch (event.type) {
            case "message_start" -> {
                if (!began) {
                    new Splice(framed, out).end();
                }
            }
            case "content_block_start" -> start(framed, out);
            case "content_block_delta" -> delta(framed, out);
            case "content_block_stop" -> {
                if (place != NONE) {
                    flush(out);
                    placed(framed, place, false, out);
                }
                place = NONE;
            }
            case "message_delta" -> {
                if (open != NONE && event.stopReason) {
                    stop(out);
                }
                new Splice(framed, out).end();
            }
            default -> new Splice(framed, out).end();
        }
    }

    private void heard(ByteSlice data, boolean text) {
        if (!text) {
            markNotPlain();
        } else if (event.hasText()) {
            say(data.array(), data.offset() + event.textStart, data.offset() + event.textEnd);
        }
    }

    private void start(EventFramer framed, EventBytes out) {
        switch (event.inner) {
            case "thinking", "redacted_thinking" -> place = NONE;
            case "text" -> {
                boolean goesOn = open != NONE;
                place = goesOn ? open : next;
                String words = event.hasText() ? event.decodedText() : "";
                if (!goesOn) {
                    placed(framed, place, true, out);
                }
                if (!words.isEmpty()) {
                    say(overlap().take(words), out);
                }
            }
            default -> {
                if (open != NONE) {
                    stop(out);
                }
                place = next;
                placed(framed, place, false, out);
            }
        }
    }

    private void delta(EventFramer framed, EventBytes out) {
        if (place == NONE) {
            return;
        }
        boolean text = event.inner.equals("text_delta");
        if (text && overlap().deciding()) {
            if (event.hasText()) {
                say(overlap().take(event.decodedText()), out);
            }
            return;
        }
        if (!text) {
            flush(out);
        }
        placed(framed, place, false, out);
    }

    private void flush(EventBytes out) {
        if (overlap().hasHeld()) {
            say(overlap().flush(), out);
        }
    }

    private void say(String words, EventBytes out) {
        if (!words.isEmpty()) {
            out.raw("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":" + place
                    + ",\"delta\":{\"type\":\"text_delta\",\"text\":");
            out.quoted(words);
            out.raw("}}\n\n");
        }
    }

    private void stop(EventBytes out) {
        out.raw("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":" + open + "}\n\n");
    }

    /** The event with its block's number, and perhaps without its words. */
    private void placed(EventFramer framed, int number, boolean wordless, EventBytes out) {
        Splice splice = new Splice(framed, out);
        boolean wordsFirst = event.textStart < event.indexStart;
        if (wordless && wordsFirst) {
            splice.put(event.textStart, event.textEnd, "\"\"");
        }
        splice.put(event.indexStart, event.indexEnd, Integer.toString(number));
        if (wordless && !wordsFirst) {
            splice.put(event.textStart, event.textEnd, "\"\"");
        }
        splice.end();
    }
}
