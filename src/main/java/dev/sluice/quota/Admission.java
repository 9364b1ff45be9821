package dev.sluice.quota;

import dev.sluice.model.GatewayError;
import java.util.ArrayList;
import java.util.List;

/**
 * One request at the door: takes of one account after the other, and when one refuses gives everything back. Used by
 * one thread, once.
 */
final class Admission {

    /** What a completion without a limit of its own is reserved with, in tokens; the truth is charged at its end. */
    static final long USUAL_COMPLETION = 1024;

    private static final int MOST_STAKES = 3;

    private final Quota quota;
    private final Accounts accounts;
    private final QuotaRequest quotaRequest;
    private final long millis;
    private final long epochMillis;
    private final List<RateReservation> stakes = new ArrayList<>(MOST_STAKES);
    private BudgetReservation budgetReservation;
    private boolean priceUnknown;
    private GatewayError refusal;
    private QuotaScope refusedBy;
    private RateLimitHeaders rates = RateLimitHeaders.NONE;

    Admission(Quota quota, Accounts accounts, QuotaRequest quotaRequest) {
        this.quota = quota;
        this.accounts = accounts;
        this.quotaRequest = quotaRequest;
        millis = quota.clock().millis();
        epochMillis = quota.clock().epochMillis();
    }

    /**
     * Takes what the limits of one account ask for.
     *
     * @param needed whether the account is needed even without limits
     */
    boolean take(EffectiveLimits limits, boolean needed) {
        boolean counts = !limits.none();
        if (!counts && !needed) {
            return true;
        }
        Account account = accounts.enter(limits.scope(), limits.name(), limits.concurrency());
        if (account == null) {
            return refuse(QuotaErrors.concurrency(limits), limits);
        }
        RateReservation rateReservation = new RateReservation(limits, account, counts);
        stakes.add(rateReservation);
        return !counts
                || take(rateReservation, LimitUnit.REQUESTS, 1)
                        && take(rateReservation, LimitUnit.INPUT, quotaRequest.promptTokens())
                        && take(rateReservation, LimitUnit.OUTPUT, completion(limits.of(LimitUnit.OUTPUT)))
                        && take(rateReservation, LimitUnit.TOKENS, tokens(limits.of(LimitUnit.TOKENS)));
    }

    /** Reserves the money; each line may be of nobody. */
    boolean reserve(BudgetLine key, BudgetLine tier, BudgetLine team, boolean unknownIsRefused) {
        List<BudgetConstraint> claims = claims(key, tier, team);
        if (claims.isEmpty()) {
            return true;
        }
        WorstCase worst = WorstCase.of(quotaRequest.targets(), quotaRequest.promptAtMost(), quotaRequest.completes());
        priceUnknown = worst.unknown() != null;
        if (priceUnknown && unknownIsRefused) {
            refusedBy = claims.get(0).first().scope();
            return refuse(
                    QuotaErrors.priceUnknown(worst.unknown(), claims.get(0).first()), null);
        }
        BudgetReservation money = new BudgetReservation(claims, quotaRequest);
        BudgetConstraint refusing = money.reserve(worst);
        if (refusing != null) {
            refusing.tellRefused(quota.alerts());
            refusedBy = refusing.tightest().scope();
            long least = quotaRequest.uncapped()
                    ? BudgetReservation.LEAST_COMPLETION * quotaRequest.choices()
                    : quotaRequest.completion();
            return refuse(
                    QuotaErrors.budget(refusing, worst.nanoUsd(quotaRequest.promptAtMost(), least), epochMillis), null);
        }
        budgetReservation = money;
        return true;
    }

    AdmissionResult admitted() {
        if (stakes.isEmpty()) {
            return AdmissionResult.FREE;
        }
        for (int i = 0; i < stakes.size(); i++) {
            rates = rates.with(
                    RateLimitHeaders.of(stakes.get(i).limits(), stakes.get(i).account(), millis));
        }
        Reservation reservation = new Reservation(
                quota,
                quotaRequest,
                stakes,
                budgetReservation,
                millis + quotaRequest.lifeMillis() + Quota.SLACK_MILLIS);
        quota.opened(reservation);
        long cap = budgetReservation != null && budgetReservation.hard() && quotaRequest.uncapped()
                ? budgetReservation.completion() / quotaRequest.choices()
                : 0;
        return new AdmissionResult(reservation, null, null, cap, priceUnknown, rates, epochMillis);
    }

    AdmissionResult refused() {
        return new AdmissionResult(Reservation.NONE, refusal, refusedBy, 0, priceUnknown, rates, epochMillis);
    }

    private boolean take(RateReservation rateReservation, LimitUnit unit, long count) {
        if (rateReservation.take(unit, count, millis / Quota.SECOND)) {
            return true;
        }
        EffectiveLimits limits = rateReservation.limits();
        SlidingWindow window = rateReservation.account().window(unit);
        long used = window.used(millis / Quota.SECOND);
        long wait = window.waitMillis(count, limits.of(unit), millis);
        return refuse(QuotaErrors.rate(limits, unit, count, used, wait), limits);
    }

    /** @param at whose limits the headers speak of, or null */
    private boolean refuse(GatewayError why, EffectiveLimits at) {
        refusal = why;
        refusedBy = at == null ? refusedBy : at.scope();
        for (int i = 0; i < stakes.size(); i++) {
            stakes.get(i).giveBack();
        }
        stakes.clear();
        Account account = at == null ? null : accounts.find(at.scope(), at.name());
        if (account != null) {
            rates = RateLimitHeaders.of(at, account, millis);
        }
        return false;
    }

    /** A guess never is what makes a request larger than its limit. */
    private long completion(long limit) {
        return quotaRequest.uncapped() && limit > 0
                ? Math.min(USUAL_COMPLETION * quotaRequest.choices(), limit)
                : quotaRequest.completion();
    }

    private long tokens(long limit) {
        long rest = Math.max(0, limit - quotaRequest.promptTokens());
        return quotaRequest.promptTokens() + (limit > 0 ? completion(Math.max(1, rest)) : 0);
    }

    private List<BudgetConstraint> claims(BudgetLine key, BudgetLine tier, BudgetLine team) {
        List<BudgetConstraint> claims = new ArrayList<>(MOST_STAKES);
        boolean onePurse = key != null
                && tier != null
                && key.budget().period() == tier.budget().period();
        for (int i = 0; i < stakes.size(); i++) {
            Account account = stakes.get(i).account();
            if (account.scope() == QuotaScope.KEY) {
                add(claims, account, key, onePurse ? tier : null);
                add(claims, account, onePurse ? null : tier, null);
            } else if (account.scope() == QuotaScope.TEAM) {
                add(claims, account, team, null);
            }
        }
        return claims;
    }

    private void add(List<BudgetConstraint> claims, Account account, BudgetLine first, BudgetLine second) {
        if (first != null) {
            claims.add(new BudgetConstraint(
                    account, account.purse(first.budget().period(), epochMillis), first, second, quota.share()));
        }
    }
}
