package dev.sluice.protocol.continuation;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.sse.EventBytes;
import dev.sluice.protocol.sse.EventFramer;

/**
 * A streamed answer that may go on at another target after a cut, so that the client reads one stream: one opening, the
 * first stream's ids and model, each word once, one end. Made for an exchange whose route asks for it.
 *
 * <p>Only plain text goes on: an answer in which a tool call, a thought or a citation has begun fails as it would have.
 * Usage, as the client sees it, is that of the last stream; each attempt's own is its record's. {@code max_tokens}
 * stays as the client sent it, so the whole may become longer than that.
 *
 * <p>Confined to one thread.
 */
public final class Continuation {

    private final ClientRequest request;
    private final ResumeRequest nextRequest;
    private final ForwardedStream forwarded;
    private final EventFramer heard = new EventFramer();
    private final EventBytes out = new EventBytes();
    private EventFramer second;
    private boolean malformed;

    private Continuation(ClientRequest request, ResumeRequest nextRequest, ForwardedStream forwarded) {
        this.request = request;
        this.nextRequest = nextRequest;
        this.forwarded = forwarded;
    }

    /** Null when an answer to this request cannot go on: not streamed, several choices, JSON by schema, no words. */
    public static Continuation of(ClientRequest request) {
        ResumeRequest next = new ResumeRequest(request);
        if (!next.canResume()) {
            return null;
        }
        ForwardedStream forwarded = switch (request.surface()) {
            case CHAT_COMPLETIONS -> ForwardedChat.chat();
            case COMPLETIONS -> ForwardedChat.completions();
            case RESPONSES -> new ForwardedResponses();
            default -> new ForwardedMessages();
        };
        return new Continuation(request, next, forwarded);
    }

    /** Is shown bytes of the first stream, as the client sees them. Returns the same. */
    public ByteSlice observe(ByteSlice bytes) {
        if (malformed || second == null && !forwarded.plain()) {
            return bytes;
        }
        heard.feed(bytes);
        while (heard.next()) {
            if (heard.hasData()) {
                hear(heard.data());
            }
        }
        malformed |= heard.tooLarge();
        heard.keep();
        return bytes;
    }

    /** Whether the answer, cut here, can go on: it was plain text so far, and was not finished. */
    public boolean canResume() {
        return !diverged() && forwarded.plain() && !forwarded.finished();
    }

    /**
     * What to ask the next target, in the client's format.
     *
     * @param prefill whether the target takes a conversation that ends with the assistant's words, and goes on with
     *     them; not made use of where the client asks for thoughts: Anthropic refuses both together
     * @throws dev.sluice.model.GatewayException when the request would be too large to be one
     */
    public ClientRequest nextRequest(boolean prefill) {
        return ask(prefill && !nextRequest.wantsReasoning());
    }

    /**
     * Takes bytes of the second stream, whole events or not.
     *
     * @return what of them the client may see, in whole events; often empty at first
     */
    public ByteSlice resume(ByteSlice bytes) {
        if (diverged()) {
            return ByteSlice.EMPTY;
        }
        EventBytes visible = new EventBytes();
        second.feed(bytes);
        while (!diverged() && second.next()) {
            ByteSlice event = event();
            observe(event);
            visible.raw(event);
        }
        malformed |= second.tooLarge();
        second.keep();
        return visible.take();
    }

    /**
     * Whether the second stream turned out not to be the rest of the first: it began like it and then said something
     * else, or it made no sense. Nothing more of it is passed on; the exchange ends it, and the client learns of the
     * first failure.
     */
    public boolean diverged() {
        return malformed || forwarded.diverged();
    }

    /** A comment, which clients' libraries skip, that tells who went on with the answer. */
    public ByteSlice resumeComment(String provider, String model) {
        return ByteSlice.of(": sluice-continued " + line(provider) + "/" + line(model) + "\n\n");
    }

    private ClientRequest ask(boolean prefill) {
        String text = forwarded.text().toString();
        int kept = text.length();
        if (kept > 0 && Character.isHighSurrogate(text.charAt(kept - 1))) {
            kept--; // its other half was cut off: the model says the character again
        }
        // Anthropic refuses white space at the end of a prefilled turn.
        while (prefill && kept > 0 && Character.isWhitespace(text.charAt(kept - 1))) {
            kept--;
        }
        second = new EventFramer();
        forwarded.restart(new Overlap(text, text.substring(kept), prefill));
        return kept == 0 ? request : nextRequest.with(text.substring(0, kept), prefill);
    }

    private void hear(ByteSlice data) {
        try {
            if (!isBlank(data)) {
                forwarded.observe(data);
            }
        } catch (MalformedJson nonsense) {
            malformed = true;
        }
    }

    private ByteSlice event() {
        if (!second.hasData() || isBlank(second.data())) {
            return new ByteSlice(second.array(), second.eventStart(), second.eventEnd() - second.eventStart());
        }
        try {
            forwarded.resume(second, out);
        } catch (MalformedJson nonsense) {
            malformed = true;
        }
        ByteSlice written = out.take();
        return diverged() ? ByteSlice.EMPTY : written;
    }

    private static boolean isBlank(ByteSlice data) {
        int at = data.offset();
        while (at < data.end() && data.array()[at] <= ' ' && data.array()[at] >= 0) {
            at++;
        }
        return at == data.end();
    }

    private static String line(String name) {
        return name.replaceAll("\\p{Cntrl}", "");
    }
}
