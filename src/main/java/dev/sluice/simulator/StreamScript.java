package dev.sluice.simulator;

import dev.sluice.simulator.Fault.Oddity;
import dev.sluice.simulator.Pacing.Beat;
import dev.sluice.simulator.Reply.Ending;
import dev.sluice.simulator.Reply.Piece;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Renders a response as the events of an SSE stream, one piece each, with its fault. Events are created as they are
 * sent.
 */
final class StreamScript {

    /** Larger than any reasonable limit for one event. */
    static final int OVERSIZED = 33 << 20;

    static final String FAILURE = "{\"error\":{\"message\":\"The server had an error while processing your"
            + " request.\",\"type\":\"server_error\",\"param\":null,\"code\":\"server_error\"}}";

    private static final String MALFORMED = "{\"id\":\"chatcmpl-1\",\"choices\":[{,,";
    private static final Buffer COMMENT = Buffer.buffer(": OPENROUTER PROCESSING\n\n");

    private final Envelope envelope;
    private final Fault.Within fault;

    StreamScript(Envelope envelope, Fault.Within fault) {
        this.envelope = envelope;
        this.fault = fault;
    }

    Reply.Http reply(long delayMillis, Pacing pacing) {
        String type = fault == Oddity.WRONG_CONTENT_TYPE ? "text/plain" : "text/event-stream";
        return reply(type, delayMillis, pacing, pieces().iterator(), ending());
    }

    static Reply.Http reply(long delayMillis, Pacing pacing, Iterator<Piece> pieces) {
        return reply("text/event-stream", delayMillis, pacing, pieces, Ending.COMPLETE);
    }

    Stream<Piece> pieces() {
        return switch (fault) {
            case Fault.None none -> healthy();
            case Fault.Midway midway -> broken(midway);
            case Oddity oddity -> styled(oddity);
        };
    }

    private static Reply.Http reply(
            String type, long delayMillis, Pacing pacing, Iterator<Piece> pieces, Ending ending) {
        Map<String, String> headers =
                Map.of("content-type", type, "cache-control", "no-cache", "transfer-encoding", "chunked");
        return new Reply.Http(200, headers, delayMillis, pacing, pieces, ending);
    }

    private Stream<Piece> healthy() {
        return concat(List.of(opening(), tokens(0, envelope.response().tokens()), closing()));
    }

    private Stream<Piece> broken(Fault.Midway midway) {
        int all = envelope.response().tokens();
        int after = midway.after() == Fault.HALFWAY ? all / 2 : Math.min(midway.after(), all);
        Stream<Piece> before = Stream.concat(opening(), tokens(0, after));
        return switch (midway.kind()) {
            case STALL, CUT, CUT_CLEAN, RESET_MID -> before;
            case ERROR_EVENT -> Stream.concat(before, Stream.of(event(FAILURE, Beat.NEXT)));
            case MALFORMED ->
                concat(List.of(before, Stream.of(event(MALFORMED, Beat.NEXT)), tokens(after, all), closing()));
            case OVERSIZED -> concat(List.of(before, oversized(), tokens(after, all), closing()));
        };
    }

    private Ending ending() {
        if (!(fault instanceof Fault.Midway midway)) {
            return Ending.COMPLETE;
        }
        return switch (midway.kind()) {
            case STALL -> Ending.STALL;
            case CUT -> Ending.CLOSE;
            case RESET_MID -> Ending.RESET;
            case CUT_CLEAN, ERROR_EVENT, MALFORMED, OVERSIZED -> Ending.COMPLETE;
        };
    }

    private Stream<Piece> opening() {
        List<String> choices = envelope.shape().opening(envelope.response());
        return IntStream.range(0, choices.size())
                .mapToObj(i -> event(envelope.chunk(choices.get(i)), i == 0 ? Beat.FIRST : Beat.AT_ONCE));
    }

    private Stream<Piece> tokens(int from, int to) {
        Beat first = envelope.shape() == OpenAiShapes.CHAT ? Beat.AT_ONCE : Beat.FIRST;
        return IntStream.range(from, to)
                .mapToObj(n -> event(
                        envelope.chunk(envelope.shape().token(envelope.response(), n)), n == 0 ? first : Beat.NEXT));
    }

    private Stream<Piece> closing() {
        String finish = envelope.shape().finish(envelope.response());
        Stream.Builder<Piece> closing = Stream.builder();
        if (fault == Oddity.USAGE_IN_CHOICES) {
            closing.add(event(envelope.chunkWithUsage(finish), Beat.AT_ONCE));
        } else {
            closing.add(event(envelope.chunk(finish), Beat.AT_ONCE));
            if (envelope.request().includeUsage()) {
                closing.add(event(envelope.chunkWithUsage(""), Beat.AT_ONCE));
            }
        }
        if (fault != Oddity.MISSING_DONE) {
            closing.add(event("[DONE]", Beat.AT_ONCE));
        }
        return closing.build();
    }

    private Stream<Piece> styled(Oddity oddity) {
        Stream<Piece> events = healthy();
        return switch (oddity) {
            case MISSING_DONE, USAGE_IN_CHOICES, WRONG_CONTENT_TYPE, CRLF -> events;
            case COMMENTS ->
                events.flatMap(
                        event -> Stream.of(new Piece(COMMENT, event.beat()), new Piece(event.bytes(), Beat.AT_ONCE)));
            case SPLIT -> events.flatMap(StreamScript::split);
            case JOINED ->
                Stream.of(new Piece(
                        events.map(Piece::bytes).collect(Buffer::buffer, Buffer::appendBuffer, Buffer::appendBuffer),
                        Beat.FIRST));
        };
    }

    /** Each byte is a separate piece. */
    static Stream<Piece> split(Piece piece) {
        return IntStream.range(0, piece.bytes().length())
                .mapToObj(i -> new Piece(piece.bytes().slice(i, i + 1), i == 0 ? piece.beat() : Beat.AT_ONCE));
    }

    private Piece event(String data, Beat beat) {
        String end = fault == Oddity.CRLF ? "\r\n\r\n" : "\n\n";
        return new Piece(Buffer.buffer("data: " + data + end), beat);
    }

    /** Made when it is due: the events before it do not wait. */
    private Stream<Piece> oversized() {
        return Stream.of(OVERSIZED).map(size -> {
            Buffer event =
                    event(envelope.chunk("{\"padding\":\"\"}"), Beat.NEXT).bytes();
            int at = event.toString().indexOf("\"\"}") + 1;
            byte[] padded = new byte[event.length() + size];
            Arrays.fill(padded, at, at + size, (byte) 'x');
            event.getBytes(0, at, padded, 0);
            event.getBytes(at, event.length(), padded, at + size);
            return new Piece(Buffer.buffer(padded), Beat.NEXT);
        });
    }

    /** Concatenates lazily: unlike {@code flatMap}, it does not collect a stream before the first element. */
    private static Stream<Piece> concat(List<Stream<Piece>> parts) {
        return parts.stream().reduce(Stream.empty(), Stream::concat);
    }
}
