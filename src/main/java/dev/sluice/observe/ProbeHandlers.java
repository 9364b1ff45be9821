package dev.sluice.observe;

import dev.sluice.model.Readiness;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Supplier;

/** The health probes of both listeners. They need no key and reveal no secret. */
public final class ProbeHandlers {

    static final List<String> LIVE = List.of("/livez", "/health/liveliness");
    public static final List<String> READY = List.of("/readyz", "/health/readiness");
    /** The paths of all probes. */
    public static final List<String> PATHS = List.of(LIVE.get(0), LIVE.get(1), READY.get(0), READY.get(1));

    private static final CharSequence PLAIN = HttpHeaders.createOptimized("text/plain; charset=utf-8");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

    private ProbeHandlers() {}

    public static void mount(Router router, Supplier<Readiness> readiness) {
        // Alive means that this event loop responds. A check of anything else would get a healthy process killed
        // together with its backend.
        LIVE.forEach(path -> probe(router, path).handler(context -> respond(context, 200, "ok\n")));
        READY.forEach(path -> probe(router, path).handler(context -> ready(context, readiness.get())));
    }

    /** Some load balancers probe with HEAD. */
    private static Route probe(Router router, String path) {
        return router.get(path).method(HttpMethod.HEAD);
    }

    private static void ready(RoutingContext context, Readiness readiness) {
        String state = readiness.ready() ? "ready\n" : "not ready\n";
        boolean verbose = context.queryParams().contains("verbose");
        String reasons = verbose && !readiness.reasons().isEmpty() ? String.join("\n", readiness.reasons()) + "\n" : "";
        respond(context, readiness.ready() ? 200 : 503, reasons + state);
    }

    private static void respond(RoutingContext context, int status, String text) {
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, PLAIN)
                .putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE)
                .end(text);
    }
}
