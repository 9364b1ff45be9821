package dev.sluice.http.exchange;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.RequestContext;
import dev.sluice.protocol.sse.EventFramer;
import dev.sluice.stream.Buffers;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/**
 * How the events of a stream reach the client: as they are, or as the elements of one JSON array, which Gemini's API
 * sends to a client that does not ask for events.
 */
class StreamFraming {

    static final StreamFraming EVENTS = new StreamFraming();

    /** A comment of the event stream format: clients skip it. */
    private static final String PING = ": ping\n\n";

    static StreamFraming of(RequestContext context) {
        return context.jsonArray ? new JsonArray() : EVENTS;
    }

    void writeHead(HttpServerResponse response) {
        SluiceHeaders.writeEventStream(response);
    }

    /** @param events whole events */
    Buffer frame(ByteSlice events) {
        return Buffers.buffer(events);
    }

    /** The end of the stream, after the last events. */
    Buffer end(ByteSlice events) {
        return Buffers.buffer(events);
    }

    /** What keeps a silent stream open. */
    String ping() {
        return PING;
    }

    private static final class JsonArray extends StreamFraming {

        private final EventFramer framer = new EventFramer(EventFramer.LARGEST_EVENT);
        private boolean started;

        @Override
        void writeHead(HttpServerResponse response) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
        }

        @Override
        Buffer frame(ByteSlice events) {
            Buffer elements = Buffer.buffer(events.length());
            framer.feed(events);
            while (framer.next()) {
                if (framer.hasData()) {
                    elements.appendString(started ? ",\n" : "[").appendBuffer(Buffers.buffer(framer.data()));
                    started = true;
                }
            }
            framer.release();
            return elements;
        }

        @Override
        Buffer end(ByteSlice events) {
            Buffer last = frame(events);
            return last.appendString(started ? "]" : "[]");
        }

        @Override
        String ping() {
            return "\n";
        }
    }
}
