package dev.sluice.http.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonText;
import dev.sluice.protocol.responses.StreamedOutput;
import dev.sluice.protocol.sse.EventFramer;
import dev.sluice.stream.Buffers;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The response to one {@code response.create} event: writes the server-sent events that an HTTP client would get as
 * text messages, and an error as an {@code error} event. The first message has the headers of the response.
 */
final class CreateResponse extends SocketResponse {

    /** Headers of HTTP itself. */
    private static final Set<String> NOT_TOLD = Set.of(
            "connection",
            "content-type",
            "content-length",
            "transfer-encoding",
            "cache-control",
            "x-accel-buffering",
            "www-authenticate");

    private static final int OK = 200;

    private final ResponsesSocket socket;
    private final String streamId;
    private final StreamedOutput output;
    private final EventFramer framer = new EventFramer(EventFramer.LARGEST_EVENT);
    private Handler<Throwable> exceptionHandler;
    private Handler<Void> drainHandler;
    private Handler<Void> endHandler;
    private Handler<Void> closeHandler;
    private Future<Void> lastWrite = Future.succeededFuture();
    private boolean began;
    private boolean ended;
    private boolean closed;
    private long written;

    /** @param streamId the lane; null for the one without a name */
    CreateResponse(ResponsesSocket socket, String streamId, StreamedOutput output) {
        this.socket = socket;
        this.streamId = streamId;
        this.output = output;
    }

    /**
     * An error in the form of this transport.
     *
     * @param streamId the lane; null for the one without a name
     * @param error as in the body of an HTTP response
     * @param headers of that response
     */
    static String errorEvent(String streamId, int status, JsonNode error, ObjectNode headers) {
        ObjectNode event = Json.object().put("type", "error");
        if (streamId != null) {
            event.put("stream_id", streamId);
        }
        // Open Responses requires a code where OpenAI's format allows null.
        if (error instanceof ObjectNode members && !members.hasNonNull("code")) {
            members.put("code", members.path("type").asText());
        }
        event.put("status", status).set("error", error);
        if (!headers.isEmpty()) {
            event.set("headers", headers);
        }
        return Json.text(event);
    }

    String lane() {
        return streamId;
    }

    /** What the conversation remembers of it. */
    StreamedOutput output() {
        return output;
    }

    /** Whether it is an error, or ended with one. */
    boolean failed() {
        return getStatusCode() >= 400 || output.failed();
    }

    /** The client reads again. */
    void drained() {
        if (drainHandler != null && !ended) {
            drainHandler.handle(null);
        }
    }

    /** The connection has ended. */
    void connectionClosed() {
        if (closed) {
            return;
        }
        closed = true;
        if (!ended && exceptionHandler != null) {
            exceptionHandler.handle(new HttpClosedException("Connection was closed"));
        }
        if (!ended && endHandler != null) {
            endHandler.handle(null);
        }
        if (closeHandler != null) {
            closeHandler.handle(null);
        }
    }

    @Override
    public Future<Void> write(Buffer events) {
        began = true;
        framer.feed(Buffers.slice(events));
        while (framer.next()) {
            if (framer.hasData()) {
                event(framer.data());
            } else {
                socket.ping();
            }
        }
        framer.release();
        return lastWrite;
    }

    @Override
    public Future<Void> end(Buffer last) {
        boolean stream = String.valueOf(headers().get(HttpHeaders.CONTENT_TYPE)).startsWith("text/event-stream");
        if (getStatusCode() != OK) {
            error(last);
        } else if (stream) {
            write(last);
        } else {
            whole(last);
        }
        return finish();
    }

    /** Nothing was written before, so this is an error that has no body. */
    @Override
    public Future<Void> end() {
        return end(Buffer.buffer());
    }

    /** A truncated response must look truncated. */
    @Override
    public Future<Void> reset(long code) {
        if (!ended && !closed) {
            setStatusCode(500);
            error(Buffer.buffer());
            finish();
        }
        return lastWrite;
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public boolean closed() {
        return closed;
    }

    @Override
    public boolean headWritten() {
        return began;
    }

    @Override
    public long bytesWritten() {
        return written;
    }

    @Override
    public boolean writeQueueFull() {
        return !closed && socket.writeQueueFull();
    }

    @Override
    public CreateResponse exceptionHandler(Handler<Throwable> handler) {
        exceptionHandler = handler;
        return this;
    }

    @Override
    public CreateResponse drainHandler(Handler<Void> handler) {
        drainHandler = handler;
        return this;
    }

    @Override
    public CreateResponse endHandler(Handler<Void> handler) {
        endHandler = handler;
        return this;
    }

    @Override
    public CreateResponse closeHandler(Handler<Void> handler) {
        closeHandler = handler;
        return this;
    }

    private Future<Void> finish() {
        began = true;
        ended = true;
        if (endHandler != null) {
            endHandler.handle(null);
        }
        socket.responded(this);
        return lastWrite;
    }

    private void event(ByteSlice data) {
        output.event(data);
        String text = data.toText();
        if (!text.startsWith("{")) {
            return; // the end marker of Chat Completions, which some providers send here, too
        }
        String head = written == 0 ? "\"headers\":" + Json.text(visibleHeaders()) + "," : "";
        if (streamId != null) {
            head = "\"stream_id\":" + JsonText.quote(streamId) + "," + head;
        }
        message(head.isEmpty() ? text : "{" + head + text.substring(1));
    }

    /** A provider that sent its response whole: it ends as a stream does. */
    private void whole(Buffer body) {
        JsonNode response = Json.readOrNull(body.toString());
        ObjectNode event = Json.object().put("type", "response.completed").put("sequence_number", 0);
        event.set("response", response == null ? Json.object() : response);
        event(Json.bytes(event));
    }

    private void error(Buffer body) {
        JsonNode response = Json.readOrNull(body.toString());
        JsonNode error = response == null ? null : response.get("error");
        if (error == null || !error.isObject()) {
            error = Json.object()
                    .put("type", Kind.INTERNAL.type())
                    .put("code", "internal_error")
                    .put("message", body.length() == 0 ? "the response was cut short inside Sluice" : body.toString());
        }
        message(errorEvent(streamId, getStatusCode(), error, visibleHeaders()));
    }

    private void message(String text) {
        written += text.length();
        lastWrite = socket.send(text);
    }

    private ObjectNode visibleHeaders() {
        ObjectNode visible = Json.object();
        for (Map.Entry<String, String> header : headers()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!NOT_TOLD.contains(name)) {
                visible.put(name, header.getValue());
            }
        }
        return visible;
    }
}
