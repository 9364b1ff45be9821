package dev.sluice.http.exchange;

import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelPrices;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.ModelRequirements;
import dev.sluice.model.Principal;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import dev.sluice.observe.Metrics;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.request.CompletionCap;
import dev.sluice.quota.AdmissionResult;
import dev.sluice.quota.Quota;
import dev.sluice.quota.QuotaRequest;
import dev.sluice.quota.Reservation;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.RouteTable;
import dev.sluice.route.Target;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What one exchange has been given of its caller's limits and budgets: taken before the first attempt, settled with
 * each attempt's record, given back once when the exchange is over. Confined to the event loop of the client's
 * connection.
 */
public final class QuotaReservation {

    /** Of plain text. */
    private static final int BYTES_PER_TOKEN = 4;

    /** No provider lets a session live for a day. */
    private static final long LONGEST_SESSION_MILLIS = 24 * 3_600_000L;

    /** What files, images and sound may add to a prompt whose bytes say nothing about its tokens. */
    private static final long MEDIA_TOKENS = 20_000;

    private final Quota quota;
    private final Metrics metrics;
    private final RouteTable routes;
    private final QuotaRequest quotaRequest;
    private final boolean free;
    private final AdmissionResult result;
    /** What attempts that run have been given of their providers' limits, by the attempt's number. */
    private final Map<Integer, Reservation> there = new HashMap<>(2);

    private Reservation next;
    /** Attempts that are paid for and not settled. */
    private int open;
    /** No attempt follows any more. */
    private boolean release;

    private QuotaReservation(
            ListenerContext listener,
            RouteTable routes,
            QuotaRequest quotaRequest,
            boolean free,
            AdmissionResult result) {
        this.quota = listener.quota();
        this.metrics = listener.metrics();
        this.routes = routes;
        this.quotaRequest = quotaRequest;
        this.free = free;
        this.result = result;
    }

    /**
     * Takes what the request may use of its caller's limits and budgets, and tells the caller where it stands.
     *
     * @param response closes it when the answer has come to its end
     * @return null where nothing is limited, so that nobody need look at the prompt
     * @throws GatewayException when it may not have that, or what it uses could not be counted
     */
    public static QuotaReservation admit(
            ListenerContext listener,
            RouteTable routes,
            Principal who,
            ClientRequest request,
            RoutePlan plan,
            long lifeMillis,
            FilteredResponse response) {
        AccessCheck.requireLedgerRoom(listener.attemptLog());
        QuotaReservation reservation = of(listener, routes, who, request, plan, lifeMillis);
        if (reservation != null) {
            response.holds(reservation);
            if (!reservation.result.admitted()) {
                reservation.count(reservation.result);
                throw new GatewayException(reservation.result.refusal());
            }
        }
        return reservation;
    }

    /**
     * The same for a WebSocket, which has neither prompt nor completion of its own: what it uses is known afterwards.
     *
     * @param response is told where the caller stands, should it become a refusal
     */
    public static QuotaReservation admitSession(
            ListenerContext listener,
            RouteTable routes,
            Principal who,
            ClientRequest request,
            RoutePlan plan,
            HttpServerResponse response) {
        AccessCheck.requireLedgerRoom(listener.attemptLog());
        QuotaReservation reservation = of(listener, routes, who, request, plan, LONGEST_SESSION_MILLIS);
        if (reservation != null && !reservation.result.admitted()) {
            reservation.count(reservation.result);
            reservation.result.headers(false, response::putHeader);
            throw new GatewayException(reservation.result.refusal());
        }
        return reservation;
    }

    private static QuotaReservation of(
            ListenerContext listener,
            RouteTable routes,
            Principal who,
            ClientRequest request,
            RoutePlan plan,
            long lifeMillis) {
        Quota quota = listener.quota();
        if (!quota.concerns(who, plan.route()) && !limits(quota, plan)) {
            return null;
        }
        boolean free = counts(request.surface());
        List<QuotaRequest.Target> targets = new ArrayList<>(plan.targets().size());
        for (int i = 0; i < plan.targets().size(); i++) {
            targets.add(priced(routes, free, plan.targets().get(i)));
        }
        boolean completes = completes(request.surface());
        ModelRequirements requirements = Protocols.needs(request);
        int choices = requirements.choices();
        QuotaRequest quotaRequest = new QuotaRequest(
                who,
                plan.route(),
                targets,
                promptTokens(request, requirements),
                promptAtMost(request, requirements),
                requirements.outputTokens() / choices,
                choices,
                completes,
                lifeMillis);
        return new QuotaReservation(listener, routes, quotaRequest, free, quota.admit(quotaRequest));
    }

    private static boolean limits(Quota quota, RoutePlan plan) {
        for (int i = 0; i < plan.targets().size(); i++) {
            if (quota.limits(plan.targets().get(i).provider())) {
                return true;
            }
        }
        return false;
    }

    private static boolean completes(Surface surface) {
        return switch (surface) {
            case CHAT_COMPLETIONS, COMPLETIONS, RESPONSES, MESSAGES -> true;
            default -> false;
        };
    }

    /** Whether the answer is only how many tokens there are: no provider bills that. */
    private static boolean counts(Surface surface) {
        return surface == Surface.COUNT_TOKENS || surface == Surface.INPUT_TOKENS;
    }

    /** As well as bytes tell; of what nobody reads, nothing. */
    private static long promptTokens(ClientRequest request, ModelRequirements requirements) {
        if (requirements != ModelRequirements.NONE) {
            return requirements.promptTokens();
        }
        boolean read = request.relay() == null && !counts(request.surface());
        return read ? request.body().length() / BYTES_PER_TOKEN : 0;
    }

    /**
     * No more tokens than this. A token has a byte at least, so that there are no more than bytes; only where files are
     * in them as base64, most bytes are no tokens.
     */
    private static long promptAtMost(ClientRequest request, ModelRequirements requirements) {
        if (counts(request.surface())) {
            return 0;
        }
        if (request.relay() != null) {
            return request.relay().upload() == null ? 0 : MEDIA_TOKENS;
        }
        if (requirements.images() || requirements.audio() || requirements.documents()) {
            return requirements.promptTokens() * BYTES_PER_TOKEN + MEDIA_TOKENS;
        }
        return request.body().length();
    }

    AdmissionResult result() {
        return result;
    }

    /** The request, limited to what the budget pays for where it does not limit itself. */
    ClientRequest capped(ClientRequest request) {
        return result.completionCap() > 0 ? CompletionCap.cap(request, result.completionCap()) : request;
    }

    /** Whether another attempt is paid for and its provider's limits let it through; null when it is. */
    public GatewayError before(Target target) {
        AdmissionResult provider = null;
        if (quota.limits(target.provider())) {
            provider = quota.admitProvider(target.provider(), quotaRequest);
            if (!provider.admitted()) {
                count(provider);
                return elsewhere(provider.refusal());
            }
        }
        GatewayError unpaid = result.reservation().extend(priced(routes, free, target));
        if (provider != null && unpaid == null) {
            next = provider.reservation();
        } else if (provider != null) {
            provider.reservation().revoke();
        }
        return unpaid;
    }

    /** The attempt that {@link #before} let through has its number now. */
    void began(int attempt) {
        open++;
        if (next != null) {
            there.put(attempt, next);
            next = null;
        }
    }

    void settle(AttemptRecord attempt) {
        result.reservation().settle(attempt);
        Reservation provider = there.remove(attempt.attempt());
        if (provider != null) {
            provider.settle(attempt);
            provider.close();
        }
        open--;
        closeIfOver();
    }

    /**
     * No attempt follows. What runs still, a hedge that lost or what the client gave up, is held for until it has
     * settled: else somebody else would be given the money that it costs.
     */
    public void release() {
        release = true;
        closeIfOver();
    }

    /**
     * Charges what a session has used so far.
     *
     * @return false when a hard budget has nothing left for more
     */
    public boolean chargeSoFar(Target target, Usage sofar) {
        OptionalLong cost = sofar.known() ? routes.facts(target).prices().cost(sofar) : OptionalLong.empty();
        return cost.isEmpty() || result.reservation().spentSoFar(cost.getAsLong());
    }

    private void count(AdmissionResult refused) {
        metrics.refused(refused.refusedBy().label(), refused.refusal().code());
    }

    private void closeIfOver() {
        if (release && open == 0) {
            result.reservation().close();
        }
    }

    /** What a provider's limits refuse another provider may serve, even what they never let through. */
    private static GatewayError elsewhere(GatewayError refusal) {
        return refusal.kind() == Kind.TOO_LARGE
                ? GatewayError.of(Kind.UNAVAILABLE, refusal.message()).withCode(FailureCode.LIMITS_SPENT)
                : refusal.withCode(FailureCode.LIMITS_SPENT);
    }

    private static QuotaRequest.Target priced(RouteTable routes, boolean free, Target target) {
        if (free) {
            return new QuotaRequest.Target(target.provider(), target.model(), ModelPrices.FREE, 0);
        }
        ModelFacts facts = routes.facts(target);
        return new QuotaRequest.Target(target.provider(), target.model(), facts.prices(), facts.maxOutputTokens());
    }
}
