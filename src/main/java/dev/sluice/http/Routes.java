package dev.sluice.http;

import dev.sluice.auth.ApiKeyHandler;
import dev.sluice.auth.GatewayAuthentication;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.http.exchange.RequestContextHandler;
import dev.sluice.http.handlers.CompactHandler;
import dev.sluice.http.handlers.CountHandler;
import dev.sluice.http.handlers.GenerateHandler;
import dev.sluice.http.handlers.PassthroughHandler;
import dev.sluice.http.handlers.RequestHandler;
import dev.sluice.http.handlers.ResourceHandler;
import dev.sluice.http.handlers.ResponseCreateHandler;
import dev.sluice.http.handlers.VideoHandler;
import dev.sluice.http.models.ModelsHandler;
import dev.sluice.http.realtime.RealtimeHandler;
import dev.sluice.http.responses.ResponsesSocketHandler;
import dev.sluice.model.Readiness;
import dev.sluice.model.Surface;
import dev.sluice.observe.ProbeHandlers;
import dev.sluice.protocol.Protocols;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.PlatformHandler;
import io.vertx.ext.web.handler.SecurityPolicyHandler;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The routes of the data plane, in order: the handlers that each request passes. */
final class Routes {

    /** Claude Code asks for these at its start, without a key. */
    private static final List<String> GREETINGS = List.of("/", "/api/hello");

    /** Google's operations in its first version, whose other paths are OpenAI's. The group is the path parameter. */
    private static final String V1_OPERATIONS =
            "/v1/(models/.+(?::|%3A)(?:generateContent|streamGenerateContent|countTokens))";

    /** Counts, and is logged, as a request of {@link Surface#RESPONSES}. */
    private static final String COMPACT = Surface.RESPONSES.path() + "/compact";

    private static final List<String> MODEL_LISTS = List.of(Surface.MODELS.path(), ModelsHandler.GOOGLE_PATH);

    private Routes() {}

    static Router router(
            Vertx vertx,
            ListenerContext listener,
            RequestContextHandler contexts,
            GatewayAuthentication authentication,
            Supplier<Readiness> readiness) {
        FailureHandler failureHandler = new FailureHandler(listener);
        ApiKeyHandler authenticate = new ApiKeyHandler(authentication);
        SecurityPolicyHandler notDraining = failureHandler::refuseWhenDraining;
        ModelsHandler models = new ModelsHandler(listener, vertx);

        Router router = Router.router(vertx);
        UnaryOperator<Route> admitted =
                route -> route.handler(contexts).handler(notDraining).handler(authenticate);
        for (Surface surface : bodySurfaces()) {
            admitted.apply(router.post(surface.path())).handler(new RequestHandler(listener, vertx, surface));
        }
        PlatformHandler requireHandshake = ResponsesSocketHandler::requireHandshake;
        router.get(Surface.RESPONSES.path())
                .handler(contexts)
                .handler(requireHandshake)
                .handler(notDraining)
                .handler(authenticate)
                .handler(new ResponsesSocketHandler(
                        listener, vertx, socketRequests(vertx, listener, contexts, authenticate)));
        admitted.apply(router.post(COMPACT)).handler(new CompactHandler(listener, vertx));
        for (Surface surface : List.of(Surface.COUNT_TOKENS, Surface.INPUT_TOKENS)) {
            admitted.apply(router.post(surface.path())).handler(new CountHandler(listener, vertx, surface));
        }
        GenerateHandler generate = new GenerateHandler(listener, vertx);
        admitted.apply(router.post("/v1beta/*")).handler(generate);
        admitted.apply(router.postWithRegex(V1_OPERATIONS)).handler(generate);
        for (Surface surface : List.of(Surface.VIDEO, Surface.VIDEO_CONTENT)) {
            admitted.apply(router.get(surface.path().replace("{id}", ":id")))
                    .handler(new VideoHandler(listener, vertx, surface));
        }
        for (Surface surface : List.of(Surface.FILES, Surface.BATCHES)) {
            ResourceHandler resources = new ResourceHandler(listener, vertx, surface);
            admitted.apply(router.route(surface.path())).handler(resources);
            admitted.apply(router.route(surface.path() + "/*")).handler(resources);
        }
        admitted.apply(router.route(Surface.PASSTHROUGH.path() + "/*"))
                .handler(new PassthroughHandler(listener, vertx));
        admitted.apply(router.get(Surface.REALTIME.path())).handler(new RealtimeHandler(listener, vertx, authenticate));
        ProbeHandlers.mount(router, readiness);
        GREETINGS.forEach(
                path -> router.head(path).handler(routing -> routing.response().end()));
        router.route().handler(contexts);
        for (String path : MODEL_LISTS) {
            router.get(path).method(HttpMethod.HEAD).handler(authenticate).handler(models::list);
            router.get(path + "/*")
                    .method(HttpMethod.HEAD)
                    .handler(authenticate)
                    .handler(models::one);
        }
        refuseOtherMethods(router);
        router.route().failureHandler(failureHandler);
        for (int status : FailureHandler.ROUTER_STATUSES) {
            router.errorHandler(status, failureHandler);
        }
        return router;
    }

    /** The router of the requests that come as messages of WebSockets: none of its routes is reached over HTTP. */
    private static Router socketRequests(
            Vertx vertx, ListenerContext listener, RequestContextHandler contexts, ApiKeyHandler authenticate) {
        FailureHandler failureHandler = new FailureHandler(listener);
        SecurityPolicyHandler notDraining = failureHandler::refuseWhenDraining;
        Router router = Router.router(vertx);
        router.post(Surface.RESPONSES.path())
                .handler(contexts)
                .handler(notDraining)
                .handler(authenticate)
                .handler(new ResponseCreateHandler(listener, vertx));
        router.route().failureHandler(failureHandler);
        return router;
    }

    /**
     * The router forgets that a method did not match as soon as another route matches, and the catch-all route of the
     * context handler always matches. So each known path fails with 405 here. Files, batches and passthrough take all.
     */
    private static void refuseOtherMethods(Router router) {
        serveOnly(router, COMPACT, "POST");
        Stream.concat(bodySurfaces().stream(), Stream.of(Surface.COUNT_TOKENS, Surface.INPUT_TOKENS))
                .forEach(surface -> serveOnly(router, surface.path(), "POST"));
        Stream.of(Surface.VIDEO, Surface.VIDEO_CONTENT, Surface.REALTIME)
                .forEach(surface -> serveOnly(router, surface.path().replace("{id}", ":id"), "GET"));
        Stream.concat(ProbeHandlers.PATHS.stream(), MODEL_LISTS.stream().flatMap(path -> Stream.of(path, path + "/*")))
                .forEach(path -> serveOnly(router, path, "GET, HEAD"));
    }

    /** The surfaces whose body names the model. */
    private static List<Surface> bodySurfaces() {
        return Protocols.surfaces().stream()
                .filter(surface -> !surface.modelInPath())
                .toList();
    }

    private static void serveOnly(Router router, String path, String methods) {
        router.route(path).handler(routing -> {
            routing.response().putHeader(HttpHeaders.ALLOW, methods);
            routing.fail(405);
        });
    }
}
