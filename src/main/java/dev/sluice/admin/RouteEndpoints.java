package dev.sluice.admin;

import static dev.sluice.admin.api.Field.Kind.FLAG;
import static dev.sluice.admin.api.Field.Kind.TEXT;

import dev.sluice.admin.api.AdminErrors;
import dev.sluice.admin.api.Answer;
import dev.sluice.admin.api.Call;
import dev.sluice.admin.api.Endpoint;
import dev.sluice.admin.api.Field;
import dev.sluice.admin.api.Gives;
import dev.sluice.admin.api.Shape;
import dev.sluice.admin.api.Terms;
import dev.sluice.model.GatewayException;
import dev.sluice.route.Cause;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.Skipped;
import dev.sluice.route.Target;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;

/** Public model names, and what a request for one would get just now. */
final class RouteEndpoints {

    private static final Shape PLAN = Shape.of(
            Field.sure("model", TEXT, "what was asked for"),
            Field.sure("explained", TEXT, "all of it on one line"),
            Field.list("targets", AdminViews.TARGET, "in the order to try"),
            Field.list(
                    "skipped",
                    AdminViews.TARGET.and(Field.word("reason", Terms.words(Skipped.Reason.values()), "")
                            .needed()),
                    "left out, unless it is a last resort"),
            Field.object(
                            "fallbacks_on",
                            Shape.of(Stream.of(Cause.values())
                                    .map(cause -> Field.list(Terms.word(cause), AdminViews.TARGET, "")
                                            .optional())
                                    .toArray(Field[]::new)),
                            "tried instead when an attempt failed for that cause")
                    .needed(),
            Field.sure("last_resort", FLAG, "every candidate was unfit, and is tried all the same"));

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
                        Gives.json(Field.list("routes", AdminViews.ROUTE, "")),
                        here::list),
                Endpoint.get(
                        "/routes/{name}/plan",
                        "whom a request for this name would be tried at just now, and who is left out and why;"
                                + " provider%2Fmodel works, too",
                        Gives.json(PLAN),
                        here::plan));
    }

    private Future<Answer> list(Call call) {
        JsonArray list = new JsonArray();
        routes.all().get().forEach((name, route) -> list.add(AdminViews.route(name, route)));
        return Answer.json(new JsonObject().put("routes", list)).now();
    }

    private Future<Answer> plan(Call call) {
        RoutePlan plan = routes.plan().apply(call.path().get("name"));
        if (plan == null) {
            throw notFound();
        }
        JsonObject byCause = new JsonObject();
        plan.byCause()
                .forEach((cause, targets) ->
                        byCause.put(Terms.word(cause), AdminViews.array(targets, RouteEndpoints::target)));
        return Answer.json(new JsonObject()
                        .put("model", call.path().get("name"))
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
