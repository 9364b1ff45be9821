package dev.sluice.http;

import dev.sluice.auth.ApiKeyHandler;
import dev.sluice.bus.Address;
import dev.sluice.bus.CallPolicy;
import dev.sluice.bus.CancelSignal;
import dev.sluice.bus.ProviderCall;
import dev.sluice.bus.ProviderReply;
import dev.sluice.http.edge.Spool;
import dev.sluice.model.CancelCause;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Deadline;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.Serving;
import dev.sluice.route.Target;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.function.UnaryOperator;

/**
 * One request on its way along its plan: attempt after attempt until one may answer, then the answer to its end. The
 * only owner of retries. Confined to the event loop of the client's connection.
 */
final class Exchange implements Desk.Open {

    /**
     * {@code true} or {@code 1}: fail rather than leave out what a provider cannot take. Any other value: leave it out.
     */
    private static final String STRICT = "x-sluice-strict";

    private final Desk desk;
    private final Serving serving;
    private final RequestContext facts;
    private final ReplyWriter writer;
    private final Context context;
    private ClientRequest request;
    private RoutePlan plan;
    private UnaryOperator<String> headers;
    private Deadline deadline;
    private CancelSignal cancel;
    private int at;
    private int repeats;
    private long askedNanos;
    private boolean cancelled;
    private Spool spool;
    private boolean closed;

    Exchange(Desk desk, Serving serving, RequestContext facts, ReplyWriter writer, Context context) {
        this.desk = desk;
        this.serving = serving;
        this.facts = facts;
        this.writer = writer;
        this.context = context;
    }

    /** Opens the exchange of a request; it is closed when the response has ended, however it ended. */
    static Exchange open(Desk desk, Vertx vertx, RoutingContext context, Surface surface) {
        RequestContext facts = Facts.of(context);
        facts.surface = surface;
        facts.principal = ApiKeyHandler.principal(context);
        Admission.surface(facts);
        Serving serving = desk.live().enter();
        ReplyWriter writer = new ReplyWriter(context.request(), facts, desk);
        Exchange exchange = new Exchange(desk, serving, facts, writer, vertx.getOrCreateContext());
        desk.opened(exchange);
        context.addEndHandler(end -> {
            if (end.failed()) {
                exchange.cancel(CancelCause.CLIENT_GONE);
            }
            exchange.giveBack();
            desk.closed(exchange);
            serving.leave();
        });
        return exchange;
    }

    Serving serving() {
        return serving;
    }

    /** From now on the file is given back when the exchange ends. */
    void owns(Spool upload) {
        spool = upload;
        if (closed) {
            upload.delete();
        }
    }

    private void giveBack() {
        closed = true;
        if (spool != null) {
            spool.delete();
        }
    }

    void begin(ClientRequest request, RoutePlan plan, UnaryOperator<String> headers) {
        if (cancelled) {
            // Given up while its body was read: nobody may be asked on its behalf.
            return;
        }
        this.request = request;
        this.plan = plan;
        this.headers = headers;
        this.deadline = Deadline.inMillis(totalMillis());
        attempt();
    }

    /** Nobody wants the answer any more, or nobody can wait for it. */
    @Override
    public void cancel(CancelCause cause) {
        if (!cancelled) {
            cancelled = true;
            facts.cancelCause = cause;
            if (cancel != null) {
                cancel.fire(cause);
            } else {
                // Its body is still being read: there is no attempt whose end would answer.
                writer.givenUp(cause);
            }
        }
    }

    RequestContext facts() {
        return facts;
    }

    private void attempt() {
        Target target = plan.targets().get(at);
        facts.attempts++;
        facts.provider = target.provider();
        facts.upstreamModel = target.model();
        facts.attemptOpen = true;
        cancel = new CancelSignal();
        askedNanos = System.nanoTime();
        desk.bus()
                .ask(
                        Address.provider(target.provider(), target.generation()),
                        new ProviderCall(
                                facts.requestId,
                                request,
                                target.model(),
                                headers,
                                strict(),
                                CallPolicy.PLAIN,
                                deadline,
                                cancel,
                                context))
                .onComplete(this::replied, this::notAnswered);
    }

    private void replied(ProviderReply reply) {
        facts.upstreamNanos += System.nanoTime() - askedNanos;
        switch (reply) {
            case ProviderReply.Whole whole -> {
                facts.usage = whole.usage();
                desk.attemptClosed(facts);
                writer.whole(whole);
            }
            case ProviderReply.Streaming streaming -> writer.stream(streaming);
            case ProviderReply.Failed failed -> failed(failed);
        }
    }

    private void notAnswered(Throwable failure) {
        GatewayError error = failure instanceof GatewayException refusal
                ? refusal.error()
                : GatewayError.of(Kind.INTERNAL, "the attempt failed inside Sluice");
        if (error.kind() == Kind.INTERNAL) {
            desk.unexpected(facts, failure);
        }
        failed(new ProviderReply.Failed(error, false));
    }

    /** The next attempt of the plan if it can help, else the answer is this failure. */
    private void failed(ProviderReply.Failed failed) {
        GatewayError error = failed.error();
        if (cancelled) {
            desk.attemptClosed(facts);
            writer.givenUp(facts.cancelCause);
        } else if (deadline.passed()) {
            answer(GatewayError.of(
                    Kind.TIMEOUT,
                    "the request's deadline passed after " + facts.attempts + " attempt(s): " + error.message()));
        } else if (failed.sameTargetMayServe() && repeats < maxRepeats()) {
            repeats++;
            attempt();
        } else if (error.otherTargetMayServe() && at + 1 < plan.targets().size()) {
            at++;
            repeats = 0;
            attempt();
        } else {
            answer(error);
        }
    }

    private void answer(GatewayError error) {
        desk.attemptClosed(facts);
        writer.error(error);
    }

    /** A target is tried with each of its keys at most once. */
    private int maxRepeats() {
        var provider = serving.config().providers().get(plan.targets().get(at).provider());
        return provider == null ? 0 : provider.apiKeys().size() - 1;
    }

    private boolean strict() {
        String asked = headers.apply(STRICT);
        return asked == null ? serving.config().server().strict() : asked.equals("1") || asked.equalsIgnoreCase("true");
    }

    private long totalMillis() {
        long longest = 0;
        for (Target target : plan.targets()) {
            var provider = serving.config().providers().get(target.provider());
            longest = Math.max(longest, provider.timeouts().total().toMillis());
        }
        return longest;
    }
}
