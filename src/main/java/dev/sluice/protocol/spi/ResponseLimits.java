package dev.sluice.protocol.spi;

import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.json.Json;

/**
 * What one answer may make us hold and write. Far above what any model says: whoever goes beyond is broken or hostile,
 * and the answer ends as {@code UPSTREAM} with the code {@code answer_too_large}.
 */
public final class ResponseLimits {

    /** Of tools, in one answer. */
    public static final int MAX_CALLS = 1_024;

    /** Of places in an answer that are remembered: parts, items, citations. */
    public static final int MAX_PARTS = 16_384;

    /** UTF-16 units of text, reasoning, arguments and sources in a streamed answer. */
    public static final long MAX_TEXT = 32L << 20;

    /** Of one stream in bytes: 128,000 tokens with the probabilities of twenty alternatives each fit. */
    public static final long MAX_STREAM = 256L << 20;

    /** What a token's probabilities count for: they are large, and some writers keep them to the end. */
    private static final int TOKEN = 100;

    private long bytes;
    private long text;
    private int parts;

    /** @param before how many there are already */
    public static void calls(int before) {
        if (before >= MAX_CALLS) {
            throw tooLarge(MAX_CALLS + " tool calls");
        }
    }

    /** @param before how many there are already */
    public static void parts(int before) {
        if (before > MAX_PARTS) {
            throw tooLarge(MAX_PARTS + " parts");
        }
    }

    /** @param length of what waits to be told in one piece, in UTF-16 units */
    public static void held(int length) {
        if (length > MAX_TEXT) {
            throw tooLarge(MAX_TEXT + " characters");
        }
    }

    /** @throws GatewayException when the stream is longer than any answer */
    public void read(int more) {
        bytes += more;
        if (bytes > MAX_STREAM) {
            throw tooLarge(MAX_STREAM + " bytes");
        }
    }

    /** @throws GatewayException when the event is one too many */
    public void count(ResponseEvent event) {
        switch (event) {
            case ResponseEvent.TextDelta delta ->
                text(delta.text().length() + (long) TOKEN * delta.logprobs().size());
            case ResponseEvent.RefusalDelta delta -> text(delta.text().length());
            case ResponseEvent.ReasoningDelta delta -> text(delta.text().length());
            case ResponseEvent.ToolCallDelta delta -> text(delta.fragment().length());
            case ResponseEvent.ToolCallStarted call -> {
                calls(call.call());
                parts(parts++);
            }
            case ResponseEvent.CitationAdded added -> {
                parts(parts++);
                text(length(added.citation().url()) + length(added.citation().title()));
            }
            case ResponseEvent.ReasoningSigned signed -> parts(parts++);
            case ResponseEvent.PartEnded ended -> parts(parts++);
            case ResponseEvent.NativePart part -> {
                parts(parts++);
                text(Json.bytes(part.part().block()).length());
            }
            case ResponseEvent.Started started -> {}
            case ResponseEvent.ToolCallEnded ended -> {}
            case ResponseEvent.UsageReported seen -> {}
            case ResponseEvent.Finished finished -> {}
        }
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
        return new GatewayException(GatewayError.of(Kind.UPSTREAM, "the provider answered with more than " + bound)
                .withCode(FailureCode.ANSWER_TOO_LARGE));
    }
}
