package dev.sluice.http.exchange;

import dev.sluice.auth.ApiKeyHandler;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Principal;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
import dev.sluice.protocol.request.ToolModels;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.Target;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Whether a key may use a surface and a model, and whether its usage can be recorded. */
public final class AccessCheck {

    private static final long FULL_RETRY_MILLIS = 1_000;

    private AccessCheck() {}

    /** @throws GatewayException UNAVAILABLE while the ledger has no room, because usage could not be recorded */
    static void requireLedgerRoom(AttemptLog attemptLog) {
        if (attemptLog.full()) {
            throw new GatewayException(GatewayError.of(
                            Kind.UNAVAILABLE,
                            "the ledger's journal is full because the store accepts no rows: requests are refused"
                                    + " until it does, since their usage could not be recorded")
                    .withCode("ledger_full")
                    .withRetryAfter(FULL_RETRY_MILLIS));
        }
    }

    /**
     * Sets surface and caller in the request's context, and checks that the caller may use the surface.
     *
     * @throws GatewayException PERMISSION
     */
    public static RequestContext authorize(RoutingContext routing, Surface surface) {
        RequestContext context = RequestContextHandler.of(routing);
        context.surface = surface;
        context.principal = ApiKeyHandler.principal(routing);
        requireSurface(context);
        return context;
    }

    /**
     * Checks {@code context.surface} against {@code context.principal}. A key that may use a surface may also count
     * tokens for it; one that may make videos may also read their state and content.
     *
     * @throws GatewayException PERMISSION
     */
    static void requireSurface(RequestContext context) {
        Surface surface = context.surface;
        if (!context.principal.mayUse(surface) && !context.principal.mayUse(grantingSurface(surface))) {
            throw new GatewayException(GatewayError.of(
                            Kind.PERMISSION,
                            "key " + context.principal.id() + " may not use endpoint " + surface.label()
                                    + " (expected: " + endpoints(context.principal) + ")")
                    .withCode("endpoint_not_allowed"));
        }
    }

    /** A key without a list may use all endpoints but those that must be granted by name. */
    private static String endpoints(Principal principal) {
        return principal.endpoints().isEmpty()
                ? "an admin names it in the key's endpoints"
                : "one of " + String.join(", ", principal.endpoints());
    }

    private static Surface grantingSurface(Surface surface) {
        return switch (surface) {
            case COUNT_TOKENS, INPUT_TOKENS, GENERATE_COUNT -> surface.counted();
            case VIDEO, VIDEO_CONTENT -> Surface.VIDEOS;
            default -> surface;
        };
    }

    /**
     * Checks {@code context.model} against {@code context.principal}, and sets {@code context.route}.
     *
     * @param plan for the model, or null when the model is unknown
     * @throws GatewayException MODEL_NOT_FOUND or PERMISSION
     */
    public static void requireModel(RequestContext context, RoutePlan plan) {
        if (plan == null) {
            throw new GatewayException(GatewayError.of(
                            Kind.MODEL_NOT_FOUND,
                            "model " + context.model + " is not known here (expected: a route of GET /v1/models, or"
                                    + " provider/model)")
                    .withParam("model"));
        }
        context.route = plan.route();
        if (!context.principal.mayUse(context.model)) {
            throw new GatewayException(GatewayError.of(
                            Kind.PERMISSION,
                            "key " + context.principal.id() + " may not use model " + context.model
                                    + " (expected: a model of GET /v1/models)")
                    .withCode("model_not_allowed")
                    .withParam("model"));
        }
    }

    /**
     * Checks the models that a provider's own tools would call.
     *
     * @param targets the providers of which may get the request
     * @throws GatewayException PERMISSION
     */
    public static void requireToolModels(Principal caller, ClientRequest request, List<Target> targets) {
        if (caller.models().isEmpty()) {
            return;
        }
        for (String model : ToolModels.of(request)) {
            boolean permitted = caller.mayUse(model)
                    || targets.stream().allMatch(target -> caller.mayUse(target.provider() + "/" + model));
            if (!permitted) {
                throw new GatewayException(GatewayError.of(
                                Kind.PERMISSION,
                                "key " + caller.id() + " may not use a model that a tool of the request names"
                                        + " (expected: tools without a model, or with one that the key may use)")
                        .withCode("model_not_allowed")
                        .withParam("tools"));
            }
        }
    }
}
