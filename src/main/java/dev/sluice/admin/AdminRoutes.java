package dev.sluice.admin;

import dev.sluice.bus.ProviderCheck;
import dev.sluice.observe.ProbeHandlers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** What the admin listener serves, as one list. */
final class AdminRoutes {

    private static final String INDEX = """
        Sluice admin

        GET  /livez                       the process answers
        GET  /readyz                      new requests are welcome; ?verbose says why not
        GET  /metrics                     Prometheus metrics
        GET  /admin/v1/config             revision, last refused edit; ?effective prints the whole, secrets masked
        GET  /admin/v1/providers          providers, their breakers and keys
        GET  /admin/v1/routes             public model names and their targets
        POST /admin/v1/providers/{name}/check  a free call: does it answer, does it take the key
        POST /admin/v1/providers/{name}/breaker  {"state":"open"|"closed"|"auto","reason":"…"}: held, or back to the rule
        POST /admin/v1/providers/{name}/drain    no new requests, running ones finish; …/undrain ends it
        POST /admin/v1/config/reload      reads the config file now
        """;

    private final Vertx vertx;
    private final AdminSources sources;

    private AdminRoutes(Vertx vertx, AdminSources sources) {
        this.vertx = vertx;
        this.sources = sources;
    }

    static Router create(Vertx vertx, AdminSources sources) {
        AdminRoutes routes = new AdminRoutes(vertx, sources);
        Router router = Router.router(vertx);
        router.route().handler(new LoopbackOnly());
        ProbeHandlers.mount(router, sources.readiness());
        router.get("/").handler(context -> text(context, "text/plain; charset=utf-8", INDEX));
        router.get("/metrics").handler(routes::metrics);
        router.get("/admin/v1/config").handler(routes::config);
        router.get("/admin/v1/providers").handler(routes::providers);
        router.post("/admin/v1/providers/:name/check").handler(routes::check);
        ProviderSwitchRoutes.mount(router, sources);
        router.get("/admin/v1/routes").handler(routes::routes);
        router.post("/admin/v1/config/reload").handler(routes::reload);
        AdminErrors.mount(router);
        return router;
    }

    /** On a worker: a scrape formats thousands of numbers, and the event loop it would hold up serves clients, too. */
    private void metrics(RoutingContext context) {
        String accept = context.request().getHeader(HttpHeaders.ACCEPT);
        vertx.executeBlocking(() -> sources.metrics().scrape(accept), false)
                .onSuccess(scrape -> scrape.ifPresentOrElse(
                        found -> text(context, found.contentType(), found.body()),
                        () -> AdminErrors.send(context, 404, "metrics_off", "metrics.enabled is false.")))
                .onFailure(context::fail);
    }

    private void config(RoutingContext context) {
        if (context.queryParams().contains("effective")) {
            text(
                    context,
                    "application/yaml; charset=utf-8",
                    sources.effectiveConfig().get());
        } else {
            json(context, AdminViews.config(sources.config().get()));
        }
    }

    private void providers(RoutingContext context) {
        JsonArray providers = new JsonArray();
        sources.providers().get().forEach(status -> providers.add(AdminViews.provider(status)));
        json(context, new JsonObject().put("providers", providers));
    }

    private void check(RoutingContext context) {
        Future<ProviderCheck.Result> result = sources.check().apply(context.pathParam("name"));
        if (result == null) {
            AdminErrors.send(context, 404, "provider_not_found", "No provider of this name is on.");
        } else {
            result.onSuccess(found -> json(context, AdminViews.check(found))).onFailure(context::fail);
        }
    }

    private void routes(RoutingContext context) {
        JsonArray routes = new JsonArray();
        sources.routes().get().forEach((name, route) -> routes.add(AdminViews.route(name, route)));
        json(context, new JsonObject().put("routes", routes));
    }

    private void reload(RoutingContext context) {
        sources.reload()
                .get()
                .onSuccess(status -> json(context, AdminViews.config(status)))
                .onFailure(context::fail);
    }

    static void json(RoutingContext context, JsonObject body) {
        text(context, "application/json", body.encodePrettily() + "\n");
    }

    private static void text(RoutingContext context, String contentType, String body) {
        context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, contentType)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("x-content-type-options", "nosniff")
                .end(body);
    }
}
