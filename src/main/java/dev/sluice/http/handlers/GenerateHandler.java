package dev.sluice.http.handlers;

import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.http.exchange.RequestContextHandler;
import dev.sluice.model.Surface;
import dev.sluice.protocol.request.PathModel;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;

/**
 * The handler of Gemini's operations of a model, whose path names the model and the operation after a colon:
 * {@code POST /v1beta/models/{model}:generateContent}.
 */
public final class GenerateHandler implements Handler<RoutingContext> {

    private static final String KEY = "sluice.path_model";

    private final RequestHandler generate;
    private final CountHandler count;

    public GenerateHandler(ListenerContext listener, Vertx vertx) {
        this.generate = new RequestHandler(listener, vertx, Surface.GENERATE);
        this.count = new CountHandler(listener, vertx, Surface.GENERATE_COUNT);
    }

    /** What the path of the request names; null where the body names the model. */
    static PathModel pathModel(RoutingContext routing) {
        return routing.get(KEY);
    }

    @Override
    public void handle(RoutingContext routing) {
        String tail = routing.pathParam("*");
        PathModel named = PathModel.of(tail == null ? routing.pathParam("param0") : tail);
        routing.put(KEY, named);
        if (named.surface() == Surface.GENERATE) {
            RequestContextHandler.of(routing).jsonArray =
                    named.stream() && !"sse".equals(routing.queryParams().get("alt"));
            generate.handle(routing);
        } else {
            count.handle(routing);
        }
    }
}
