package dev.sluice.http.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.config.ServerConfig;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Principal;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.openai.OpenAiErrors;
import dev.sluice.protocol.responses.ResponseCreate;
import dev.sluice.protocol.responses.StreamedOutput;
import dev.sluice.protocol.responses.UnknownReference;
import dev.sluice.stream.Buffers;
import dev.sluice.stream.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;

/**
 * One WebSocket of a client of the Responses API. Each {@code response.create} event is run as a request; the events of
 * its stream are sent as text messages. Requests of one lane ({@code stream_id}) follow each other, those of different
 * lanes run at the same time. Limits and errors are those of OpenAI's guide "WebSocket mode", read 2026-11. Confined to
 * the event loop of the connection.
 */
final class ResponsesSocket implements ListenerContext.IdleSocket {

    private static final int MAX_RUNNING = 16;
    private static final int MAX_LANES = 32;
    /** Events that wait for earlier responses. OpenAI states no limit. */
    private static final int MAX_WAITING = 64;

    private static final short GOING_AWAY = 1001;
    private static final short UNSUPPORTED_DATA = 1003;
    private static final short POLICY = 1008;
    private static final short TOO_LARGE = 1009;

    /** Sent by Codex after a response; there is nothing to do. */
    private static final String PROCESSED = "response.processed";

    private final ListenerContext listener;
    private final Vertx vertx;
    private final HttpServerRequest handshake;
    private final MultiMap headers;
    private final Handler<HttpServerRequest> requests;
    private final ServerConfig limits;
    private final String owner;
    private final Conversations conversations;
    private final SocketMessages messages;
    private final WorkerPool workers;
    private final Map<String, Lane> lanes = new HashMap<>();
    private final List<Running> running = new ArrayList<>();
    private ServerWebSocket socket;
    private int waiting;
    /** Completes when the last message has been read, so that messages keep their order. */
    private Future<?> reading = Future.succeededFuture();

    private long ageTimer = -1;
    private boolean aged;
    private boolean draining;
    private boolean closed;

    /** The requests of one {@code stream_id}. */
    private static final class Lane {

        private final Queue<Waiting> waiting = new ArrayDeque<>();
        private boolean busy;
    }

    private record Waiting(ResponseCreate create, SocketMessages.Message message) {}

    /**
     * @param previous what it continues in this connection, or null
     * @param begun the items of a conversation that began outside it
     */
    private record Running(
            Lane lane,
            ResponseCreate create,
            Conversations.Conversation previous,
            List<ByteSlice> begun,
            CreateResponse response,
            SocketMessages.Message message) {}

    /** @param requests receives each event as a request */
    ResponsesSocket(
            ListenerContext listener,
            Vertx vertx,
            HttpServerRequest handshake,
            Principal caller,
            Handler<HttpServerRequest> requests) {
        this.listener = listener;
        this.vertx = vertx;
        this.handshake = handshake;
        this.headers = CreateRequest.headers(handshake);
        this.requests = requests;
        this.limits = listener.active().current().config().server();
        long maxBytes = limits.maxBody().bytes();
        this.owner = caller.owner();
        this.conversations = new Conversations(
                listener.conversations(),
                caller.shareName(),
                maxBytes,
                (id, why) -> listener.responses().forgot(owner, id, why));
        this.messages = new SocketMessages(
                listener.memory(),
                caller.shareName(),
                maxBytes,
                limits.timeouts().body().toMillis(),
                listener.bodyWatchdog());
        this.workers = WorkerPool.of(vertx, WorkerPool.Purpose.BODIES);
    }

    void open(ServerWebSocket accepted) {
        socket = accepted;
        listener.register(this);
        ageTimer = vertx.setTimer(limits.timeouts().responsesSocket().toMillis(), timer -> expire());
        socket.exceptionHandler(failure -> {});
        socket.closeHandler(v -> closed());
        socket.drainHandler(
                v -> List.copyOf(running).forEach(each -> each.response().drained()));
        messages.read(socket, this::received, this::refused);
    }

    @Override
    public void drain() {
        draining = true;
        closeIfIdle();
    }

    boolean writeQueueFull() {
        return !closed && !socket.isClosed() && socket.writeQueueFull();
    }

    /** Sends a text message. */
    Future<Void> send(String message) {
        return closed || socket.isClosed() ? Future.succeededFuture() : socket.writeTextMessage(message);
    }

    /** Keeps a silent connection open through load balancers. */
    void ping() {
        if (!closed && !socket.isClosed() && !socket.writeQueueFull()) {
            socket.writePing(Buffer.buffer());
        }
    }

    /** A response has ended. */
    void responded(CreateResponse response) {
        // In a turn of its own: the response is still calling its handlers.
        vertx.getOrCreateContext().runOnContext(v -> {
            for (Running each : List.copyOf(running)) {
                if (each.response() == response) {
                    running.remove(each);
                    ended(each);
                }
            }
        });
    }

    private void ended(Running each) {
        each.message().close();
        each.lane().busy = false;
        if (closed) {
            return;
        }
        remember(each);
        if (each.response().getStatusCode() == Kind.AUTHENTICATION.status()) {
            // The key was revoked: no request of this connection would be admitted.
            close(POLICY, "the key of this connection is not valid any more");
            return;
        }
        lanes.values().forEach(this::startNext);
        closeIfIdle();
    }

    /** By the guide: a failed continuation in its own lane makes its predecessor unknown. */
    private void remember(Running each) {
        String previousId = each.create().previousResponseId();
        StreamedOutput output = each.response().output();
        if (each.response().failed()) {
            if (each.previous() != null && sameLane(each)) {
                conversations.forget(previousId);
            }
            return;
        }
        boolean known =
                previousId == null || each.previous() != null || !each.begun().isEmpty();
        boolean allItems = known && each.create().hasAllItems();
        if (output.id() != null && allItems) {
            conversations.remember(
                    output.id(),
                    each.previous(),
                    each.response().lane(),
                    each.create().itemsBetween(each.begun(), output.items()));
        }
    }

    private static boolean sameLane(Running each) {
        return Objects.equals(each.previous().lane(), each.response().lane());
    }

    private void received(SocketMessages.Message message) {
        reading = reading.transform(before -> read(message.bytes()).transform(event -> {
            if (closed) {
                message.close();
            } else if (event.failed()) {
                message.close();
                refuse(null, errorOf(event.cause()));
            } else {
                accept(new Waiting(event.result(), message));
            }
            return Future.succeededFuture();
        }));
    }

    private Future<ResponseCreate> read(ByteSlice message) {
        if (message.length() > WorkerPool.INLINE_BYTES) {
            return workers.admit(() -> ResponseCreate.read(message));
        }
        try {
            return Future.succeededFuture(ResponseCreate.read(message));
        } catch (GatewayException malformed) {
            return Future.failedFuture(malformed);
        }
    }

    private void accept(Waiting next) {
        ResponseCreate create = next.create();
        if (PROCESSED.equals(create.type())) {
            next.message().close();
            return;
        }
        GatewayError refusal = refusal(create);
        if (refusal != null) {
            next.message().close();
            refuse(SocketErrors.isStreamId(create.streamId()) ? create.streamId() : null, refusal);
            return;
        }
        Lane lane = lanes.computeIfAbsent(create.streamId(), name -> new Lane());
        lane.waiting.add(next);
        waiting++;
        startNext(lane);
    }

    private GatewayError refusal(ResponseCreate create) {
        String streamId = create.streamId();
        if (!ResponseCreate.TYPE.equals(create.type())) {
            return SocketErrors.unknownType(create.type());
        }
        if (streamId != null && !SocketErrors.isStreamId(streamId)) {
            return SocketErrors.invalidStreamId();
        }
        if (aged) {
            return SocketErrors.ageLimit(ageMinutes());
        }
        long named = lanes.keySet().stream().filter(Objects::nonNull).count();
        if (streamId != null && !lanes.containsKey(streamId) && named >= MAX_LANES) {
            return SocketErrors.tooManyStreams(MAX_LANES);
        }
        return waiting >= MAX_WAITING ? SocketErrors.tooManyWaiting(MAX_WAITING) : null;
    }

    private void startNext(Lane lane) {
        while (!closed && !lane.busy && !lane.waiting.isEmpty() && running.size() < MAX_RUNNING) {
            waiting--;
            start(lane, lane.waiting.remove());
        }
    }

    private void start(Lane lane, Waiting next) {
        ResponseCreate create = next.create();
        String previousId = create.previousResponseId();
        Conversations.Conversation previous = previousId == null ? null : conversations.find(previousId);
        List<ByteSlice> earlier = previous == null ? null : previous.items();
        if (previous != null) {
            listener.responses().found();
        } else if (previousId != null && !create.stored()) {
            // Of the same owner, over HTTP or another connection.
            earlier = listener.responses().conversation(owner, previousId, limits.storedResponses());
            if (earlier == null) {
                next.message().close();
                refuse(create.streamId(), UnknownReference.response(previousId));
                return;
            }
        }
        ByteSlice body = create.body(earlier);
        StreamedOutput output = new StreamedOutput((int) limits.maxBody().bytes(), create.stored());
        CreateResponse response = new CreateResponse(this, create.streamId(), output);
        lane.busy = true;
        List<ByteSlice> begun = previous == null && earlier != null ? earlier : List.of();
        running.add(new Running(lane, create, previous, begun, response, next.message()));
        requests.handle(new CreateRequest(handshake, headers, Buffers.buffer(body), response));
    }

    /** A message that could not be read. Some end the connection, because the rest of it would have to be read, too. */
    private void refused(SocketMessages.Refusal refusal) {
        refuse(null, refusal.error());
        switch (refusal.reason()) {
            case TOO_LARGE -> close(TOO_LARGE, "message too large");
            case BINARY -> close(UNSUPPORTED_DATA, "text messages only");
            case TOO_SLOW -> close(POLICY, "message not complete in time");
            case NO_MEMORY -> {}
        }
    }

    private void refuse(String streamId, GatewayError error) {
        ObjectNode headers = Json.object();
        if (error.retryAfterMillis() >= 0) {
            headers.put("retry-after-ms", Long.toString(error.retryAfterMillis()));
        }
        send(CreateResponse.errorEvent(
                streamId,
                error.status(),
                Json.readOrNull(OpenAiErrors.body(error).toText()).get("error"),
                headers));
    }

    private void expire() {
        aged = true;
        closeIfIdle();
    }

    private long ageMinutes() {
        return limits.timeouts().responsesSocket().toMinutes();
    }

    private void closeIfIdle() {
        if (closed || !running.isEmpty() || waiting > 0) {
            return;
        }
        if (draining) {
            close(GOING_AWAY, "Sluice is stopping");
        } else if (aged) {
            refuse(null, SocketErrors.ageLimit(ageMinutes()));
            close(GOING_AWAY, "connection limit reached");
        }
    }

    private void close(short code, String reason) {
        if (!socket.isClosed()) {
            socket.close(code, reason);
        }
    }

    private void closed() {
        closed = true;
        vertx.cancelTimer(ageTimer);
        listener.unregister(this);
        messages.close();
        lanes.values()
                .forEach(lane -> lane.waiting.forEach(each -> each.message().close()));
        List.copyOf(running).forEach(each -> {
            each.response().connectionClosed();
            each.message().close();
        });
        running.clear();
        conversations.close();
    }

    private static GatewayError errorOf(Throwable failure) {
        return failure instanceof GatewayException refusal
                ? refusal.error()
                : GatewayError.of(Kind.INTERNAL, "the event could not be read inside Sluice");
    }
}
