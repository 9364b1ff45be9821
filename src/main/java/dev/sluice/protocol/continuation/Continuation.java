package dev.sluice.protocol.continuation;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.sse.EventBytes;
import dev.sluice.protocol.sse.EventFramer;

/**
 * A streamed response that can be resumed at another target after it was cut, so that the client reads one stream: one
 * start, the first stream's ids and model, no repeated text, one end. Created for an exchange whose route enables it.
 *
 * <p>Only plain text can be resumed: a response with a tool call, reasoning or a citation fails as without a
 * continuation. The client sees the usage of the last stream; each attempt records its own. {@code max_tokens} stays as
 * the client sent it, so the resumed response can become longer.
 *
 * <p>Confined to one thread.
 */
public final class Continuation {

    private final ClientRequest request;
    private final ResumeRequest resumeRequest;
    private final ForwardedStream forwarded;
    /** The readers of both streams limit their events already; this framer must not be stricter. */
    private final EventFramer observed = new EventFramer(EventFramer.LARGEST_EVENT);

    private final EventBytes out = new EventBytes();
    private EventFramer second;
    private boolean malformed;

    private Continuation(ClientRequest request, ResumeRequest resumeRequest, ForwardedStream forwarded) {
        this.request = request;
        this.resumeRequest = resumeRequest;
        this.forwarded = forwarded;
    }

    /**
     * Null when a response to this request cannot be resumed: not streamed, several choices, JSON output, or no text
     * surface.
     */
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

    /** Observes bytes of the first stream as forwarded to the client, and returns them. */
    public ByteSlice observe(ByteSlice bytes) {
        if (malformed || second == null && !forwarded.plain()) {
            return bytes;
        }
        observed.feed(bytes);
        while (observed.next()) {
            if (observed.hasData()) {
                observeEvent(observed.data());
            }
        }
        malformed |= observed.tooLarge();
        observed.release();
        return bytes;
    }

    /** Whether the response can be resumed if it is cut here: only plain text so far, and not finished. */
    public boolean canResume() {
        return !diverged() && forwarded.plain() && !forwarded.finished();
    }

    /**
     * The request for the next target, in the client's format.
     *
     * @param prefill whether the target continues a conversation that ends with assistant text; not used when the
     *     client requests reasoning, since Anthropic rejects the combination
     * @throws dev.sluice.model.GatewayException when the request would be too large
     */
    public ClientRequest nextRequest(boolean prefill) {
        return restart(prefill && !resumeRequest.wantsReasoning());
    }

    /**
     * Takes bytes of the second stream, not necessarily whole events.
     *
     * @return whole events for the client; often empty at first
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
        second.release();
        return visible.drain();
    }

    /**
     * Whether the second stream does not continue the first: it repeats its beginning and then differs, or it is
     * malformed. Nothing more of it is forwarded; the exchange ends it and reports the first failure to the client.
     */
    public boolean diverged() {
        return malformed || forwarded.diverged();
    }

    /** An SSE comment, which client libraries skip, that names the target that resumed the response. */
    public ByteSlice resumeComment(String provider, String model) {
        return ByteSlice.of(": sluice-continued " + line(provider) + "/" + line(model) + "\n\n");
    }

    private ClientRequest restart(boolean prefill) {
        String text = forwarded.text().toString();
        int kept = text.length();
        if (kept > 0 && Character.isHighSurrogate(text.charAt(kept - 1))) {
            kept--; // its other half was cut off: the model repeats the character
        }
        // Anthropic rejects trailing white space in a prefilled message.
        while (prefill && kept > 0 && Character.isWhitespace(text.charAt(kept - 1))) {
            kept--;
        }
        second = new EventFramer(EventFramer.LARGEST_EVENT);
        forwarded.restart(new Overlap(text, text.substring(kept), prefill));
        return kept == 0 ? request : resumeRequest.with(text.substring(0, kept), prefill);
    }

    private void observeEvent(ByteSlice data) {
        try {
            if (!isBlank(data)) {
                forwarded.observe(data);
            }
        } catch (MalformedJson invalid) {
            malformed = true;
        }
    }

    private ByteSlice event() {
        if (!second.hasData() || isBlank(second.data())) {
            return new ByteSlice(second.array(), second.eventStart(), second.eventEnd() - second.eventStart());
        }
        try {
            forwarded.resume(second, out);
        } catch (MalformedJson invalid) {
            malformed = true;
        }
        ByteSlice written = out.drain();
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
