package dev.sluice.provider.attempt;

import dev.sluice.bus.ProviderCall;
import dev.sluice.bus.ProviderReply;
import dev.sluice.model.CancelCause;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.provider.admission.Intake;
import dev.sluice.stream.Watchdog;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.function.Function;

/**
 * A call that waits for a place at its provider, on its own event loop: until it has one, is shed, has waited long
 * enough, or nobody wants its answer any more.
 */
public final class Waiting implements Intake.Asker {

    private final ProviderContext provider;
    private final ProviderCall call;
    private final Intake intake;
    private final Function<Intake.Place, Future<ProviderReply>> attempt;
    private final ContextInternal context = ContextInternal.current();
    private final Promise<ProviderReply> reply = context.promise();
    private Watchdog.Watch watch;
    private Intake.Waiter waiter;

    private Waiting(
            ProviderContext provider,
            ProviderCall call,
            Intake intake,
            Function<Intake.Place, Future<ProviderReply>> attempt) {
        this.provider = provider;
        this.call = call;
        this.intake = intake;
        this.attempt = attempt;
    }

    /** Runs the attempt when there is a place for it. A place that no attempt took to its end is given back. */
    public static Future<ProviderReply> forPlace(
            ProviderContext provider, ProviderCall call, Function<Intake.Place, Future<ProviderReply>> attempt) {
        Intake intake = provider.state().intake();
        Intake.Place place = intake.free();
        return place != null ? taken(place, attempt) : new Waiting(provider, call, intake, attempt).begin();
    }

    private static Future<ProviderReply> taken(
            Intake.Place place, Function<Intake.Place, Future<ProviderReply>> attempt) {
        try {
            return attempt.apply(place).onComplete(answer -> {
                if (answer.failed() || answer.result() instanceof ProviderReply.Failed) {
                    place.end(Intake.Ending.IGNORED);
                }
            });
        } catch (RuntimeException broken) {
            place.end(Intake.Ending.IGNORED);
            throw broken;
        }
    }

    private Future<ProviderReply> begin() {
        watch = provider.watchdog().watch(this::tooLong);
        watch.overall("total", call.deadline().nanoTime());
        watch.phase("max_wait", intake.maxWaitMillis());
        waiter = intake.queue(call.policy().priority(), this);
        call.cancel().listen(context, this::cancelled);
        return reply.future();
    }

    @Override
    public void admitted(Intake.Place place) {
        context.runOnContext(v -> {
            watch.release();
            try {
                taken(place, attempt).onComplete(reply);
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
            if (waiter.leave()) {
                over(GatewayError.of(
                        Kind.TIMEOUT,
                        "the request's deadline passed while it waited for a place at provider "
                                + provider.state().settings().name()));
            }
            return;
        }
        GatewayError saturated = waiter.giveUp();
        if (saturated != null) {
            over(saturated);
        }
    }

    private void cancelled(CancelCause cause) {
        if (waiter.leave()) {
            over(GatewayError.of(Kind.UNAVAILABLE, "given up: " + cause.label()));
        }
    }

    private void over(GatewayError error) {
        watch.release();
        provider.state().rejected();
        reply.tryComplete(ProviderReply.Failed.of(error));
    }
}
