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
    private final Charge charge;
    private final long millis;
    private final long epochMillis;
    private final List<Stake> stakes = new ArrayList<>(MOST_STAKES);
    private Hold hold;
    private boolean priceUnknown;
    private GatewayError refusal;
    private Scope refusedBy;
    private Rates rates = Rates.NONE;

    Admission(Quota quota, Accounts accounts, Charge charge) {
        this.quota = quota;
        this.accounts = accounts;
        this.charge = charge;
        millis = quota.ticks().millis();
        epochMillis = quota.ticks().epochMillis();
    }

    /**
     * Takes what the limits of one account ask for.
     *
     * @param needed whether the account is needed even without limits
     */
    boolean take(Ceiling ceiling, boolean needed) {
        boolean counts = !ceiling.none();
        if (!counts && !needed) {
            return true;
        }
        Account account = accounts.enter(ceiling.scope(), ceiling.name(), ceiling.concurrency());
        if (account == null) {
            return refuse(Refusals.concurrency(ceiling), ceiling);
        }
        Stake stake = new Stake(ceiling, account, counts);
        stakes.add(stake);
        return !counts
                || take(stake, Unit.REQUESTS, 1)
                        && take(stake, Unit.INPUT, charge.promptTokens())
                        && take(stake, Unit.OUTPUT, completion(ceiling.of(Unit.OUTPUT)))
                        && take(stake, Unit.TOKENS, tokens(ceiling.of(Unit.TOKENS)));
    }

    /** Reserves the money; each line may be of nobody. */
    boolean reserve(BudgetLine key, BudgetLine tier, BudgetLine team, boolean unknownIsRefused) {
        List<Claim> claims = claims(key, tier, team);
        if (claims.isEmpty()) {
            return true;
        }
        WorstCase worst = WorstCase.of(charge.targets(), charge.promptAtMost(), charge.completes());
        priceUnknown = worst.unknown() != null;
        if (priceUnknown && unknownIsRefused) {
            refusedBy = claims.get(0).first().scope();
            return refuse(Refusals.priceUnknown(worst.unknown(), claims.get(0).first()), null);
        }
        Hold money = new Hold(claims, charge);
        Claim refusing = money.reserve(worst);
        if (refusing != null) {
            refusing.tellRefused(quota.alerts());
            refusedBy = refusing.tightest().scope();
            long least = charge.uncapped() ? Hold.LEAST_COMPLETION * charge.choices() : charge.completion();
            return refuse(Refusals.budget(refusing, worst.nanoUsd(charge.promptAtMost(), least), epochMillis), null);
        }
        hold = money;
        return true;
    }

    Decision admitted() {
        if (stakes.isEmpty()) {
            return Decision.FREE;
        }
        for (int i = 0; i < stakes.size(); i++) {
            rates = rates.with(Rates.of(stakes.get(i).ceiling(), stakes.get(i).account(), millis));
        }
        Grant grant = new Grant(quota, charge, stakes, hold, millis + charge.lifeMillis() + Quota.SLACK_MILLIS);
        quota.opened(grant);
        long cap = hold != null && hold.hard() && charge.uncapped() ? hold.completion() / charge.choices() : 0;
        return new Decision(grant, null, null, cap, priceUnknown, rates, epochMillis);
    }

    Decision refused() {
        return new Decision(Grant.NONE, refusal, refusedBy, 0, priceUnknown, rates, epochMillis);
    }

    private boolean take(Stake stake, Unit unit, long count) {
        if (stake.take(unit, count, millis / Quota.SECOND)) {
            return true;
        }
        Ceiling ceiling = stake.ceiling();
        Window window = stake.account().window(unit);
        long used = window.used(millis / Quota.SECOND);
        long wait = window.waitMillis(count, ceiling.of(unit), millis);
        return refuse(Refusals.rate(ceiling, unit, count, used, wait), ceiling);
    }

    /** @param at whose limits the headers speak of, or null */
    private boolean refuse(GatewayError why, Ceiling at) {
        refusal = why;
        refusedBy = at == null ? refusedBy : at.scope();
        for (int i = 0; i < stakes.size(); i++) {
            stakes.get(i).giveBack();
        }
        stakes.clear();
        Account account = at == null ? null : accounts.find(at.scope(), at.name());
        if (account != null) {
            rates = Rates.of(at, account, millis);
        }
        return false;
    }

    /** A guess never is what makes a request larger than its limit. */
    private long completion(long limit) {
        return charge.uncapped() && limit > 0
                ? Math.min(USUAL_COMPLETION * charge.choices(), limit)
                : charge.completion();
    }

    private long tokens(long limit) {
        long rest = Math.max(0, limit - charge.promptTokens());
        return charge.promptTokens() + (limit > 0 ? completion(Math.max(1, rest)) : 0);
    }

    private List<Claim> claims(BudgetLine key, BudgetLine tier, BudgetLine team) {
        List<Claim> claims = new ArrayList<>(MOST_STAKES);
        boolean onePurse = key != null
                && tier != null
                && key.budget().per() == tier.budget().per();
        for (int i = 0; i < stakes.size(); i++) {
            Account account = stakes.get(i).account();
            if (account.scope() == Scope.KEY) {
                add(claims, account, key, onePurse ? tier : null);
                add(claims, account, onePurse ? null : tier, null);
            } else if (account.scope() == Scope.TEAM) {
                add(claims, account, team, null);
            }
        }
        return claims;
    }

    private void add(List<Claim> claims, Account account, BudgetLine first, BudgetLine second) {
        if (first != null) {
            claims.add(
                    new Claim(account, account.purse(first.budget().per(), epochMillis), first, second, quota.share()));
        }
    }
}
