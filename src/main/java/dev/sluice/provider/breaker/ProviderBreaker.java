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
 * The circuit breaker of a provider, or of one model of it. While closed, calls run and a sliding window of their
 * outcomes decides whether it opens. While open, a Vert.x {@link CircuitBreaker} is the timer: its reset timeout leads
 * to half-open, where it admits one call as the probe and limits its time.
 *
 * <p>The reset timeout of a Vert.x breaker is fixed when it is created. So each opening creates one with its own
 * timeout. Late callbacks of a superseded Vert.x breaker are ignored, since every transition is a compare-and-set from
 * the phase that it belongs to. For the same reason the outcome of a call counts only in the phase in which the call
 * started.
 *
 * <p>Shared by all instances of a provider's verticle, without locks.
 */
public final class ProviderBreaker {

    /** Failing health checks keep it open for at most this many times {@code open_duration}. */
    static final int LONGEST_OPEN = 4;

    private final Vertx vertx;
    private final String owner;
    private final Breaker settings;
    private final long probeMillis;
    private final Consumer<State> onStateChange;
    private final DoubleSupplier random;
    private final BreakerHistory history = new BreakerHistory();
    private final BreakerLog log;
    private final AtomicReference<BreakerPhase> phase;

    /**
     * @param owner the provider, or the model of it, in words
     * @param probeMillis the deadline of a probe
     * @param onStateChange receives the state after each change, on any thread
     * @param random from 0 to 1, for the jitter of the open time
     */
    public ProviderBreaker(
            Vertx vertx,
            String owner,
            Breaker settings,
            long probeMillis,
            Consumer<State> onStateChange,
            DoubleSupplier random) {
        this.vertx = vertx;
        this.owner = owner;
        this.log = new BreakerLog(owner);
        this.settings = settings;
        this.probeMillis = probeMillis;
        this.onStateChange = onStateChange;
        this.random = random;
        this.phase = new AtomicReference<>(closed(null));
    }

    /** As {@link #acquire(boolean)}, for a call that is not a last resort. */
    public Permit acquire() {
        return acquire(false);
    }

    /**
     * A permit for one call, or null when the breaker rejects it.
     *
     * @param lastResort no other target is left: an open breaker admits such calls, one at a time, as probes
     */
    public Permit acquire(boolean lastResort) {
        return switch (phase.get()) {
            case Closed closed -> new Permit(closed);
            case Open open -> lastResort && !open.isHeld() ? acquireProbe(open.openPeriod()) : null;
            case HalfOpen half -> probe(half);
        };
    }

    /** Whether a call would be rejected now. */
    public boolean isRejecting() {
        return switch (phase.get()) {
            case Closed closed -> false;
            case Open open -> true;
            case HalfOpen half -> half.openPeriod().activeProbe.get() != null;
        };
    }

    public State state() {
        return phase.get().state();
    }

    /** Whether it is open and not held by an operator. */
    public boolean isOpenByRule() {
        return phase.get() instanceof Open open && !open.isHeld();
    }

    /** Why it is not closed, or held; else null. */
    public String reason() {
        return phase.get().reason();
    }

    /** Milliseconds until the next probe; 0 when not open. */
    public long retryAfterMillis() {
        if (!(phase.get() instanceof Open open)) {
            return 0;
        }
        return open.isHeld() ? openMillis() : Math.max(0, (open.openPeriod().dueNanos - System.nanoTime()) / 1_000_000);
    }

    public BreakerStatus status(String model) {
        return new BreakerStatus(model, state(), reason(), phase.get().isHeld(), retryAfterMillis(), history.entries());
    }

    /** Holds it open or closed, or returns it to its rule. One that was held open then waits for a probe. */
    public void force(BreakerForce force, String reason) {
        BreakerPhase from;
        BreakerPhase to;
        do {
            from = phase.get();
            to = forced(from, force, reason);
        } while (to != from && !transition(from, to, reason));
        if (to != from && to instanceof Open open && open.timer() != null) {
            open.timer().open();
        }
    }

    private BreakerPhase forced(BreakerPhase from, BreakerForce force, String reason) {
        boolean same = from.isHeld() && reason.equals(from.reason());
        return switch (force) {
            case OPEN -> same && from instanceof Open ? from : new Open(OpenPeriod.held(reason, openMillis()), null);
            case CLOSED -> same && from instanceof Closed ? from : closed(reason);
            case AUTO -> from.isHeld() ? released(from, reason) : from;
        };
    }

    private BreakerPhase released(BreakerPhase from, String reason) {
        return from instanceof Closed closed
                ? new Closed(closed.window(), null)
                : new Open(OpenPeriod.byRule(reason, 1), newTimer(1));
    }

    /**
     * Records a successful health check: the breaker goes half-open early. It does not when the probe after an earlier
     * successful check failed: health checks then do not detect this failure, until one of them fails, too.
     */
    public void healthCheckSucceeded() {
        if (phase.get() instanceof Open open
                && !open.isHeld()
                && !open.openPeriod().healthCheckMisled
                && restartTimer(open, open.openPeriod(), 1)) {
            open.openPeriod().endedByHealthCheck = true;
        }
    }

    /** Records a failed health check: the breaker stays open at least until the next one. */
    public void healthCheckFailed(long nextCheckMillis) {
        if (phase.get() instanceof Open open && !open.isHeld()) {
            open.openPeriod().healthCheckMisled = false;
            long latest = open.openPeriod().openedNanos
                    + LONGEST_OPEN * settings.openDuration().toNanos();
            long now = System.nanoTime();
            long due = Math.min(latest - now, nextCheckMillis * 1_000_000) + now;
            if (due - open.openPeriod().dueNanos > 0
                    && restartTimer(open, open.openPeriod(), Math.max(1, (due - now) / 1_000_000))) {
                open.openPeriod().dueNanos = due;
            }
        }
    }

    /** Stops the breaker: no transition follows. */
    public void close() {
        phase.set(closed("stopped"));
    }

    /** The permit of one call, to be released exactly once. */
    public final class Permit {

        /** The phase whose window counts the outcome; null when it is not counted. */
        private Closed window;
        /** The period that this probe may end; null for any other call, and once it has ended it. */
        private OpenPeriod openPeriod;
        /** Vert.x's promise of the probe; null for a last resort. */
        private Promise<Void> probe;

        private Permit(Closed window) {
            this.window = window;
        }

        private Permit(OpenPeriod openPeriod) {
            this.openPeriod = openPeriod;
        }

        /**
         * Records that the response has started, which closes the breaker if the call is a probe, however the call
         * ends.
         */
        public void responseReceived() {
            if (openPeriod != null) {
                OpenPeriod passed = openPeriod;
                openPeriod = null;
                window = closeAfterProbe(passed);
                completeProbe(true);
            }
        }

        /** @param firstTokenMillis time to the first event of a stream, -1 when there was none */
        public void release(Outcome outcome, long firstTokenMillis) {
            if (openPeriod != null) {
                if (outcome.isFailure()) {
                    probeFailed(openPeriod, outcome);
                    completeProbe(false);
                } else if (outcome == Outcome.CANCELLED) {
                    // Without an outcome: the next call is the probe instead.
                    openPeriod.abandonedProbe.set(probe);
                    openPeriod.activeProbe.set(null);
                } else {
                    responseReceived();
                }
            }
            if (window != null) {
                record(window, outcome, firstTokenMillis);
            }
        }

        private void completeProbe(boolean success) {
            if (probe != null && success) {
                probe.tryComplete();
            } else if (probe != null) {
                probe.tryFail("the probe failed");
            }
        }
    }

    private Permit acquireProbe(OpenPeriod openPeriod) {
        Permit permit = new Permit(openPeriod);
        return openPeriod.activeProbe.compareAndSet(null, permit) ? permit : null;
    }

    private Permit probe(HalfOpen half) {
        Permit permit = acquireProbe(half.openPeriod());
        if (permit == null) {
            return null;
        }
        permit.probe = half.openPeriod().abandonedProbe.getAndSet(null);
        if (permit.probe == null) {
            half.timer().<Void>execute(promise -> permit.probe = promise);
        }
        if (permit.probe == null) {
            // The phase was superseded meanwhile.
            half.openPeriod().activeProbe.set(null);
            return null;
        }
        return permit;
    }

    /** @return the phase whose window counts the end of the call, or null when its open period is over */
    private Closed closeAfterProbe(OpenPeriod openPeriod) {
        Closed next = closed(null);
        while (true) {
            BreakerPhase now = phase.get();
            if (now.openPeriod() != openPeriod) {
                return null;
            }
            if (transition(now, next, "a call succeeded")) {
                return next;
            }
        }
    }

    private void probeFailed(OpenPeriod openPeriod, Outcome outcome) {
        BreakerPhase now = phase.get();
        if (now.openPeriod() == openPeriod) {
            if (now instanceof HalfOpen) {
                // The old period keeps its active probe, so that no other call can become one.
                reopen(now, openPeriod, "the probe failed (" + outcome.label() + ")");
            } else {
                // A failed last resort does not extend the open period.
                openPeriod.activeProbe.set(null);
            }
        }
    }

    private void record(Closed window, Outcome outcome, long firstTokenMillis) {
        if (outcome != Outcome.SUCCESS && !outcome.isFailure()) {
            return;
        }
        long now = System.nanoTime();
        boolean slow = firstTokenMillis > settings.slowCall().toMillis();
        window.window().record(now, outcome, slow);
        if ((outcome.isFailure() || slow)
                && phase.get() instanceof Closed current
                && current.window() == window.window()) {
            openIfUnhealthy(current, now);
        }
    }

    private void openIfUnhealthy(Closed current, long now) {
        OutcomeWindow.Counts counts = current.window().counts(now);
        if (current.isHeld() || counts.calls() < settings.minCalls()) {
            return;
        }
        String within = " within " + settings.window().toSeconds() + "s";
        if (counts.failures() >= settings.failureRate() * counts.calls()) {
            String kinds = current.window().failures(now);
            open(
                    current,
                    counts.failures() + " of " + counts.calls() + " calls failed" + within
                            + (kinds.isEmpty() ? "" : " (" + kinds + ")"));
        } else if (counts.slow() >= settings.slowRate() * counts.calls()) {
            open(
                    current,
                    counts.slow() + " of " + counts.calls() + " calls were slower than "
                            + settings.slowCall().toMillis() + "ms" + within);
        }
    }

    private void open(BreakerPhase from, String why) {
        long millis = openMillis();
        startOpenPeriod(from, OpenPeriod.byRule(why, millis), millis);
    }

    private void reopen(BreakerPhase from, OpenPeriod before, String why) {
        long millis = openMillis();
        startOpenPeriod(from, before.reopened(why, millis), millis);
    }

    private void startOpenPeriod(BreakerPhase from, OpenPeriod openPeriod, long millis) {
        CircuitBreaker timer = newTimer(millis);
        if (transition(from, new Open(openPeriod, timer), openPeriod.reason)) {
            timer.open();
        }
    }

    /** Restarts the timer within the same open period. */
    private boolean restartTimer(BreakerPhase from, OpenPeriod openPeriod, long millis) {
        CircuitBreaker timer = newTimer(millis);
        if (!phase.compareAndSet(from, new Open(openPeriod, timer))) {
            return false;
        }
        timer.open();
        return true;
    }

    /** It goes half-open after {@code openMillis} and opens again when the probe misses its deadline. */
    private CircuitBreaker newTimer(long openMillis) {
        CircuitBreaker timer = CircuitBreaker.create(
                owner,
                vertx,
                new CircuitBreakerOptions()
                        .setMaxFailures(Integer.MAX_VALUE)
                        .setTimeout(probeMillis)
                        .setResetTimeout(openMillis)
                        .setNotificationAddress(null));
        return timer.halfOpenHandler(v -> openPeriodElapsed(timer)).openHandler(v -> probeTimedOut(timer));
    }

    private void openPeriodElapsed(CircuitBreaker timer) {
        if (phase.get() instanceof Open open && open.timer() == timer) {
            transition(open, new HalfOpen(open.openPeriod(), timer), "the next call is the probe");
        }
    }

    /** Called at each opening of the timer; only an opening from half-open means that the probe timed out. */
    private void probeTimedOut(CircuitBreaker timer) {
        if (phase.get() instanceof HalfOpen half && half.timer() == timer) {
            if (half.openPeriod().activeProbe.get() == null) {
                // The probe was cancelled and no other followed: Vert.x must admit another.
                half.openPeriod().abandonedProbe.set(null);
                restartTimer(half, half.openPeriod(), 1);
            } else {
                reopen(half, half.openPeriod(), "the probe timed out");
            }
        }
    }

    private boolean transition(BreakerPhase from, BreakerPhase to, String why) {
        boolean done = phase.compareAndSet(from, to);
        if (done) {
            history.add(to.state(), why);
            log.changed(to.state(), why);
            onStateChange.accept(state());
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
