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

/** Public model names, and what a request for one would get just now. */
final class RouteEndpoints {

    private static final JsonShape PLAN = JsonShape.of(
            JsonField.sure("model", TEXT, "what was asked for"),
            JsonField.sure("explained", TEXT, "all of it on one line"),
            JsonField.list("targets", AdminViews.TARGET, "in the order to try"),
            JsonField.list(
                    "skipped",
                    AdminViews.TARGET.and(JsonField.word("reason", LimitsJson.words(SkippedTarget.Reason.values()), "")
                            .needed()),
                    "left out, unless it is a last resort"),
            JsonField.object(
                            "fallbacks_on",
                            JsonShape.of(Stream.of(FallbackCause.values())
                                    .map(cause -> JsonField.list(LimitsJson.word(cause), AdminViews.TARGET, "")
                                            .optional())
                                    .toArray(JsonField[]::new)),
                            "tried instead when an attempt failed for that cause")
                    .needed(),
            JsonField.sure("last_resort", FLAG, "every candidate was unfit, and is tried all the same"));

    private final AdminSources.Routes routes;

    private RouteEndpoints(AdminSources.Routes routes) {
        this.routes = routes;
    }

    static List<Endpoint> of(AdminSources.Routes routes) {
        RouteEndpoints here = new RouteEndpoints(routes);
        return List.of(
                Endpoint.get(
                        "/routes",
                        "public model names and their targets",
                        ResponseSpec.json(JsonField.list("routes", AdminViews.ROUTE, "")),
                        here::list),
                Endpoint.get(
                        "/routes/{name}/plan",
                        "whom a request for this name would be tried at just now, and who is left out and why;"
                                + " provider%2Fmodel works, too",
                        ResponseSpec.json(PLAN),
                        here::plan));
    }

    private Future<AdminResponse> list(AdminRequest request) {
        JsonArray list = new JsonArray();
        routes.all().get().forEach((name, route) -> list.add(AdminViews.route(name, route)));
        return AdminResponse.json(new JsonObject().put("routes", list)).now();
    }

    private Future<AdminResponse> plan(AdminRequest request) {
        RoutePlan plan = routes.plan().apply(request.path().get("name"));
        if (plan == null) {
            throw notFound();
        }
        JsonObject byCause = new JsonObject();
        plan.byCause()
                .forEach((cause, targets) ->
                        byCause.put(LimitsJson.word(cause), AdminViews.array(targets, RouteEndpoints::target)));
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
                .now();
    }

    private static GatewayException notFound() {
        return AdminErrors.notFound("route_not_found", "No route or provider/model of this name is on.");
    }

    private static JsonObject target(Target target) {
        return new JsonObject().put("provider", target.provider()).put("model", target.model());
    }
}
