package dev.sluice.quota;

import dev.sluice.config.ServerConfig.UnknownPrice;
import dev.sluice.model.Budget;
import dev.sluice.model.Limits;
import dev.sluice.model.Principal;
import dev.sluice.quota.QuotaPolicy.Allowed;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Admits requests within their limits and budgets. There is one per process. Every method may be called from any thread
 * and none blocks.
 *
 * <pre>{@code
 * Admission begun = quota.begin(who);                         // before the body is received; may be null
 * AdmissionResult result = quota.admit(request, begun);       // before the first attempt
 * if (!result.admitted()) → result.refusal()
 * AdmissionResult at = quota.admitProvider(provider, request); // before each attempt; closed with the attempt
 * result.reservation().extend(target);                        // before each attempt, including the first
 * result.reservation().settle(attempt);                       // after each attempt, on at.reservation() too
 * result.reservation().close();                               // when the request has ended
 * }</pre>
 */
public final class Quota {

    static final long SECOND = 1000;

    /** A reservation that was not closed is closed this long after the deadline of its request. */
    static final long SLACK_MILLIS = 30_000;

    private static final long PRUNE_MILLIS = 60_000;

    private final QuotaClock clock;
    private final Consumer<BudgetAlert> alerts;
    private final InstanceShare share;
    private final Accounts accounts = new Accounts();
    private final Set<Reservation> openReservations = ConcurrentHashMap.newKeySet();
    private final AtomicLong leaked = new AtomicLong();
    private final AtomicLong pruned = new AtomicLong();
    private volatile QuotaPolicy policy = QuotaPolicy.OPEN;

    /** @param alerts called on the thread that settles a request; must neither block nor throw */
    public Quota(QuotaClock clock, Consumer<BudgetAlert> alerts) {
        this(clock, alerts, InstanceShare.ALL);
    }

    /** @param share the part of each limit that this instance may use */
    public Quota(QuotaClock clock, Consumer<BudgetAlert> alerts, InstanceShare share) {
        this.clock = clock;
        this.alerts = alerts;
        this.share = share;
    }

    /** Replaces the policy. Usage that is already counted stays counted. */
    public void applyPolicy(QuotaPolicy policy) {
        this.policy = policy;
    }

    /**
     * False when neither the caller, with its tier and team, nor the route is limited, so that tokens need not be
     * counted.
     */
    public boolean appliesTo(Principal caller, String route) {
        QuotaPolicy now = policy;
        return !caller.limits().unlimited()
                || caller.budget() != null
                || now.tier(caller.tier()).limited()
                || now.team(caller.team()).limited()
                || now.route(route).limited();
    }

    /** Whether attempts at this provider are limited. */
    public boolean limitsProvider(String provider) {
        return policy.provider(provider).limited();
    }

    /**
     * Begins the admission of a request whose body is not received yet: reserves its place among the concurrent
     * requests and its count of requests, of key, tier and team. {@link #admit(QuotaRequest, Admission)} continues it,
     * {@link Admission#revoke} ends it.
     *
     * @return null where none of these is limited
     */
    public Admission begin(Principal caller) {
        QuotaPolicy now = policy;
        Limits tier = now.tier(caller.tier()).limits();
        Allowed team = now.team(caller.team());
        boolean keyCounts = countsRequests(caller.limits()) || countsRequests(tier);
        boolean teamCounts = caller.team() != null && countsRequests(team.limits());
        if (!keyCounts && !teamCounts) {
            return null;
        }
        Admission admission = new Admission(this, accounts);
        boolean in = !keyCounts
                || admission.reserveRequest(
                        new EffectiveLimits(QuotaScope.KEY, caller.id(), caller.limits(), caller.tier(), tier, share));
        if (in && teamCounts) {
            admission.reserveRequest(effectiveLimits(QuotaScope.TEAM, caller.team(), team));
        }
        return admission;
    }

    private static boolean countsRequests(Limits limits) {
        return limits.rpm() > 0 || limits.concurrency() > 0;
    }

    /**
     * Reserves what the request may use of the limits and budgets of its key, tier, team and route: all of it, or
     * nothing.
     */
    public AdmissionResult admit(QuotaRequest quotaRequest) {
        return admit(quotaRequest, new Admission(this, accounts));
    }

    /** The same for an admission that has begun. */
    public AdmissionResult admit(QuotaRequest quotaRequest, Admission admission) {
        QuotaPolicy now = policy;
        Principal caller = quotaRequest.caller();
        Allowed tier = now.tier(caller.tier());
        Allowed team = now.team(caller.team());
        admission.of(quotaRequest);
        boolean admitted = reserveKey(admission, caller, tier)
                && (caller.team() == null || reserveTeam(admission, caller.team(), team))
                && (quotaRequest.route() == null
                        || admission.reserveLimits(
                                effectiveLimits(
                                        QuotaScope.ROUTE, quotaRequest.route(), now.route(quotaRequest.route())),
                                false))
                && admission.reserveBudgets(
                        line(QuotaScope.KEY, caller.id(), caller.id(), caller.budget()),
                        line(QuotaScope.TIER, caller.tier(), caller.id(), tier.budget()),
                        line(QuotaScope.TEAM, caller.team(), null, team.budget()),
                        now.unknownPrice() == UnknownPrice.REFUSE);
        return admitted ? admission.admitted() : admission.refused();
    }

    private boolean reserveKey(Admission admission, Principal caller, Allowed tier) {
        return admission.hasBegun(QuotaScope.KEY)
                ? admission.reserveTokens(QuotaScope.KEY)
                : admission.reserveLimits(
                        new EffectiveLimits(
                                QuotaScope.KEY, caller.id(), caller.limits(), caller.tier(), tier.limits(), share),
                        caller.budget() != null || tier.budget() != null);
    }

    private boolean reserveTeam(Admission admission, String name, Allowed team) {
        return admission.hasBegun(QuotaScope.TEAM)
                ? admission.reserveTokens(QuotaScope.TEAM)
                : admission.reserveLimits(effectiveLimits(QuotaScope.TEAM, name, team), team.budget() != null);
    }

    /** Reserves what an attempt may use of its provider's limits. */
    public AdmissionResult admitProvider(String provider, QuotaRequest quotaRequest) {
        Admission admission = new Admission(this, accounts);
        admission.of(quotaRequest);
        boolean admitted = admission.reserveLimits(
                effectiveLimits(QuotaScope.PROVIDER, provider, policy.provider(provider)), false);
        return admitted ? admission.admitted() : admission.refused();
    }

    /**
     * Closes reservations that were not closed in time and drops idle state. Called every few seconds by one timer.
     *
     * @return how many reservations were closed
     */
    public int sweep() {
        long millis = clock.millis();
        int closed = 0;
        for (Reservation reservation : openReservations) {
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
     * The spend that this process has counted in one period.
     *
     * @param since start of the period, {@link #periodStart}
     */
    public record Counted(Budget.Period period, Instant since, Map<String, Long> byKey, Map<String, Long> byTeam) {}

    /** The spend of all keys and teams that is counted in the period that starts at {@code since}. */
    public Counted counted(Budget.Period per, Instant since) {
        Map<String, Long> keys = new HashMap<>();
        Map<String, Long> teams = new HashMap<>();
        accounts.each(account -> {
            BudgetAccount budgetAccount = account.presentBudgetAccount(per);
            if (budgetAccount != null && startsAt(budgetAccount, per, since)) {
                (account.scope() == QuotaScope.TEAM ? teams : keys).put(account.name(), budgetAccount.spent());
            }
        });
        return new Counted(per, since, keys, teams);
    }

    /**
     * Raises what is spent to what the ledger has, at start, when a budget is new and when the clock was set. May be
     * repeated, and called by several instances of one ledger. Ignored when the period has ended in the meantime.
     *
     * @param scope KEY (also for the budgets of tiers) or TEAM
     * @param counted what was counted when the ledger was read
     * @param nanoUsd spent since the start of the period, by all rows that existed then
     */
    public void restore(QuotaScope scope, String name, Counted counted, long nanoUsd) {
        Account account = accounts.acquire(scope, name, 0);
        BudgetAccount budgetAccount = account.budgetAccount(counted.period(), clock.epochMillis());
        if (startsAt(budgetAccount, counted.period(), counted.since())) {
            Map<String, Long> before = scope == QuotaScope.TEAM ? counted.byTeam() : counted.byKey();
            budgetAccount.restore(nanoUsd, before.getOrDefault(name, 0L));
        }
        account.release();
    }

    private static boolean startsAt(BudgetAccount budgetAccount, Budget.Period per, Instant since) {
        return per == Budget.Period.LIFETIME || budgetAccount.startEpochMillis() == since.toEpochMilli();
    }

    /** The start of the current period; the epoch for a lifetime budget. */
    public Instant periodStart(Budget.Period period) {
        return period == Budget.Period.LIFETIME
                ? Instant.EPOCH
                : Instant.ofEpochMilli(BudgetPeriods.start(period, clock.epochMillis()));
    }

    /** The amount spent in the current period, in billionths of a US dollar; 0 where no budget applies. */
    public long spent(QuotaScope scope, String name, Budget.Period period) {
        Account account = accounts.find(scope, name);
        return account == null
                ? 0
                : account.budgetAccount(period, clock.epochMillis()).spent();
    }

    /** Reserved in the current period for requests in flight, in billionths of a US dollar. */
    public long reserved(QuotaScope scope, String name, Budget.Period period) {
        Account account = accounts.find(scope, name);
        return account == null
                ? 0
                : account.budgetAccount(period, clock.epochMillis()).reserved();
    }

    /** Reserved for requests in flight in all budget accounts, in billionths of a US dollar. */
    public long reserved() {
        AtomicLong sum = new AtomicLong();
        accounts.each(account -> account.eachBudgetAccount(budgetAccount -> sum.addAndGet(budgetAccount.reserved())));
        return sum.get();
    }

    /** Requests in flight. */
    public int concurrency(QuotaScope scope, String name) {
        Account account = accounts.find(scope, name);
        return account == null ? 0 : account.concurrency();
    }

    /** Reservations that are not closed. */
    public int openReservations() {
        return openReservations.size();
    }

    /** Reservations that {@link #sweep} had to close: each one is a bug in the calling code. */
    public long leaked() {
        return leaked.get();
    }

    /** How many keys, teams, routes and providers have state in memory. */
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
        openReservations.add(reservation);
    }

    void closed(Reservation reservation) {
        openReservations.remove(reservation);
    }

    void settleLate(
            List<RateReservation> rateReservations,
            BudgetReservation budgetReservation,
            long input,
            long output,
            long nanoUsd) {
        for (RateReservation rateReservation : rateReservations) {
            rateReservation.settleLate(accounts, input, output, clock.millis() / SECOND);
        }
        if (budgetReservation != null && nanoUsd > 0) {
            for (BudgetConstraint constraint : budgetReservation.constraints()) {
                constraint.spendLate(accounts, nanoUsd, clock.epochMillis());
            }
        }
    }

    private EffectiveLimits effectiveLimits(QuotaScope scope, String name, Allowed allowed) {
        return new EffectiveLimits(scope, name, allowed.limits(), null, Limits.NONE, share);
    }

    private static BudgetLine line(QuotaScope scope, String name, String key, Budget budget) {
        return budget == null ? null : new BudgetLine(scope, name, key, budget);
    }
}
