package dev.sluice.http.exchange;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
import dev.sluice.route.RoutePlan;

/** Whether who asks may have what is asked for. */
public final class AccessCheck {

    private static final long FULL_RETRY_MILLIS = 1_000;

    private AccessCheck() {}

    /** @throws GatewayException UNAVAILABLE when what is used could not be counted */
    static void requireLedgerRoom(AttemptLog attemptLog) {
        if (attemptLog.full()) {
            throw new GatewayException(GatewayError.of(
                            Kind.UNAVAILABLE,
                            "the journal of the ledger is full, because the store does not take its rows; nothing is"
                                    + " served that cannot be counted")
                    .withCode("ledger_full")
                    .withRetryAfter(FULL_RETRY_MILLIS));
        }
    }

    /**
     * Looks at {@code facts.surface} and {@code facts.principal}. Counting tokens goes with what is counted for, and a
     * video's state and file with making videos.
     *
     * @throws GatewayException PERMISSION
     */
    public static void requireSurface(RequestContext facts) {
        Surface surface = facts.surface;
        if (!facts.principal.mayUse(surface) && !facts.principal.mayUse(billedAs(surface))) {
            throw new GatewayException(GatewayError.of(
                            Kind.PERMISSION, "key " + facts.principal.id() + " may not use surface " + surface.label())
                    .withCode("surface_not_allowed"));
        }
    }

    private static Surface billedAs(Surface surface) {
        return switch (surface) {
            case COUNT_TOKENS -> Surface.MESSAGES;
            case INPUT_TOKENS -> Surface.RESPONSES;
            case VIDEO, VIDEO_CONTENT -> Surface.VIDEOS;
            default -> surface;
        };
    }

    /**
     * Looks at {@code facts.model} and {@code facts.principal}, and notes the route.
     *
     * @param plan for the model, or null when there is none
     * @throws GatewayException MODEL_NOT_FOUND or PERMISSION
     */
    public static void requireModel(RequestContext facts, RoutePlan plan) {
        if (plan == null) {
            throw new GatewayException(GatewayError.of(
                            Kind.MODEL_NOT_FOUND,
                            "model " + facts.model + " is not known here (expected: a route of GET /v1/models, or"
                                    + " provider/model)")
                    .withParam("model"));
        }
        facts.route = plan.route();
        if (!facts.principal.mayUse(facts.model)) {
            throw new GatewayException(GatewayError.of(
                            Kind.PERMISSION, "key " + facts.principal.id() + " may not use model " + facts.model)
                    .withCode("model_not_allowed")
                    .withParam("model"));
        }
    }
}
