package dev.sluice.protocol.spi;

import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.json.Json;

/**
 * Bounds on what Sluice holds and writes for one response. They are far above the output of any model: a provider that
 * exceeds them is broken or hostile, and the response ends as {@code UPSTREAM} with the code
 * {@code response_too_large}.
 */
public final class ResponseLimits {

    /** Tool calls in one response. */
    public static final int MAX_CALLS = 1_024;

    /** Parts, items and citations in one response, for each of which state is kept. */
    public static final int MAX_PARTS = 16_384;

    /** UTF-16 units of text, reasoning, arguments and sources in a streamed response. */
    public static final long MAX_TEXT = 32L << 20;

    /** Bytes of one stream. 128,000 tokens fit, each with the log probabilities of twenty alternatives. */
    public static final long MAX_STREAM = 256L << 20;

    /** What one token's log probabilities count as: they are large, and some encoders keep them until the end. */
    private static final int TOKEN = 100;

    private long bytes;
    private long text;
    private int parts;

    /** @param before the number so far */
    public static void checkCalls(int before) {
        if (before >= MAX_CALLS) {
            throw tooLarge(MAX_CALLS + " tool calls");
        }
    }

    /** @param before the number so far */
    public static void checkParts(int before) {
        if (before > MAX_PARTS) {
            throw tooLarge(MAX_PARTS + " parts");
        }
    }

    /** @param length of the text that is held back to be written in one piece, in UTF-16 units */
    public static void checkHeld(int length) {
        if (length > MAX_TEXT) {
            throw tooLarge(MAX_TEXT + " characters");
        }
    }

    /** @throws GatewayException when the stream exceeds {@link #MAX_STREAM} */
    public void read(int more) {
        bytes += more;
        if (bytes > MAX_STREAM) {
            throw tooLarge(MAX_STREAM + " bytes");
        }
    }

    /** @throws GatewayException when the event exceeds a bound */
    public void count(ResponseEvent event) {
        switch (event) {
            case ResponseEvent.TextDelta delta ->
                text(delta.text().length() + (long) TOKEN * delta.logprobs().size());
            case ResponseEvent.RefusalDelta delta -> text(delta.text().length());
            case ResponseEvent.ReasoningDelta delta -> text(delta.text().length());
            case ResponseEvent.ToolCallDelta delta -> text(delta.fragment().length());
            case ResponseEvent.ToolCallStarted call -> {
                checkCalls(call.call());
                checkParts(parts++);
            }
            case ResponseEvent.CitationAdded added -> {
                checkParts(parts++);
                text(length(added.citation().url()) + length(added.citation().title()));
            }
            case ResponseEvent.ReasoningSigned signed -> checkParts(parts++);
            case ResponseEvent.PartEnded ended -> checkParts(parts++);
            case ResponseEvent.NativePart part -> {
                checkParts(parts++);
                text(Json.bytes(part.part().block()).length());
            }
            case ResponseEvent.Started started -> {}
            case ResponseEvent.ToolCallEnded ended -> {}
            case ResponseEvent.UsageReported reported -> {}
            case ResponseEvent.Finished finished -> {}
        }
    }

    /** UTF-16 units of text so far. */
    public long textLength() {
        return text;
    }

    private static long length(String text) {
        return text == null ? 0 : text.length();
    }

    private void text(long more) {
        text += more;
        if (text > MAX_TEXT) {
            throw tooLarge(MAX_TEXT + " characters");
        }
    }

    private static GatewayException tooLarge(String bound) {
        return new GatewayException(GatewayError.of(Kind.UPSTREAM, "the provider sent a response of more than " + bound)
                .withCode(FailureCode.RESPONSE_TOO_LARGE));
    }
}
