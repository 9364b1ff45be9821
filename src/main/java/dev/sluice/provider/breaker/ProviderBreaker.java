package dev.sluice.provider.breaker;

import dev.sluice.config.ProviderConfig.Breaker;
import dev.sluice.model.BreakerForce;
import dev.sluice.model.BreakerStatus;
import dev.sluice.model.BreakerStatus.State;
import dev.sluice.provider.breaker.BreakerPhase.Closed;
import dev.sluice.provider.breaker.BreakerPhase.HalfOpen;
import dev.sluice.provider.breaker.BreakerPhase.Open;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * Decides whether a provider, or one model of it, may be asked. Closed, calls run free and are judged at their end by a
 * sliding window of outcomes. Tripped, a Vert.x {@link CircuitBreaker} keeps the time: its reset timeout leads to
 * half-open, where it lets one call through as the probe and gives it a deadline.
 *
 * <p>A Vert.x breaker's reset timeout is fixed for its life, and so is the way to half-open. So each opening gets a
 * breaker of its own, with a timeout drawn for it; whatever a superseded one still does is ignored, since every turn is
 * a compare-and-set from the phase it was made for. In the same way the outcome of a call counts only in the phase in
 * which the call began.
 *
 * <p>Shared by all instances of a provider's verticle, without a lock of ours.
 */
public final class ProviderBreaker {

    /** A failing free call keeps it open longer, but not longer than so many times {@code open_for}. */
    static final int LONGEST_OPEN = 4;

    private final Vertx vertx;
    private final String provider;
    private final Breaker settings;
    private final long probeMillis;
    private final Consumer<State> turned;
    private final DoubleSupplier random;
    private final BreakerHistory history = new BreakerHistory();
    private final AtomicReference<BreakerPhase> phase;

    /**
     * @param probeMillis the deadline of a probe
     * @param turned told the state after each change of it, on any thread
     * @param random from 0 to 1, for the jitter of the open time
     */
    public ProviderBreaker(
            Vertx vertx,
            String provider,
            Breaker settings,
            long probeMillis,
            Consumer<State> turned,
            DoubleSupplier random) {
        this.vertx = vertx;
        this.provider = provider;
        this.settings = settings;
        this.probeMillis = probeMillis;
        this.turned = turned;
        this.random = random;
        this.phase = new AtomicReference<>(closed(null));
    }

    /** As {@link #acquire(boolean)} for a call that could be made elsewhere. */
    public Permit acquire() {
        return acquire(false);
    }

    /**
     * Leave for one call, or null when the provider must not be asked now.
     *
     * @param lastResort there is nobody else: an open breaker lets such calls through, one at a time, as its probes
     */
    public Permit acquire(boolean lastResort) {
        return switch (phase.get()) {
            case Closed closed -> new Permit(closed);
            case Open open -> lastResort && !open.held() ? sendOut(open.openPeriod()) : null;
            case HalfOpen half -> probe(half);
        };
    }

    /** Whether a call would be refused now. */
    public boolean refuses() {
        return switch (phase.get()) {
            case Closed closed -> false;
            case Open open -> true;
            case HalfOpen half -> half.openPeriod().out.get() != null;
        };
    }

    public State state() {
        return phase.get().state();
    }

    /** Whether the rule opened it, so that time and probes may close it again. */
    public boolean trippedByRule() {
        return phase.get() instanceof Open open && !open.held();
    }

    /** Why it is not closed, or held; else null. */
    public String reason() {
        return phase.get().reason();
    }

    /** How long until the next probe may run; 0 when not open. */
    public long retryAfterMillis() {
        if (!(phase.get() instanceof Open open)) {
            return 0;
        }
        return open.held() ? openMillis() : Math.max(0, (open.openPeriod().dueNanos - System.nanoTime()) / 1_000_000);
    }

    public BreakerStatus status(String model) {
        return new BreakerStatus(model, state(), reason(), phase.get().held(), retryAfterMillis(), history.turns());
    }

    /** Holds it open or closed, or gives it back to the rule. One that was held open then asks for a probe. */
    public void force(BreakerForce force, String reason) {
        BreakerPhase from;
        BreakerPhase to;
        do {
            from = phase.get();
            to = forced(from, force, reason);
        } while (to != from && !turn(from, to, reason));
        if (to != from && to instanceof Open open && open.guard() != null) {
            open.guard().open();
        }
    }

    private BreakerPhase forced(BreakerPhase from, BreakerForce force, String reason) {
        boolean same = from.held() && reason.equals(from.reason());
        return switch (force) {
            case OPEN -> same && from instanceof Open ? from : new Open(OpenPeriod.held(reason, openMillis()), null);
            case CLOSED -> same && from instanceof Closed ? from : closed(reason);
            case AUTO -> from.held() ? released(from, reason) : from;
        };
    }

    private BreakerPhase released(BreakerPhase from, String reason) {
        return from instanceof Closed closed
                ? new Closed(closed.window(), null)
                : new Open(OpenPeriod.byRule(reason, 1), guard(1));
    }

    /**
     * A free call was answered well: it may be probed now. Not once more when the probe after such a call failed: then
     * the free call says nothing of this trouble, until it has failed, too.
     */
    public void seemsWell() {
        if (phase.get() instanceof Open open
                && !open.held()
                && !open.openPeriod().misled
                && reguard(open, open.openPeriod(), 1)) {
            open.openPeriod().early = true;
        }
    }

    /** A free call failed: a real one would be wasted before the next look. */
    public void seemsSick(long nextLookMillis) {
        if (phase.get() instanceof Open open && !open.held()) {
            open.openPeriod().misled = false;
            long latest = open.openPeriod().openedNanos
                    + LONGEST_OPEN * settings.openDuration().toNanos();
            long now = System.nanoTime();
            long due = Math.min(latest - now, nextLookMillis * 1_000_000) + now;
            if (due - open.openPeriod().dueNanos > 0
                    && reguard(open, open.openPeriod(), Math.max(1, (due - now) / 1_000_000))) {
                open.openPeriod().dueNanos = due;
            }
        }
    }

    /** It turns no more. */
    public void close() {
        phase.set(closed("stopped"));
    }

    /** One call's leave, to be ended exactly once. */
    public final class Permit {

        /** Where its outcome counts; null when nowhere. */
        private Closed era;
        /** The one it may end; null when it is no probe, or no more. */
        private OpenPeriod openPeriod;
        /** What Vert.x waits for; null for a last resort. */
        private Promise<Void> probe;

        private Permit(Closed era) {
            this.era = era;
        }

        private Permit(OpenPeriod openPeriod) {
            this.openPeriod = openPeriod;
        }

        /** The first event came: enough for a probe to close the breaker, whatever becomes of the rest. */
        public void answered() {
            if (openPeriod != null) {
                OpenPeriod passed = openPeriod;
                openPeriod = null;
                era = passed(passed);
                tellVertx(true);
            }
        }

        /** @param firstTokenMillis time to the first event of a stream, -1 when there was none */
        public void end(Outcome outcome, long firstTokenMillis) {
            if (openPeriod != null) {
                if (outcome.failed()) {
                    failedAgain(openPeriod, outcome);
                    tellVertx(false);
                } else if (outcome == Outcome.CANCELLED) {
                    // It says nothing: the next call probes in its place.
                    openPeriod.returned.set(probe);
                    openPeriod.out.set(null);
                } else {
                    answered();
                }
            }
            if (era != null) {
                judge(era, outcome, firstTokenMillis);
            }
        }

        private void tellVertx(boolean well) {
            if (probe != null && well) {
                probe.tryComplete();
            } else if (probe != null) {
                probe.tryFail("the probe failed");
            }
        }
    }

    private Permit sendOut(OpenPeriod openPeriod) {
        Permit breakerPermit = new Permit(openPeriod);
        return openPeriod.out.compareAndSet(null, breakerPermit) ? breakerPermit : null;
    }

    private Permit probe(HalfOpen half) {
        Permit breakerPermit = sendOut(half.openPeriod());
        if (breakerPermit == null) {
            return null;
        }
        breakerPermit.probe = half.openPeriod().returned.getAndSet(null);
        if (breakerPermit.probe == null) {
            half.guard().<Void>execute(promise -> breakerPermit.probe = promise);
        }
        if (breakerPermit.probe == null) {
            // Superseded in between.
            half.openPeriod().out.set(null);
            return null;
        }
        return breakerPermit;
    }

    /** @return where the rest of the call counts, or null when it proved nothing of today */
    private Closed passed(OpenPeriod openPeriod) {
        Closed next = closed(null);
        while (true) {
            BreakerPhase now = phase.get();
            if (now.openPeriod() != openPeriod) {
                return null;
            }
            if (turn(now, next, "a call was answered")) {
                return next;
            }
        }
    }

    private void failedAgain(OpenPeriod openPeriod, Outcome outcome) {
        BreakerPhase now = phase.get();
        if (now.openPeriod() == openPeriod) {
            if (now instanceof HalfOpen) {
                // Still its place in the old trip: whoever looks at that one gets no leave any more.
                tripAgain(now, openPeriod, "the probe failed (" + outcome.label() + ")");
            } else {
                // Of a last resort nothing more was expected: the time it is open runs on.
                openPeriod.out.set(null);
            }
        }
    }

    private void judge(Closed era, Outcome outcome, long firstTokenMillis) {
        if (outcome != Outcome.SUCCESS && !outcome.failed()) {
            return;
        }
        long now = System.nanoTime();
        boolean slow = firstTokenMillis > settings.slowCall().toMillis();
        era.window().record(now, outcome, slow);
        if ((outcome.failed() || slow) && phase.get() instanceof Closed today && today.window() == era.window()) {
            openIfBad(today, now);
        }
    }

    private void openIfBad(Closed today, long now) {
        OutcomeWindow.Counts counts = today.window().counts(now);
        if (today.held() || counts.calls() < settings.minCalls()) {
            return;
        }
        String within = " within " + settings.window().toSeconds() + "s";
        if (counts.failures() >= settings.failureRate() * counts.calls()) {
            String kinds = today.window().failures(now);
            open(
                    today,
                    counts.failures() + " of " + counts.calls() + " calls failed" + within
                            + (kinds.isEmpty() ? "" : " (" + kinds + ")"));
        } else if (counts.slow() >= settings.slowRate() * counts.calls()) {
            open(
                    today,
                    counts.slow() + " of " + counts.calls() + " calls were slower than "
                            + settings.slowCall().toMillis() + "ms" + within);
        }
    }

    private void open(BreakerPhase from, String why) {
        long millis = openMillis();
        trip(from, OpenPeriod.byRule(why, millis), millis);
    }

    private void tripAgain(BreakerPhase from, OpenPeriod before, String why) {
        long millis = openMillis();
        trip(from, before.again(why, millis), millis);
    }

    private void trip(BreakerPhase from, OpenPeriod openPeriod, long millis) {
        CircuitBreaker guard = guard(millis);
        if (turn(from, new Open(openPeriod, guard), openPeriod.reason)) {
            guard.open();
        }
    }

    /** Another time until half-open, in the same trip. */
    private boolean reguard(BreakerPhase from, OpenPeriod openPeriod, long millis) {
        CircuitBreaker guard = guard(millis);
        if (!phase.compareAndSet(from, new Open(openPeriod, guard))) {
            return false;
        }
        guard.open();
        return true;
    }

    /** Open, it goes half-open by itself after so long, and opens again when the probe is not over by its deadline. */
    private CircuitBreaker guard(long openMillis) {
        CircuitBreaker guard = CircuitBreaker.create(
                provider,
                vertx,
                new CircuitBreakerOptions()
                        .setMaxFailures(Integer.MAX_VALUE)
                        .setTimeout(probeMillis)
                        .setResetTimeout(openMillis)
                        .setNotificationAddress(null));
        return guard.halfOpenHandler(v -> timeOver(guard)).openHandler(v -> probeLapsed(guard));
    }

    private void timeOver(CircuitBreaker guard) {
        if (phase.get() instanceof Open open && open.guard() == guard) {
            turn(open, new HalfOpen(open.openPeriod(), guard), "the next call probes");
        }
    }

    /** Called at the opening, too, which is none of this. */
    private void probeLapsed(CircuitBreaker guard) {
        if (phase.get() instanceof HalfOpen half && half.guard() == guard) {
            if (half.openPeriod().out.get() == null) {
                // Its caller left, and nobody came in its place: Vert.x has to let one through anew.
                half.openPeriod().returned.set(null);
                reguard(half, half.openPeriod(), 1);
            } else {
                tripAgain(half, half.openPeriod(), "the probe hung");
            }
        }
    }

    private boolean turn(BreakerPhase from, BreakerPhase to, String why) {
        boolean done = phase.compareAndSet(from, to);
        if (done) {
            history.add(to.state(), why);
            turned.accept(state());
        }
        return done;
    }

    private Closed closed(String held) {
        return new Closed(new OutcomeWindow(settings.window().toMillis()), held);
    }

    private long openMillis() {
        return (long) (settings.openDuration().toMillis() * (1 + random.getAsDouble() * settings.jitter()));
    }
}
