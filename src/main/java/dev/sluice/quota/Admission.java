package dev.sluice.quota;

import dev.sluice.model.GatewayError;
import dev.sluice.model.TokenEstimates;
import java.util.ArrayList;
import java.util.List;

/**
 * The admission of one request: reserves in one account after the other, and releases everything when one refuses. It
 * may begin before the body is received, with what needs no body ({@link Quota#begin}). Used once, by one thread.
 */
public final class Admission {

    private static final int MAX_SCOPES = 3;

    private final Quota quota;
    private final Accounts accounts;
    private QuotaRequest quotaRequest;
    private long millis;
    private long epochMillis;
    private final List<RateReservation> rateReservations = new ArrayList<>(MAX_SCOPES);
    private BudgetReservation budgetReservation;
    private boolean priceUnknown;
    private GatewayError refusal;
    private QuotaScope refusedBy;
    private RateLimitHeaders rates = RateLimitHeaders.NONE;

    Admission(Quota quota, Accounts accounts) {
        this.quota = quota;
        this.accounts = accounts;
        readClock();
    }

    /** The refusal of an admission that has begun; null when none of its limits refused it. */
    public AdmissionResult refusal() {
        return refusal == null ? null : refused();
    }

    /** Releases everything, including the request count: the request does not go on. */
    public void revoke() {
        for (int i = 0; i < rateReservations.size(); i++) {
            rateReservations.get(i).release();
        }
        rateReservations.clear();
    }

    /** The request is known now. */
    void of(QuotaRequest request) {
        quotaRequest = request;
        readClock();
    }

    private void readClock() {
        millis = quota.clock().millis();
        epochMillis = quota.clock().epochMillis();
    }

    /** Reserves what the limits of one account demand of a request whose body is not known: its place and its count. */
    boolean reserveRequest(EffectiveLimits limits) {
        RateReservation rateReservation = acquire(limits, true);
        return rateReservation != null && reserveLimits(rateReservation, LimitUnit.REQUESTS, 1);
    }

    /**
     * Whether the limits of this scope were begun before the body was known: {@link #reserveTokens(QuotaScope)}
     * continues them.
     */
    boolean hasBegun(QuotaScope scope) {
        return begun(scope) != null;
    }

    /** Reserves what the limits that have begun count of the body. */
    boolean reserveTokens(QuotaScope scope) {
        return reserveTokens(begun(scope));
    }

    /**
     * Reserves in one account what its limits count.
     *
     * @param needed whether the account is needed even without limits, for a budget
     */
    boolean reserveLimits(EffectiveLimits limits, boolean needed) {
        boolean counts = !limits.none();
        if (!counts && !needed) {
            return true;
        }
        RateReservation rateReservation = acquire(limits, counts);
        return rateReservation != null
                && (!counts || reserveLimits(rateReservation, LimitUnit.REQUESTS, 1) && reserveTokens(rateReservation));
    }

    private boolean reserveTokens(RateReservation rateReservation) {
        EffectiveLimits limits = rateReservation.limits();
        return reserveLimits(rateReservation, LimitUnit.INPUT, quotaRequest.promptTokens())
                && reserveLimits(rateReservation, LimitUnit.OUTPUT, completion(limits.of(LimitUnit.OUTPUT)))
                && reserveLimits(rateReservation, LimitUnit.TOKENS, tokens(limits.of(LimitUnit.TOKENS)));
    }

    /** Null when the concurrency limit refuses. */
    private RateReservation acquire(EffectiveLimits limits, boolean counts) {
        Account account = accounts.acquire(limits.scope(), limits.name(), limits.concurrency());
        if (account == null) {
            refuse(QuotaErrors.concurrency(limits), limits);
            return null;
        }
        RateReservation rateReservation = new RateReservation(limits, account, counts);
        rateReservations.add(rateReservation);
        return rateReservation;
    }

    /** What was reserved in this scope before the body was known, or null. */
    private RateReservation begun(QuotaScope scope) {
        for (int i = 0; i < rateReservations.size(); i++) {
            if (rateReservations.get(i).limits().scope() == scope) {
                return rateReservations.get(i);
            }
        }
        return null;
    }

    /** Reserves the worst-case cost. Each line is null where there is no budget. */
    boolean reserveBudgets(BudgetLine key, BudgetLine tier, BudgetLine team, boolean refuseUnknownPrice) {
        List<BudgetConstraint> constraints = constraints(key, tier, team);
        if (constraints.isEmpty()) {
            return true;
        }
        WorstCase worst =
                WorstCase.of(quotaRequest.targets(), quotaRequest.maxPromptTokens(), quotaRequest.hasCompletion());
        priceUnknown = worst.unpricedModel() != null;
        if (priceUnknown || quotaRequest.uncounted() != null) {
            BudgetLine strict = refusingUncounted(constraints);
            if (strict != null && quotaRequest.uncounted() != null) {
                return refuse(QuotaErrors.uncounted(quotaRequest.uncounted(), strict), strict);
            }
            if (strict != null || priceUnknown && refuseUnknownPrice) {
                BudgetLine refusing = strict == null ? constraints.get(0).first() : strict;
                return refuse(QuotaErrors.priceUnknown(worst.unpricedModel(), refusing), refusing);
            }
        }
        BudgetReservation money = new BudgetReservation(constraints, quotaRequest);
        BudgetConstraint refusing = money.reserve(worst);
        if (refusing != null) {
            refusing.alertRefused(quota.alerts());
            long least = quotaRequest.uncapped()
                    ? BudgetReservation.MIN_COMPLETION * quotaRequest.choices()
                    : quotaRequest.completion();
            return refuse(
                    QuotaErrors.budget(refusing, worst.nanoUsd(quotaRequest.maxPromptTokens(), least), epochMillis),
                    refusing.tightest());
        }
        budgetReservation = money;
        return true;
    }

    AdmissionResult admitted() {
        if (rateReservations.isEmpty()) {
            return AdmissionResult.FREE;
        }
        for (int i = 0; i < rateReservations.size(); i++) {
            rates = rates.with(RateLimitHeaders.of(
                    rateReservations.get(i).limits(), rateReservations.get(i).account(), millis));
        }
        Reservation reservation = new Reservation(
                quota,
                quotaRequest,
                rateReservations,
                budgetReservation,
                millis + quotaRequest.lifetimeMillis() + Quota.SLACK_MILLIS);
        quota.opened(reservation);
        long cap = budgetReservation != null && budgetReservation.hard() && quotaRequest.uncapped()
                ? budgetReservation.completion() / quotaRequest.choices()
                : 0;
        return new AdmissionResult(reservation, null, null, cap, priceUnknown, rates, epochMillis);
    }

    AdmissionResult refused() {
        return new AdmissionResult(Reservation.NONE, refusal, refusedBy, 0, priceUnknown, rates, epochMillis);
    }

    private boolean reserveLimits(RateReservation rateReservation, LimitUnit unit, long count) {
        if (rateReservation.reserve(unit, count, millis / Quota.SECOND)) {
            return true;
        }
        EffectiveLimits limits = rateReservation.limits();
        SlidingWindow window = rateReservation.account().window(unit);
        long used = window.used(millis / Quota.SECOND);
        long wait = window.waitMillis(count, limits.of(unit), millis);
        return refuse(QuotaErrors.rate(limits, unit, count, used, wait), limits);
    }

    /** @param at the limits that the rate limit headers report */
    private boolean refuse(GatewayError why, EffectiveLimits at) {
        refuse(why, at.scope());
        Account account = accounts.find(at.scope(), at.name());
        if (account != null) {
            rates = RateLimitHeaders.of(at, account, millis);
        }
        return false;
    }

    /** Capped at the limit: an estimate alone never makes a request larger than its limit. */
    private long completion(long limit) {
        if (quotaRequest.completionEstimated()) {
            return 0;
        }
        return quotaRequest.uncapped() && limit > 0
                ? Math.min(TokenEstimates.USUAL_COMPLETION * quotaRequest.choices(), limit)
                : quotaRequest.completion();
    }

    private long tokens(long limit) {
        long left = Math.max(0, limit - quotaRequest.promptTokens());
        return quotaRequest.promptTokens() + (limit > 0 ? completion(Math.max(1, left)) : 0);
    }

    private boolean refuse(GatewayError why, BudgetLine line) {
        return refuse(why, line.scope());
    }

    private boolean refuse(GatewayError why, QuotaScope by) {
        refusal = why;
        refusedBy = by;
        revoke();
        return false;
    }

    private static BudgetLine refusingUncounted(List<BudgetConstraint> constraints) {
        for (int i = 0; i < constraints.size(); i++) {
            BudgetLine line = constraints.get(i).refusingUncounted();
            if (line != null) {
                return line;
            }
        }
        return null;
    }

    private List<BudgetConstraint> constraints(BudgetLine key, BudgetLine tier, BudgetLine team) {
        List<BudgetConstraint> constraints = new ArrayList<>(MAX_SCOPES);
        boolean sharedAccount = key != null
                && tier != null
                && key.budget().period() == tier.budget().period();
        for (int i = 0; i < rateReservations.size(); i++) {
            Account account = rateReservations.get(i).account();
            if (account.scope() == QuotaScope.KEY) {
                add(constraints, account, key, sharedAccount ? tier : null);
                add(constraints, account, sharedAccount ? null : tier, null);
            } else if (account.scope() == QuotaScope.TEAM) {
                add(constraints, account, team, null);
            }
        }
        return constraints;
    }

    private void add(List<BudgetConstraint> constraints, Account account, BudgetLine first, BudgetLine second) {
        if (first != null) {
            constraints.add(new BudgetConstraint(
                    account,
                    account.budgetAccount(first.budget().period(), epochMillis),
                    first,
                    second,
                    quota.share()));
        }
    }
}
