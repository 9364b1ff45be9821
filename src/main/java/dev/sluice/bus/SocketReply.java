package dev.sluice.bus;

import dev.sluice.model.GatewayError;
import io.vertx.core.Context;
import io.vertx.core.http.WebSocket;

/** A WebSocket to a provider, or an error. */
public sealed interface SocketReply {

    /**
     * An open WebSocket, paused. Use it on its own context only.
     *
     * @param closed to be run there when it has closed, by the code that replaces its close handler
     */
    record Open(WebSocket socket, Context context, Runnable closed) implements SocketReply {}

    /** No WebSocket was opened. */
    record Failed(GatewayError error) implements SocketReply {}
}
