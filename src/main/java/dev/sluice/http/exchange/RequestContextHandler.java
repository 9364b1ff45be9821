package dev.sluice.http.exchange;

import dev.sluice.http.edge.ErrorResponse;
import dev.sluice.http.edge.RequestIds;
import dev.sluice.model.CancelCause;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.RequestContext;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.PlatformHandler;

/**
 * The first handler of the router: creates the request's {@link RequestContext} and completes it when the response has
 * ended, however it ended.
 */
public final class RequestContextHandler implements PlatformHandler {

    private static final String KEY = "sluice.context";

    /** The status of a request that got no response, as nginx names it. */
    private static final int CLIENT_CLOSED_REQUEST = 499;

    private static final int SWITCHING_PROTOCOLS = 101;

    private final ListenerContext listener;

    public RequestContextHandler(ListenerContext listener) {
        this.listener = listener;
    }

    public static RequestContext of(RoutingContext routing) {
        return routing.get(KEY);
    }

    @Override
    public void handle(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        RequestContext context = create(request, RequestIds.of(request));
        routing.put(KEY, context);
        listener.metrics().requestStarted();
        routing.addEndHandler(end -> {
            if (end.cause() instanceof GatewayException malformedBody) {
                // Before a handler has read the body; otherwise its exchange has responded.
                if (!request.response().headWritten()) {
                    context.errorCode = malformedBody.error().code();
                    ErrorResponse.sendAndClose(request, malformedBody.error(), context.requestId);
                }
            } else if (end.failed() && context.cancelCause == null) {
                context.cancelCause = CancelCause.CLIENT_GONE;
            }
            context.status = end.failed() && !request.response().headWritten()
                    ? CLIENT_CLOSED_REQUEST
                    : request.response().getStatusCode();
            context.bytesOut = request.response().bytesWritten();
            context.bytesIn = request.bytesRead();
            listener.responseEnded(context);
        });
        routing.next();
    }

    /** Completes the context of a WebSocket, which has no response that ends. Called by the handler that relays it. */
    public static void socketEnded(ListenerContext listener, RequestContext context) {
        context.status = SWITCHING_PROTOCOLS;
        listener.responseEnded(context);
    }

    /** Records a request that the edge refused before any handler saw it. */
    public void recordRefusal(HttpServerRequest request, GatewayError error, String requestId) {
        RequestContext context = create(request, requestId);
        context.status = error.status();
        context.errorCode = error.code();
        listener.metrics().requestStarted();
        listener.responseEnded(context);
    }

    private static RequestContext create(HttpServerRequest request, String requestId) {
        RequestContext context = new RequestContext(requestId, System.nanoTime(), System.currentTimeMillis());
        context.method = request.method().name();
        context.path = request.path();
        return context;
    }
}
