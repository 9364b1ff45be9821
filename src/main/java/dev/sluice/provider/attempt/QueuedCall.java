package dev.sluice.provider.attempt;

import dev.sluice.bus.ProviderCall;
import dev.sluice.bus.ProviderReply;
import dev.sluice.model.CancelCause;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.provider.admission.ConcurrencyLimiter;
import dev.sluice.provider.admission.ConcurrencyLimiter.ReleaseReason;
import dev.sluice.stream.TimeLimit;
import dev.sluice.stream.Watchdog;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.function.Function;

/**
 * A call that waits for a permit of its provider's concurrency limiter, on its own event loop: until it is admitted,
 * rejected or cancelled, or a time limit expires.
 */
public final class QueuedCall implements ConcurrencyLimiter.Waiter {

    private final ProviderContext provider;
    private final ProviderCall call;
    private final ConcurrencyLimiter limiter;
    private final Function<ConcurrencyLimiter.Permit, Future<ProviderReply>> attempt;
    private final ContextInternal context = ContextInternal.current();
    private final Promise<ProviderReply> reply = context.promise();
    private Watchdog.Watch watch;
    private ConcurrencyLimiter.QueueEntry entry;

    private QueuedCall(
            ProviderContext provider,
            ProviderCall call,
            ConcurrencyLimiter limiter,
            Function<ConcurrencyLimiter.Permit, Future<ProviderReply>> attempt) {
        this.provider = provider;
        this.call = call;
        this.limiter = limiter;
        this.attempt = attempt;
    }

    /** Runs the attempt once it has a permit. A permit that the attempt did not release is released here. */
    public static Future<ProviderReply> withPermit(
            ProviderContext provider,
            ProviderCall call,
            Function<ConcurrencyLimiter.Permit, Future<ProviderReply>> attempt) {
        ConcurrencyLimiter limiter = provider.state().limiter();
        ConcurrencyLimiter.Permit permit = limiter.acquire();
        return permit != null ? run(permit, attempt) : new QueuedCall(provider, call, limiter, attempt).enqueue();
    }

    private static Future<ProviderReply> run(
            ConcurrencyLimiter.Permit permit, Function<ConcurrencyLimiter.Permit, Future<ProviderReply>> attempt) {
        try {
            return attempt.apply(permit).onComplete(done -> {
                if (done.failed() || done.result() instanceof ProviderReply.Failed) {
                    permit.release(ReleaseReason.IGNORED);
                }
            });
        } catch (RuntimeException bug) {
            permit.release(ReleaseReason.IGNORED);
            throw bug;
        }
    }

    private Future<ProviderReply> enqueue() {
        watch = provider.watchdog().watch(this::timedOut);
        watch.overall(TimeLimit.TOTAL, call.deadline().nanoTime());
        watch.phase(TimeLimit.MAX_WAIT, limiter.maxWaitMillis());
        entry = limiter.enqueue(call.policy().priority(), this);
        call.cancel().listen(context, this::cancelled);
        return reply.future();
    }

    @Override
    public void admitted(ConcurrencyLimiter.Permit permit) {
        context.runOnContext(v -> {
            watch.release();
            try {
                run(permit, attempt).onComplete(reply);
            } catch (RuntimeException bug) {
                reply.tryFail(bug);
            }
        });
    }

    @Override
    public void rejected(GatewayError saturated) {
        context.runOnContext(v -> reject(saturated));
    }

    private void timedOut(TimeLimit limit) {
        if (limit == TimeLimit.MAX_WAIT) {
            GatewayError saturated = entry.reject();
            if (saturated != null) {
                reject(saturated);
            }
        } else if (entry.cancel()) {
            reject(GatewayError.of(
                    Kind.TIMEOUT,
                    "the request's deadline passed while it waited in the queue of provider "
                            + provider.state().settings().name()));
        }
    }

    private void cancelled(CancelCause cause) {
        if (entry.cancel()) {
            reject(AttemptErrors.cancelled(cause));
        }
    }

    private void reject(GatewayError error) {
        watch.release();
        provider.state().callRejected();
        reply.tryComplete(ProviderReply.Failed.of(error));
    }
}
