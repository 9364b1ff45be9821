package dev.sluice.provider.attempt;

import dev.sluice.bus.ProviderCall;
import dev.sluice.bus.ProviderReply;
import dev.sluice.model.CancelCause;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.provider.admission.ConcurrencyLimiter;
import dev.sluice.stream.Watchdog;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.function.Function;

/**
 * A call that waits for a place at its provider, on its own event loop: until it has one, is shed, has waited long
 * enough, or nobody wants its answer any more.
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

    /** Runs the attempt when there is a place for it. A place that no attempt took to its end is given back. */
    public static Future<ProviderReply> forPlace(
            ProviderContext provider,
            ProviderCall call,
            Function<ConcurrencyLimiter.Permit, Future<ProviderReply>> attempt) {
        ConcurrencyLimiter limiter = provider.state().limiter();
        ConcurrencyLimiter.Permit permit = limiter.free();
        return permit != null ? taken(permit, attempt) : new QueuedCall(provider, call, limiter, attempt).begin();
    }

    private static Future<ProviderReply> taken(
            ConcurrencyLimiter.Permit permit, Function<ConcurrencyLimiter.Permit, Future<ProviderReply>> attempt) {
        try {
            return attempt.apply(permit).onComplete(answer -> {
                if (answer.failed() || answer.result() instanceof ProviderReply.Failed) {
                    permit.end(ConcurrencyLimiter.ReleaseReason.IGNORED);
                }
            });
        } catch (RuntimeException broken) {
            permit.end(ConcurrencyLimiter.ReleaseReason.IGNORED);
            throw broken;
        }
    }

    private Future<ProviderReply> begin() {
        watch = provider.watchdog().watch(this::tooLong);
        watch.overall("total", call.deadline().nanoTime());
        watch.phase("max_wait", limiter.maxWaitMillis());
        entry = limiter.queue(call.policy().priority(), this);
        call.cancel().listen(context, this::cancelled);
        return reply.future();
    }

    @Override
    public void admitted(ConcurrencyLimiter.Permit permit) {
        context.runOnContext(v -> {
            watch.release();
            try {
                taken(permit, attempt).onComplete(reply);
            } catch (RuntimeException broken) {
                reply.tryFail(broken);
            }
        });
    }

    @Override
    public void shed(GatewayError saturated) {
        context.runOnContext(v -> over(saturated));
    }

    private void tooLong(String limit) {
        if (limit.equals("total")) {
            if (entry.leave()) {
                over(GatewayError.of(
                        Kind.TIMEOUT,
                        "the request's deadline passed while it waited for a place at provider "
                                + provider.state().settings().name()));
            }
            return;
        }
        GatewayError saturated = entry.giveUp();
        if (saturated != null) {
            over(saturated);
        }
    }

    private void cancelled(CancelCause cause) {
        if (entry.leave()) {
            over(GatewayError.of(Kind.UNAVAILABLE, "given up: " + cause.label()));
        }
    }

    private void over(GatewayError error) {
        watch.release();
        provider.state().rejected();
        reply.tryComplete(ProviderReply.Failed.of(error));
    }
}
