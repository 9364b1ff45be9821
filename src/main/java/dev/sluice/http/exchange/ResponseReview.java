package dev.sluice.http.exchange;

import dev.sluice.bus.ProviderReply;
import dev.sluice.model.GatewayException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A step between the provider's complete response and the client. Its failure becomes the client's error. Confined to
 * the event loop of the client's connection; the step may complete on any thread.
 */
public final class ResponseReview {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final Function<ProviderReply.Complete, Future<ProviderReply.Complete>> step;

    private boolean started;

    public ResponseReview(Function<ProviderReply.Complete, Future<ProviderReply.Complete>> step) {
        this.step = step;
    }

    /** Returns false when the response was reviewed before. Afterwards the writer is called again. */
    boolean start(ProviderReply.Complete reply, ResponseWriter writer) {
        if (started) {
            return false;
        }
        started = true;
        Context here = Vertx.currentContext();
        apply(reply)
                .onComplete(reviewed -> here.runOnContext(v -> {
                    try {
                        write(reviewed, writer);
                    } catch (RuntimeException bug) {
                        fail(bug, writer);
                    }
                }));
        return true;
    }

    private Future<ProviderReply.Complete> apply(ProviderReply.Complete reply) {
        try {
            return step.apply(reply);
        } catch (GatewayException refusal) {
            return Future.failedFuture(refusal);
        }
    }

    private static void write(AsyncResult<ProviderReply.Complete> reviewed, ResponseWriter writer) {
        if (reviewed.succeeded()) {
            writer.whole(reviewed.result(), false);
            return;
        }
        if (reviewed.cause() instanceof GatewayException refusal) {
            writer.error(refusal.error(), false);
        } else {
            fail(reviewed.cause(), writer);
        }
    }

    private static void fail(Throwable bug, ResponseWriter writer) {
        LOG.error("The review of a response failed inside Sluice", bug);
        writer.abandon();
    }
}
