package dev.sluice.admin;

import static dev.sluice.admin.api.JsonField.Kind.FLAG;
import static dev.sluice.admin.api.JsonField.Kind.TEXT;

import dev.sluice.admin.api.AdminErrors;
import dev.sluice.admin.api.AdminRequest;
import dev.sluice.admin.api.AdminResponse;
import dev.sluice.admin.api.Endpoint;
import dev.sluice.admin.api.JsonField;
import dev.sluice.admin.api.JsonShape;
import dev.sluice.admin.api.LimitsJson;
import dev.sluice.admin.api.ResponseSpec;
import dev.sluice.model.GatewayException;
import dev.sluice.route.FallbackCause;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.SkippedTarget;
import dev.sluice.route.Target;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;

/** Endpoints of routes and of the plan that a request for a model would get now. */
final class RouteEndpoints {

    private static final JsonShape PLAN = JsonShape.of(
            JsonField.always("model", TEXT, "The requested model"),
            JsonField.always("explained", TEXT, "The plan as one line"),
            JsonField.list("targets", AdminViews.TARGET, "Targets in the order of attempts"),
            JsonField.list(
                    "skipped",
                    AdminViews.TARGET.and(JsonField.word("reason", LimitsJson.labels(SkippedTarget.Reason.values()), "")
                            .asRequired()),
                    "Skipped targets, with the reason"),
            JsonField.object(
                            "fallbacks_on",
                            JsonShape.of(Stream.of(FallbackCause.values())
                                    .map(cause -> JsonField.list(LimitsJson.label(cause), AdminViews.TARGET, "")
                                            .asOptional())
                                    .toArray(JsonField[]::new)),
                            "Targets tried instead after a failure of that cause")
                    .asRequired(),
            JsonField.always("last_resort", FLAG, "No candidate was usable, so all are tried"));

    private final AdminSources.Routes routes;

    private RouteEndpoints(AdminSources.Routes routes) {
        this.routes = routes;
    }

    static List<Endpoint> of(AdminSources.Routes routes) {
        RouteEndpoints endpoints = new RouteEndpoints(routes);
        return List.of(
                Endpoint.get(
                        "/routes",
                        "List public model names and their targets",
                        ResponseSpec.json(JsonField.list("routes", AdminViews.ROUTE, "")),
                        endpoints::list),
                Endpoint.get(
                        "/routes/{name}/plan",
                        "Show the plan of a request for this model now: targets in order, skipped ones with the reason;"
                                + " also for provider%2Fmodel",
                        ResponseSpec.json(PLAN),
                        endpoints::plan));
    }

    private Future<AdminResponse> list(AdminRequest request) {
        JsonArray list = new JsonArray();
        routes.all().get().forEach((name, route) -> list.add(AdminViews.route(name, route)));
        return AdminResponse.json(new JsonObject().put("routes", list)).toFuture();
    }

    private Future<AdminResponse> plan(AdminRequest request) {
        RoutePlan plan = routes.plan().apply(request.path().get("name"));
        if (plan == null) {
            throw notFound();
        }
        JsonObject byCause = new JsonObject();
        plan.byCause()
                .forEach((cause, targets) ->
                        byCause.put(LimitsJson.label(cause), AdminViews.array(targets, RouteEndpoints::target)));
        return AdminResponse.json(new JsonObject()
                        .put("model", request.path().get("name"))
                        .put("explained", plan.explain())
                        .put("targets", AdminViews.array(plan.targets(), RouteEndpoints::target))
                        .put(
                                "skipped",
                                AdminViews.array(
                                        plan.skipped(),
                                        skipped -> target(skipped.target()).put("reason", skipped.reason())))
                        .put("fallbacks_on", byCause)
                        .put("last_resort", plan.lastResort()))
                .toFuture();
    }

    private static GatewayException notFound() {
        return AdminErrors.notFound(
                "route_not_found",
                "No route or provider/model of this name is enabled. GET /admin/v1/routes lists all routes.");
    }

    private static JsonObject target(Target target) {
        return new JsonObject().put("provider", target.provider()).put("model", target.model());
    }
}
