package dev.sluice.http.exchange;

import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.catalog.ModelPrices;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.ModelRequirements;
import dev.sluice.model.Principal;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
import dev.sluice.model.TokenEstimates;
import dev.sluice.model.Usage;
import dev.sluice.observe.Metrics;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.media.MediaTokens;
import dev.sluice.protocol.request.CompletionCap;
import dev.sluice.quota.Admission;
import dev.sluice.quota.AdmissionResult;
import dev.sluice.quota.Quota;
import dev.sluice.quota.QuotaRequest;
import dev.sluice.quota.Reservation;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.RouteTable;
import dev.sluice.route.Target;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The quota reservation of one request: what it may use of its caller's limits and budgets. It is taken before the
 * first attempt, settled with the record of each attempt, and released once when the exchange ends. Confined to the
 * event loop of the client's connection.
 */
public final class QuotaReservation {

    /**
     * The reservation of one attempt.
     *
     * @param refusal why the attempt must not be sent, or null
     * @param provider its share of the provider's limits, or null where the provider has none
     */
    public record AttemptReservation(GatewayError refusal, Reservation provider) {

        static final AttemptReservation UNLIMITED = new AttemptReservation(null, null);
    }

    /** Every provider closes a session within a day. */
    private static final long LONGEST_SESSION_MILLIS = 24 * 3_600_000L;

    private final Quota quota;
    private final Metrics metrics;
    private final RouteTable routes;
    private final QuotaRequest quotaRequest;
    private final ReservedPrices prices;
    private final AdmissionResult admission;
    /** Attempts that have a reservation and are not settled. */
    private int openAttempts;
    /** Set by {@link #release}: no further attempt will start. */
    private boolean released;

    private QuotaReservation(
            ListenerContext listener,
            RouteTable routes,
            QuotaRequest quotaRequest,
            ReservedPrices prices,
            AdmissionResult admission) {
        this.quota = listener.quota();
        this.metrics = listener.metrics();
        this.routes = routes;
        this.quotaRequest = quotaRequest;
        this.prices = prices;
        this.admission = admission;
    }

    /**
     * Reserves for one request. {@link #requireAdmitted} throws the refusal, if there is one.
     *
     * @param lifeMillis upper bound of the duration of the exchange
     * @param resources with the admission that has begun; null without one
     * @return null where nothing is limited, so that the prompt need not be read
     * @throws GatewayException UNAVAILABLE when usage could not be recorded
     */
    static QuotaReservation of(
            ListenerContext listener,
            RouteTable routes,
            Principal principal,
            ClientRequest request,
            RoutePlan plan,
            long lifeMillis,
            RequestResources resources) {
        AccessCheck.requireLedgerRoom(listener.attemptLog());
        return reserve(listener, routes, principal, request, plan, lifeMillis, resources);
    }

    /**
     * Reserves for a WebSocket, which has neither prompt nor completion of its own: its usage is known afterwards.
     *
     * @param response gets the caller's limits as headers when they refuse the session
     * @return null where nothing is limited
     * @throws GatewayException when a limit or budget refuses the session, or when usage could not be recorded
     */
    public static QuotaReservation ofSession(
            ListenerContext listener,
            RouteTable routes,
            Principal principal,
            ClientRequest request,
            RoutePlan plan,
            HttpServerResponse response) {
        AccessCheck.requireLedgerRoom(listener.attemptLog());
        QuotaReservation reservation =
                reserve(listener, routes, principal, request, plan, LONGEST_SESSION_MILLIS, null);
        if (reservation != null) {
            if (!reservation.admission.admitted()) {
                reservation.admission.headers(false, response::putHeader);
            }
            reservation.requireAdmitted();
        }
        return reservation;
    }

    /**
     * Begins the reservation of a request whose body is not received yet.
     *
     * @return null where key, tier and team limit neither concurrency nor requests
     * @throws GatewayException when one of these limits refuses the request; its headers are in the response then
     */
    static Admission begin(ListenerContext listener, RequestContext context, HttpServerResponse response) {
        Admission begun = listener.quota().begin(context.principal);
        AdmissionResult refused = begun == null ? null : begun.refusal();
        if (refused == null) {
            return begun;
        }
        if (!response.closed()) {
            refused.headers(context.surface == Surface.MESSAGES, response::putHeader);
        }
        listener.metrics()
                .refused(refused.refusedBy().label(), refused.refusal().code());
        throw new GatewayException(refused.refusal());
    }

    /** @throws GatewayException when a limit or budget refused the request */
    void requireAdmitted() {
        if (!admission.admitted()) {
            countRefusal(admission);
            throw new GatewayException(admission.refusal());
        }
    }

    private static QuotaReservation reserve(
            ListenerContext listener,
            RouteTable routes,
            Principal principal,
            ClientRequest request,
            RoutePlan plan,
            long lifeMillis,
            RequestResources resources) {
        Quota quota = listener.quota();
        if (!quota.appliesTo(principal, plan.route()) && !limitsAnyProvider(quota, plan)) {
            return null;
        }
        ModelRequirements requirements = Protocols.requirements(request);
        ReservedPrices prices = new ReservedPrices(routes, request, requirements);
        List<QuotaRequest.PricedTarget> targets = new ArrayList<>(plan.targets().size());
        for (int i = 0; i < plan.targets().size(); i++) {
            targets.add(prices.at(plan.targets().get(i)));
        }
        MediaTokens media = mediaTokens(routes, request, plan);
        QuotaRequest quotaRequest = media == null
                ? quotaRequest(routes, principal, request, requirements, plan, targets, lifeMillis)
                : new QuotaRequest(
                        principal,
                        plan.route(),
                        targets,
                        TokenEstimates.promptTokens(request, ModelRequirements.NONE),
                        media.maxPrompt(),
                        media.perOutput(),
                        media.outputs(),
                        true,
                        true,
                        request.uncounted(),
                        lifeMillis);
        Admission begun = resources == null ? null : resources.takeAdmission();
        AdmissionResult result = begun == null ? quota.admit(quotaRequest) : quota.admit(quotaRequest, begun);
        return new QuotaReservation(listener, routes, quotaRequest, prices, result);
    }

    private static QuotaRequest quotaRequest(
            RouteTable routes,
            Principal principal,
            ClientRequest request,
            ModelRequirements requirements,
            RoutePlan plan,
            List<QuotaRequest.PricedTarget> targets,
            long lifeMillis) {
        int choices = requirements.choices();
        return new QuotaRequest(
                principal,
                plan.route(),
                targets,
                TokenEstimates.promptTokens(request, requirements),
                maxPromptTokens(routes, request, requirements, plan),
                requirements.outputTokens() / choices,
                choices,
                request.surface().isConversation(),
                false,
                request.uncounted(),
                lifeMillis);
    }

    /** The bounds of images and transcripts, as the limits of all targets together allow; null for other surfaces. */
    private static MediaTokens mediaTokens(RouteTable routes, ClientRequest request, RoutePlan plan) {
        MediaTokens media = MediaTokens.of(request);
        if (media == null) {
            return null;
        }
        long context = 0;
        long output = 0;
        boolean contextKnown = true;
        boolean outputKnown = true;
        for (int i = 0; i < plan.targets().size(); i++) {
            ModelFacts facts = routes.facts(plan.targets().get(i));
            contextKnown &= facts.contextTokens() > 0;
            outputKnown &= facts.maxOutputTokens() > 0;
            context = Math.max(context, facts.contextTokens());
            output = Math.max(output, facts.maxOutputTokens());
        }
        return media.within(contextKnown ? context : 0, outputKnown ? output : 0);
    }

    private static boolean limitsAnyProvider(Quota quota, RoutePlan plan) {
        for (int i = 0; i < plan.targets().size(); i++) {
            if (quota.limitsProvider(plan.targets().get(i).provider())) {
                return true;
            }
        }
        return false;
    }

    /**
     * The upper bound of the prompt's tokens. A token has at least one byte, so the body's bytes are a bound; with
     * files in base64, most of those bytes are no tokens, and the text is counted instead.
     */
    private static long maxPromptTokens(
            RouteTable routes, ClientRequest request, ModelRequirements requirements, RoutePlan plan) {
        if (request.surface().isCount()) {
            return 0;
        }
        if (request.relay() != null) {
            return request.relay().upload() == null ? 0 : TokenEstimates.MEDIA_TOKENS;
        }
        if (requirements.images() || requirements.audio() || requirements.documents()) {
            return requirements.maxTextBytes() + maxMediaTokens(routes, requirements, plan);
        }
        return request.body().length();
    }

    /** Providers refuse a prompt that is longer than the context window. */
    private static long maxMediaTokens(RouteTable routes, ModelRequirements requirements, RoutePlan plan) {
        long perImage = TokenEstimates.IMAGE_TOKENS;
        long context = 0;
        boolean contextKnown = true;
        for (int i = 0; i < plan.targets().size(); i++) {
            ModelFacts facts = routes.facts(plan.targets().get(i));
            if (facts.has(Trait.LARGE_IMAGES)) {
                perImage = TokenEstimates.LARGE_IMAGE_TOKENS;
            }
            contextKnown &= facts.contextTokens() > 0;
            context = Math.max(context, facts.contextTokens());
        }
        long tokens = requirements.maxMediaTokens(perImage);
        return contextKnown ? Math.min(tokens, context) : tokens;
    }

    AdmissionResult admission() {
        return admission;
    }

    /** The request, with a limit on its completion where it has none and the budget pays for no more. */
    ClientRequest capped(ClientRequest request) {
        return admission.completionCap() > 0 ? CompletionCap.cap(request, admission.completionCap()) : request;
    }

    /** Reserves for one attempt, in the provider's limits and the caller's budgets: both or none. */
    AttemptReservation reserve(Target target) {
        Reservation provider = null;
        if (quota.limitsProvider(target.provider())) {
            AdmissionResult result = quota.admitProvider(target.provider(), quotaRequest);
            if (!result.admitted()) {
                countRefusal(result);
                return new AttemptReservation(withoutProvider(result.refusal()), null);
            }
            provider = result.reservation();
        }
        GatewayError unpaid = admission.reservation().extend(prices.at(target));
        if (unpaid != null) {
            if (provider != null) {
                provider.revoke();
            }
            return new AttemptReservation(unpaid, null);
        }
        openAttempts++;
        return provider == null ? AttemptReservation.UNLIMITED : new AttemptReservation(null, provider);
    }

    /**
     * Charges what an attempt used. Every attempt with a reservation is settled once.
     *
     * @param knownNanoUsd the part of an unknown cost whose prices are known, which budgets are charged for
     */
    void settle(AttemptRecord attempt, AttemptReservation reserved, long knownNanoUsd) {
        openAttempts--;
        try {
            if (knownNanoUsd > 0) {
                admission.reservation().chargeProgress(knownNanoUsd);
            }
            admission.reservation().settle(attempt);
        } finally {
            try {
                settleProvider(attempt, reserved.provider());
            } finally {
                closeIfSettled();
            }
        }
    }

    private static void settleProvider(AttemptRecord attempt, Reservation provider) {
        if (provider != null) {
            try {
                provider.settle(attempt);
            } finally {
                provider.close();
            }
        }
    }

    /**
     * Releases the reservation; no further attempt may start. Running attempts, such as the loser of a hedge, keep
     * their share until they settle: otherwise another request could be admitted with the money that they cost.
     */
    public void release() {
        released = true;
        closeIfSettled();
    }

    /**
     * Charges what a session has used so far.
     *
     * @return false when a hard budget is exhausted
     */
    public boolean chargeSoFar(Target target, Usage usage) {
        ModelPrices ofModel = routes.facts(target).prices();
        OptionalLong cost = ofModel.cost(usage);
        long charged = cost.isPresent() ? cost.getAsLong() : ofModel.knownCost(usage);
        return cost.isEmpty() && charged == 0 || admission.reservation().chargeProgress(charged);
    }

    private void countRefusal(AdmissionResult refused) {
        metrics.refused(refused.refusedBy().label(), refused.refusal().code());
    }

    private void closeIfSettled() {
        if (released && openAttempts == 0) {
            admission.reservation().close();
        }
    }

    /** Another provider may serve a request that this provider's limits refuse, even one that they never admit. */
    private static GatewayError withoutProvider(GatewayError refusal) {
        return refusal.kind() == Kind.TOO_LARGE
                ? GatewayError.of(Kind.UNAVAILABLE, refusal.message()).withCode(FailureCode.LIMITS_SPENT)
                : refusal.withCode(FailureCode.LIMITS_SPENT);
    }
}
