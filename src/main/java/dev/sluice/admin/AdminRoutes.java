package dev.sluice.admin;

import dev.sluice.admin.api.AdminErrors;
import dev.sluice.admin.api.AdminResponse;
import dev.sluice.admin.api.Endpoint;
import dev.sluice.admin.api.OpenApi;
import dev.sluice.admin.api.ResponseSpec;
import dev.sluice.auth.AdminAccess;
import dev.sluice.auth.LocalOnlyPolicy;
import dev.sluice.http.edge.ErrorResponse;
import dev.sluice.model.Role;
import dev.sluice.observe.ProbeHandlers;
import dev.sluice.stream.CallerContext;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The router of the admin listener: probes and metrics for every program on this machine, the {@link AdminApi} by role.
 */
final class AdminRoutes {

    /** Paths without a role: probes and scrapers have no key. Their responses contain no secret. */
    static final Map<String, String> PUBLIC_PATHS = Map.of(
            "/", "List of paths",
            "/livez", "Liveness: the process responds",
            "/health/liveliness", "Alias of /livez",
            "/readyz", "Readiness: new requests are accepted; ?verbose lists the reasons",
            "/health/readiness", "Alias of /readyz",
            "/metrics", "Prometheus metrics");

    static final String DOCUMENT = "/admin/openapi.json";

    private final Vertx vertx;
    private final AdminSources sources;
    private final AdminBodies bodies;
    private final AdminApi api;
    private final List<Endpoint> endpoints;

    AdminRoutes(Vertx vertx, AdminSources sources, AdminBodies bodies) {
        this.bodies = bodies;
        this.vertx = vertx;
        this.sources = sources;
        this.api = AdminApi.of(sources);
        Endpoint document = new Endpoint(
                HttpMethod.GET,
                DOCUMENT,
                Role.VIEWER,
                null,
                "This API as an OpenAPI 3.1 document",
                List.of(),
                null,
                false,
                ResponseSpec.json(OpenApi.SHAPE),
                request -> AdminResponse.json(OpenApi.document(endpoints(), PUBLIC_PATHS))
                        .toFuture());
        this.endpoints =
                Stream.concat(api.endpoints().stream(), Stream.of(document)).toList();
    }

    Router router() {
        Router router = Router.router(vertx);
        router.route().handler(AdminRoutes::closeWhereUnread).handler(AdminRoutes::requireLocal);
        ProbeHandlers.mount(router, sources.readiness());
        router.get("/")
                .handler(routing ->
                        AdminResponse.text("text/plain; charset=utf-8", index()).sendTo(routing));
        router.get("/metrics").handler(this::metrics);
        endpoints.forEach(endpoint -> mount(router, endpoint));
        AdminErrors.mount(router);
        return router;
    }

    /** The path prefixes after which a name follows, in which {@code %2F} is data. */
    List<String> opaqueTails() {
        return endpoints.stream()
                .map(Endpoint::path)
                .filter(path -> path.contains("{"))
                .map(path -> path.substring(0, path.indexOf('{')))
                .distinct()
                .toList();
    }

    /** A refusal may precede the end of its request. */
    private static void closeWhereUnread(RoutingContext routing) {
        routing.addHeadersEndHandler(v -> ErrorResponse.abandonRest(routing.request()));
        routing.next();
    }

    /** For every path, with or without a role: the listener is for this machine only. */
    private static void requireLocal(RoutingContext routing) {
        LocalOnlyPolicy.Violation violation = LocalOnlyPolicy.violation(routing.request());
        if (violation == null) {
            routing.next();
        } else if (violation == LocalOnlyPolicy.Violation.HOST) {
            AdminErrors.send(
                    routing,
                    421,
                    "host",
                    "Header Host does not name this machine (expected: localhost or a loopback address).");
        } else {
            AdminErrors.send(
                    routing,
                    403,
                    "origin",
                    "Header Origin names a page of another origin (expected: localhost or a loopback address).");
        }
    }

    /** All endpoints, which all require a role. */
    List<Endpoint> endpoints() {
        return endpoints;
    }

    private void mount(Router router, Endpoint endpoint) {
        Handler<RoutingContext> access = sources.access().require(endpoint.role());
        Route route = router.route(endpoint.method(), endpoint.path().replaceAll("\\{(\\w+)}", ":$1"));
        // Lambdas, because vertx-web orders handlers by type and would read the body before the role is checked.
        route.handler(routing -> access.handle(routing));
        route.handler(
                        endpoint.takesBody()
                                ? routing -> receive(endpoint, routing)
                                : routing -> run(endpoint, routing, null))
                .failureHandler(routing -> failed(endpoint, routing));
    }

    private void receive(Endpoint endpoint, RoutingContext routing) {
        bodies.read(endpoint, routing)
                .map(body -> {
                    run(endpoint, routing, body);
                    return null;
                })
                .onFailure(routing::fail);
    }

    /** @param body null where the endpoint takes none */
    private void run(Endpoint endpoint, RoutingContext routing, Buffer body) {
        Map<String, String> query = new HashMap<>();
        MultiMap parameters = routing.queryParams();
        boolean twice =
                parameters.entries().stream().anyMatch(each -> query.put(each.getKey(), each.getValue()) != null);
        if (twice) {
            finish(
                    endpoint,
                    routing,
                    AdminErrors.response(
                            400, "invalid_value", "A query parameter is repeated (expected: each once).", "query"));
        } else if (body != null && body.length() > 0 && !hasExpectedType(endpoint, routing)) {
            String expected = endpoint.yaml() ? "application/yaml" : "application/json";
            finish(
                    endpoint,
                    routing,
                    AdminErrors.response(
                            415,
                            "unsupported_media_type",
                            "The content type of the body is not supported (expected: " + expected + ").",
                            "content-type"));
        } else {
            var caller = AdminAccess.caller(routing);
            CallerContext.receive(
                            vertx,
                            api.call(
                                    endpoint,
                                    routing.pathParams(),
                                    query,
                                    body,
                                    caller,
                                    caller.principal().id()))
                    .onComplete(done ->
                            (done.succeeded() ? done.result() : AdminErrors.response(done.cause())).sendTo(routing));
        }
    }

    private static boolean hasExpectedType(Endpoint endpoint, RoutingContext routing) {
        String header = routing.request().getHeader(HttpHeaders.CONTENT_TYPE);
        String type = header == null ? "" : header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return endpoint.yaml()
                ? List.of("application/yaml", "application/x-yaml", "text/yaml").contains(type)
                : type.equals("application/json");
    }

    /** For requests that did not reach the endpoint: missing role, unreadable body, malformed query. */
    private void failed(Endpoint endpoint, RoutingContext routing) {
        int status = routing.statusCode();
        if (routing.failure() != null && (status < 400 || status >= 500 || status == 401 || status == 403)) {
            finish(endpoint, routing, AdminErrors.response(routing.failure()));
        } else {
            finish(
                    endpoint,
                    routing,
                    AdminErrors.response(
                            status,
                            "invalid_request",
                            "The request line or query is malformed (expected: percent-encoded UTF-8).",
                            null));
        }
    }

    /** Audits refusals of authenticated callers only, so that callers without a key cannot fill the log. */
    private void finish(Endpoint endpoint, RoutingContext routing, AdminResponse response) {
        if (routing.user() == null) {
            response.sendTo(routing);
        } else {
            CallerContext.receive(
                            vertx,
                            api.audit(
                                    endpoint,
                                    routing.pathParams(),
                                    AdminAccess.caller(routing).principal().id(),
                                    response,
                                    null))
                    .onComplete(audited -> response.sendTo(routing));
        }
    }

    /** On a worker thread: a scrape formats thousands of numbers, and the event loop also serves clients. */
    private void metrics(RoutingContext routing) {
        String accept = routing.request().getHeader(HttpHeaders.ACCEPT);
        vertx.executeBlocking(() -> sources.metrics().scrape(accept), false)
                .onSuccess(scrape -> scrape.ifPresentOrElse(
                        found -> AdminResponse.text(found.contentType(), found.body())
                                .sendTo(routing),
                        () -> AdminErrors.send(
                                routing, 404, "metrics_off", "Metrics are disabled (metrics.enabled: false).")))
                .onFailure(routing::fail);
    }

    private String index() {
        StringBuilder index = new StringBuilder("Sluice admin\n\n");
        PUBLIC_PATHS.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(open -> line(index, "GET", open.getKey(), "", open.getValue()));
        endpoints.forEach(endpoint -> line(
                index,
                endpoint.method().name(),
                endpoint.path(),
                endpoint.role().label(),
                endpoint.description()));
        return index.toString();
    }

    private static void line(StringBuilder index, String method, String path, String role, String description) {
        index.append(String.format(Locale.ROOT, "%-6s %-42s %-8s  %s%n", method, path, role, description));
    }
}
