package dev.sluice.quota;

import dev.sluice.config.ServerConfig.UnknownPrice;
import dev.sluice.model.Budget;
import dev.sluice.model.Limits;
import dev.sluice.model.Principal;
import dev.sluice.quota.QuotaPolicy.Allowed;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Who may how much, now. One for the process; every method may be called from any thread and none waits.
 *
 * <pre>{@code
 * Decision decision = quota.admit(charge);          // before the first dispatch
 * if (!decision.admitted()) → decision.refusal()
 * Decision there = quota.admitProvider(name, charge); // before each attempt; its grant is closed with the attempt
 * decision.grant().extend(target);                  // before each attempt, the first too
 * decision.grant().settle(attempt);                 // when an attempt has ended; there.grant(), too
 * decision.grant().close();                         // when the exchange has ended
 * }</pre>
 */
public final class Quota {

    static final long SECOND = 1000;

    /** A grant that nobody closed is closed this long after its exchange must have been over. */
    static final long SLACK_MILLIS = 30_000;

    private static final long PRUNE_MILLIS = 60_000;

    private final QuotaClock clock;
    private final Consumer<BudgetAlert> alerts;
    private final InstanceShare share;
    private final Accounts accounts = new Accounts();
    private final Set<Reservation> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong leaked = new AtomicLong();
    private final AtomicLong pruned = new AtomicLong();
    private volatile QuotaPolicy policy = QuotaPolicy.OPEN;

    /** @param alerts is told on the thread of whoever spends; must neither wait nor fail */
    public Quota(QuotaClock clock, Consumer<BudgetAlert> alerts) {
        this(clock, alerts, InstanceShare.ALL);
    }

    /** @param share what of each limit this instance may give out */
    public Quota(QuotaClock clock, Consumer<BudgetAlert> alerts, InstanceShare share) {
        this.clock = clock;
        this.alerts = alerts;
        this.share = share;
    }

    /** From now on these hold; what is used already stays used. */
    public void terms(QuotaPolicy policy) {
        this.policy = policy;
    }

    /** Whether anything of this caller or route is limited: if not, nobody need count its tokens. */
    public boolean concerns(Principal who, String route) {
        QuotaPolicy now = policy;
        return !who.limits().unlimited()
                || who.budget() != null
                || now.tier(who.tier()).limited()
                || now.team(who.team()).limited()
                || now.route(route).limited();
    }

    /** Whether attempts at this provider are limited. */
    public boolean limits(String provider) {
        return policy.provider(provider).limited();
    }

    /** Takes everything that the request may use of its key, tier, team and route, or nothing. */
    public AdmissionResult admit(QuotaRequest quotaRequest) {
        QuotaPolicy now = policy;
        Principal who = quotaRequest.who();
        Allowed tier = now.tier(who.tier());
        Allowed team = now.team(who.team());
        Admission admission = new Admission(this, accounts, quotaRequest);
        EffectiveLimits key =
                new EffectiveLimits(QuotaScope.KEY, who.id(), who.limits(), who.tier(), tier.limits(), share);
        boolean in = admission.take(key, who.budget() != null || tier.budget() != null)
                && (who.team() == null
                        || admission.take(ceiling(QuotaScope.TEAM, who.team(), team), team.budget() != null))
                && (quotaRequest.route() == null
                        || admission.take(
                                ceiling(QuotaScope.ROUTE, quotaRequest.route(), now.route(quotaRequest.route())),
                                false))
                && admission.reserve(
                        line(QuotaScope.KEY, who.id(), who.id(), who.budget()),
                        line(QuotaScope.TIER, who.tier(), who.id(), tier.budget()),
                        line(QuotaScope.TEAM, who.team(), null, team.budget()),
                        now.unknownPrice() == UnknownPrice.REFUSE);
        return in ? admission.admitted() : admission.refused();
    }

    /** Takes what an attempt may use of its provider's limits. */
    public AdmissionResult admitProvider(String provider, QuotaRequest quotaRequest) {
        Admission admission = new Admission(this, accounts, quotaRequest);
        boolean in = admission.take(ceiling(QuotaScope.PROVIDER, provider, policy.provider(provider)), false);
        return in ? admission.admitted() : admission.refused();
    }

    /**
     * Closes grants that nobody closed in time, and throws idle state away. To be called every few seconds, by one.
     *
     * @return how many grants were closed
     */
    public int sweep() {
        long millis = clock.millis();
        int closed = 0;
        for (Reservation reservation : open) {
            if (reservation.expired(millis)) {
                reservation.close();
                closed++;
            }
        }
        leaked.addAndGet(closed);
        long last = pruned.get();
        if (millis - last >= PRUNE_MILLIS && pruned.compareAndSet(last, millis)) {
            accounts.prune(millis / SECOND, clock.epochMillis());
        }
        return closed;
    }

    /**
     * Takes over what the ledger knows: at the start, and when a budget is new. What was spent is the higher one of the
     * two, so that it may be told again and again, and by several instances of one ledger.
     *
     * @param scope KEY, also for the budgets of tiers, or TEAM
     * @param nanoUsd spent since {@link #since}
     */
    public void restore(QuotaScope scope, String name, Budget.Period per, long nanoUsd) {
        Account account = accounts.enter(scope, name, 0);
        account.purse(per, clock.epochMillis()).restore(nanoUsd);
        account.leave();
    }

    /** When the period that runs now began; the beginning of time for a lifetime. */
    public Instant since(Budget.Period per) {
        return per == Budget.Period.LIFETIME
                ? Instant.EPOCH
                : Instant.ofEpochMilli(BudgetPeriods.start(per, clock.epochMillis()));
    }

    /** What is spent in the period that runs now, in billionths of a US dollar, as far as a budget made it count. */
    public long spent(QuotaScope scope, String name, Budget.Period per) {
        Account account = accounts.find(scope, name);
        return account == null ? 0 : account.purse(per, clock.epochMillis()).spent();
    }

    /** What is reserved there for requests on their way, in the period that runs now. */
    public long reserved(QuotaScope scope, String name, Budget.Period per) {
        Account account = accounts.find(scope, name);
        return account == null ? 0 : account.purse(per, clock.epochMillis()).reserved();
    }

    /** What is reserved for requests on their way, in all purses; 0 when none is. */
    public long reserved() {
        AtomicLong sum = new AtomicLong();
        accounts.each(account -> account.eachPurse(budgetAccount -> sum.addAndGet(budgetAccount.reserved())));
        return sum.get();
    }

    /** How many requests are under way there. */
    public int concurrency(QuotaScope scope, String name) {
        Account account = accounts.find(scope, name);
        return account == null ? 0 : account.inside();
    }

    /** Grants that are not closed. */
    public int open() {
        return open.size();
    }

    /** Grants that {@link #sweep} had to close: somebody forgot them. */
    public long leaked() {
        return leaked.get();
    }

    /** How many keys, teams, routes and providers have state here. */
    public long accounts() {
        return accounts.count();
    }

    QuotaClock clock() {
        return clock;
    }

    InstanceShare share() {
        return share;
    }

    Consumer<BudgetAlert> alerts() {
        return alerts;
    }

    void opened(Reservation reservation) {
        open.add(reservation);
    }

    void closed(Reservation reservation) {
        open.remove(reservation);
    }

    void settleLate(
            List<RateReservation> stakes, BudgetReservation budgetReservation, long input, long output, long nanoUsd) {
        for (RateReservation rateReservation : stakes) {
            rateReservation.settleLate(accounts, input, output, clock.millis() / SECOND);
        }
        if (budgetReservation != null && nanoUsd > 0) {
            for (BudgetConstraint constraint : budgetReservation.claims()) {
                constraint.spendLate(accounts, nanoUsd, clock.epochMillis());
            }
        }
    }

    private EffectiveLimits ceiling(QuotaScope scope, String name, Allowed allowed) {
        return new EffectiveLimits(scope, name, allowed.limits(), null, Limits.NONE, share);
    }

    private static BudgetLine line(QuotaScope scope, String name, String key, Budget budget) {
        return budget == null ? null : new BudgetLine(scope, name, key, budget);
    }
}
