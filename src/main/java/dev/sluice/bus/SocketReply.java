package dev.sluice.bus;

import dev.sluice.model.GatewayError;
import io.vertx.core.Context;
import io.vertx.core.http.WebSocket;

/** A provider's WebSocket, or why there is none. */
public sealed interface SocketReply {

    /**
     * Open, paused, to be used on its own context only.
     *
     * @param closed to be run there when it has closed, by whoever takes its close handler
     */
    record Open(WebSocket socket, Context context, Runnable closed) implements SocketReply {}

    /** Nothing was opened. */
    record Failed(GatewayError error) implements SocketReply {}
}
