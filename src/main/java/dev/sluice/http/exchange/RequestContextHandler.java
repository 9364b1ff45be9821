package dev.sluice.http.exchange;

import dev.sluice.http.edge.RequestIds;
import dev.sluice.model.CancelCause;
import dev.sluice.model.GatewayError;
import dev.sluice.model.RequestContext;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.PlatformHandler;

/**
 * First in the chain: opens the request's {@link RequestContext} and settles it when the response has ended, however it
 * ended.
 */
public final class RequestContextHandler implements PlatformHandler {

    private static final String KEY = "sluice.facts";

    /** No status was sent. The word nginx has for it, which people who read logs know. */
    private static final int CLIENT_CLOSED_REQUEST = 499;

    private static final int SWITCHING_PROTOCOLS = 101;

    private final ListenerContext listener;

    public RequestContextHandler(ListenerContext listener) {
        this.listener = listener;
    }

    public static RequestContext of(RoutingContext context) {
        return context.get(KEY);
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        RequestContext facts = create(request, RequestIds.of(request));
        context.put(KEY, facts);
        listener.metrics().began();
        context.addEndHandler(end -> {
            if (end.failed() && facts.cancelCause == null) {
                facts.cancelCause = CancelCause.CLIENT_GONE;
            }
            facts.status = end.failed() && !request.response().headWritten()
                    ? CLIENT_CLOSED_REQUEST
                    : request.response().getStatusCode();
            facts.bytesOut = request.response().bytesWritten();
            facts.bytesIn = request.bytesRead();
            listener.responseEnded(facts);
        });
        context.next();
    }

    /** A WebSocket is no response that ends: whoever relays it tells its end. */
    public static void socketEnded(ListenerContext listener, RequestContext facts) {
        facts.status = SWITCHING_PROTOCOLS;
        listener.responseEnded(facts);
    }

    /** For a request that the edge refused: it never came to any handler. */
    public void recordRefusal(HttpServerRequest request, GatewayError error, String requestId) {
        RequestContext facts = create(request, requestId);
        facts.status = error.status();
        facts.errorCode = error.code();
        listener.metrics().began();
        listener.responseEnded(facts);
    }

    private static RequestContext create(HttpServerRequest request, String requestId) {
        RequestContext facts = new RequestContext(requestId, System.nanoTime(), System.currentTimeMillis());
        facts.method = request.method().name();
        facts.path = request.path();
        return facts;
    }
}
