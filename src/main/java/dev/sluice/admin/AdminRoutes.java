package dev.sluice.admin;

import dev.sluice.admin.api.AdminErrors;
import dev.sluice.admin.api.AdminResponse;
import dev.sluice.admin.api.Endpoint;
import dev.sluice.admin.api.OpenApi;
import dev.sluice.admin.api.ResponseSpec;
import dev.sluice.auth.AdminAccess;
import dev.sluice.model.Role;
import dev.sluice.observe.ProbeHandlers;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the admin listener serves: the probes and metrics for everybody on this machine, the {@link AdminApi} by role.
 */
final class AdminRoutes {

    /** For everybody: probes and scrapers have no key, and the listener is on loopback. They tell no secret. */
    static final Map<String, String> OPEN = Map.of(
            "/", "this list",
            "/livez", "the process answers",
            "/health/liveliness", "the same",
            "/readyz", "new requests are welcome; ?verbose says why not",
            "/health/readiness", "the same",
            "/metrics", "Prometheus metrics");

    static final String DOCUMENT = "/admin/openapi.json";

    private static final int MAX_BODY = 64 * 1024;
    private static final int MAX_YAML = 4 * 1024 * 1024;

    private final Vertx vertx;
    private final AdminSources sources;
    private final AdminApi api;
    private final List<Endpoint> endpoints;

    private AdminRoutes(Vertx vertx, AdminSources sources) {
        this.vertx = vertx;
        this.sources = sources;
        this.api = AdminApi.of(sources);
        Endpoint document = new Endpoint(
                HttpMethod.GET,
                DOCUMENT,
                Role.VIEWER,
                null,
                "this API as OpenAPI 3.1",
                List.of(),
                null,
                false,
                ResponseSpec.json(OpenApi.ANSWER),
                request -> AdminResponse.json(OpenApi.document(all(), OPEN)).now());
        this.endpoints =
                Stream.concat(api.endpoints().stream(), Stream.of(document)).toList();
    }

    static Router create(Vertx vertx, AdminSources sources) {
        AdminRoutes routes = new AdminRoutes(vertx, sources);
        Router router = Router.router(vertx);
        router.route().handler(new LocalOnlyHandler());
        ProbeHandlers.mount(router, sources.readiness());
        router.get("/")
                .handler(context -> AdminResponse.text("text/plain; charset=utf-8", routes.index())
                        .sendTo(context));
        router.get("/metrics").handler(routes::metrics);
        routes.all().forEach(endpoint -> routes.mount(router, endpoint));
        AdminErrors.mount(router);
        return router;
    }

    /** Everything with a role. */
    List<Endpoint> all() {
        return endpoints;
    }

    private void mount(Router router, Endpoint endpoint) {
        Handler<RoutingContext> access = sources.access().require(endpoint.role());
        Route route = router.route(endpoint.method(), endpoint.path().replaceAll("\\{(\\w+)}", ":$1"));
        // A lambda each: vertx-web would want the body before it is known whether whoever sends it may.
        route.handler(context -> access.handle(context));
        if (endpoint.takesBody()) {
            BodyHandler body = BodyHandler.create(false).setBodyLimit(endpoint.yaml() ? MAX_YAML : MAX_BODY);
            route.handler(context -> body.handle(context));
        }
        route.handler(context -> run(endpoint, context)).failureHandler(context -> failed(endpoint, context));
    }

    private void run(Endpoint endpoint, RoutingContext context) {
        Buffer body = endpoint.takesBody() ? context.body().buffer() : null;
        Map<String, String> query = new HashMap<>();
        MultiMap asked = context.queryParams();
        boolean twice = asked.entries().stream().anyMatch(each -> query.put(each.getKey(), each.getValue()) != null);
        if (twice) {
            finish(endpoint, context, AdminErrors.answer(400, "invalid_value", "A parameter stands twice.", "query"));
        } else if (body != null && body.length() > 0 && !typed(endpoint, context)) {
            String expected = endpoint.yaml() ? "application/yaml" : "application/json";
            finish(
                    endpoint,
                    context,
                    AdminErrors.answer(
                            415,
                            "unsupported_media_type",
                            "The body has another content type (expected: content-type: " + expected + ").",
                            "content-type"));
        } else {
            var who = AdminAccess.caller(context);
            api.call(endpoint, context.pathParams(), query, body, who, who.who().id())
                    .onComplete(done ->
                            (done.succeeded() ? done.result() : AdminErrors.answer(done.cause())).sendTo(context));
        }
    }

    private static boolean typed(Endpoint endpoint, RoutingContext context) {
        String header = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        String type = header == null ? "" : header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return endpoint.yaml()
                ? List.of("application/yaml", "application/x-yaml", "text/yaml").contains(type)
                : type.equals("application/json");
    }

    /** What did not come as far as the endpoint: no role, a body that is too large, a query that cannot be read. */
    private void failed(Endpoint endpoint, RoutingContext context) {
        int status = context.statusCode();
        if (context.failure() != null && (status < 400 || status >= 500 || status == 401 || status == 403)) {
            finish(endpoint, context, AdminErrors.answer(context.failure()));
        } else if (status == 413) {
            finish(endpoint, context, AdminErrors.answer(413, "request_too_large", "The body is too large.", "body"));
        } else {
            finish(endpoint, context, AdminErrors.answer(status, "invalid_request", "This cannot be read.", null));
        }
    }

    /** Refusals are written down where it is known who was refused. Who has no key could fill the log otherwise. */
    private void finish(Endpoint endpoint, RoutingContext context, AdminResponse response) {
        if (context.user() == null) {
            response.sendTo(context);
        } else {
            api.note(
                            endpoint,
                            context.pathParams(),
                            AdminAccess.caller(context).who().id(),
                            response,
                            null)
                    .onComplete(noted -> response.sendTo(context));
        }
    }

    /** On a worker: a scrape formats thousands of numbers, and the event loop it would hold up serves clients, too. */
    private void metrics(RoutingContext context) {
        String accept = context.request().getHeader(HttpHeaders.ACCEPT);
        vertx.executeBlocking(() -> sources.metrics().scrape(accept), false)
                .onSuccess(scrape -> scrape.ifPresentOrElse(
                        found -> AdminResponse.text(found.contentType(), found.body())
                                .sendTo(context),
                        () -> AdminErrors.send(context, 404, "metrics_off", "metrics.enabled is false.")))
                .onFailure(context::fail);
    }

    private String index() {
        StringBuilder index = new StringBuilder("Sluice admin\n\n");
        OPEN.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(open -> line(index, "GET", open.getKey(), "", open.getValue()));
        endpoints.forEach(endpoint -> line(
                index,
                endpoint.method().name(),
                endpoint.path(),
                endpoint.role().word(),
                endpoint.says()));
        return index.toString();
    }

    private static void line(StringBuilder index, String method, String path, String role, String says) {
        index.append(String.format(Locale.ROOT, "%-6s %-42s %-8s  %s%n", method, path, role, says));
    }
}
