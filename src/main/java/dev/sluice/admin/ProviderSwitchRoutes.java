package dev.sluice.admin;

import dev.sluice.model.BreakerForce;
import dev.sluice.model.ProviderStatus;
import dev.sluice.model.ProviderSwitches;
import io.vertx.core.Handler;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What an operator switches by hand: breakers and drains. Each answers with the provider as it is then. */
final class ProviderSwitchRoutes {

    private static final int MAX_BODY = 16 * 1024;
    private static final int MAX_REASON = 200;

    private final ProviderSwitches switches;
    private final Supplier<List<ProviderStatus>> providers;

    private ProviderSwitchRoutes(AdminSources sources) {
        this.switches = sources.switches();
        this.providers = sources.providers();
    }

    static void mount(Router router, AdminSources sources) {
        ProviderSwitchRoutes routes = new ProviderSwitchRoutes(sources);
        post(router, "breaker", routes::breaker);
        post(router, "drain", routes::drain);
        post(router, "undrain", routes::undrain);
    }

    private static void post(Router router, String what, Handler<RoutingContext> handler) {
        router.post("/admin/v1/providers/:name/" + what)
                .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY))
                .handler(handler);
    }

    private void breaker(RoutingContext context) {
        body(context, Set.of("state", "reason"))
                .ifPresent(body -> force(context, body)
                        .ifPresent(force -> answer(
                                context,
                                switches.force(name(context), force, reason(body, "breaker set to " + word(force))))));
    }

    private void drain(RoutingContext context) {
        body(context, Set.of("reason"))
                .ifPresent(body -> answer(context, switches.drain(name(context), reason(body, "drained"))));
    }

    private void undrain(RoutingContext context) {
        body(context, Set.of()).ifPresent(body -> answer(context, switches.drain(name(context), null)));
    }

    private void answer(RoutingContext context, boolean found) {
        Optional<ProviderStatus> now = providers.get().stream()
                .filter(provider ->
                        found && !provider.draining() && provider.name().equals(name(context)))
                .findFirst();
        if (now.isPresent()) {
            AdminRoutes.json(context, AdminViews.provider(now.get()));
        } else {
            AdminErrors.send(context, 404, "provider_not_found", "No provider of this name is on.");
        }
    }

    /** Empty when it was refused. */
    private static Optional<JsonObject> body(RoutingContext context, Set<String> members) {
        JsonObject body;
        try {
            body = context.body().length() <= 0
                    ? new JsonObject()
                    : new JsonObject(context.body().buffer());
        } catch (DecodeException notAnObject) {
            AdminErrors.send(context, 400, "body", "The body must be a JSON object.");
            return Optional.empty();
        }
        for (String member : body.fieldNames()) {
            if (!members.contains(member)) {
                AdminErrors.send(context, 400, "body", "Unknown member " + member + " (known: " + members + ").");
                return Optional.empty();
            }
        }
        if (body.getValue("reason") != null && !(body.getValue("reason") instanceof String)) {
            AdminErrors.send(context, 400, "body", "reason must be a string.");
            return Optional.empty();
        }
        return Optional.of(body);
    }

    /** Empty when it was refused. */
    private static Optional<BreakerForce> force(RoutingContext context, JsonObject body) {
        Optional<BreakerForce> named = Stream.of(BreakerForce.values())
                .filter(force -> word(force).equals(body.getValue("state")))
                .findFirst();
        if (named.isEmpty()) {
            AdminErrors.send(context, 400, "body", "state must be one of open, closed, auto.");
        }
        return named;
    }

    private static String reason(JsonObject body, String otherwise) {
        String given = body.getString("reason", "").strip();
        return "by an operator: "
                + (given.isEmpty() ? otherwise : given.substring(0, Math.min(given.length(), MAX_REASON)));
    }

    private static String word(BreakerForce force) {
        return force.name().toLowerCase(Locale.ROOT);
    }

    private static String name(RoutingContext context) {
        return context.pathParam("name");
    }
}
