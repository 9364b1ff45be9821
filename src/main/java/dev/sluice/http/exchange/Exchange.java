package dev.sluice.http.exchange;

import dev.sluice.auth.ApiKeyHandler;
import dev.sluice.bus.Address;
import dev.sluice.bus.ProviderCall;
import dev.sluice.bus.ProviderReply;
import dev.sluice.config.RouteConfig.Hedge;
import dev.sluice.http.body.Spool;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.CancelCause;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.RequestContext;
import dev.sluice.model.StreamEnd;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.Serving;
import dev.sluice.route.Target;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * One request on its way along its plan: attempt after attempt, now and then two at once, until one may answer, then
 * the answer to its end. The only owner of retries; where to go is said by its {@link Course}. Confined to the event
 * loop of the client's connection.
 */
public final class Exchange implements Desk.Open, ReplyWriter.Audience {

    private final Desk desk;
    private final Serving serving;
    private final RequestContext facts;
    private final Outlet outlet;
    private final Context context;
    private final Alarm alarm;

    private ClientRequest request;
    private RoutePlan plan;
    private Function<CharSequence, String> headers;
    private Wishes wishes;
    private Course course;
    private Tally tally;
    private Splice splice;
    private Toll toll;
    /** The attempt whose answer the client gets. */
    private Try winner;

    private int hedges;
    private boolean cancelled;
    private Spool spool;
    private boolean closed;

    Exchange(Desk desk, Serving serving, RequestContext facts, Outlet outlet, Context context) {
        this.desk = desk;
        this.serving = serving;
        this.facts = facts;
        this.outlet = outlet;
        this.context = context;
        this.alarm = new Alarm(context);
    }

    /** Opens the exchange of a request; it is closed when the response has ended, however it ended. */
    public static Exchange open(Desk desk, Vertx vertx, RoutingContext context, Surface surface) {
        RequestContext facts = Facts.of(context);
        facts.surface = surface;
        facts.principal = ApiKeyHandler.principal(context);
        Admission.surface(facts);
        Serving serving = desk.live().enter();
        Outlet outlet = new Outlet(new ReplyWriter(context.request(), facts, desk));
        Exchange exchange = new Exchange(desk, serving, facts, outlet, vertx.getOrCreateContext());
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

    public Serving serving() {
        return serving;
    }

    /** From now on the file is given back when the exchange ends. */
    public void owns(Spool upload) {
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
        outlet.over();
    }

    public void begin(ClientRequest request, RoutePlan plan, Function<CharSequence, String> headers) {
        if (cancelled || closed) {
            // Given up while its body was read: nobody may be asked on its behalf.
            return;
        }
        this.plan = plan;
        this.headers = headers;
        try {
            wishes = Wishes.of(headers, request, plan, serving.config(), facts.principal);
            toll = Toll.pay(desk, serving.routes(), facts.principal, request, plan, wishes.totalMillis(), outlet);
        } catch (GatewayException refusal) {
            outlet.error(refusal.error());
            return;
        }
        this.request = toll == null ? request : toll.capped(request);
        Trail trail = outlet.explain(wishes.explain() ? new Trail(plan) : null);
        tally = new Tally(desk, serving, facts, trail, toll);
        ask(plan.targets().getFirst(), Course.lastResort(plan), !wishes.repeated());
        Hedge hedge = plan.settings() == null ? null : plan.settings().hedge();
        if (hedge != null && !tally.idle() && Course.isRepeatable(request)) {
            alarm.in(hedge.after().toMillis(), () -> hedge(hedge));
        }
    }

    public Outlet outlet() {
        return outlet;
    }

    /** Nobody wants the answer any more, or nobody can wait for it. */
    @Override
    public void cancel(CancelCause cause) {
        if (cancelled) {
            return;
        }
        cancelled = true;
        facts.cancelCause = cause;
        alarm.stop();
        if (winner != null) {
            winner.cancel.fire(cause);
        } else if (tally == null || tally.idle()) {
            // Its body is still being read, or it waits for its next attempt: no attempt's end would answer.
            givenUp();
        }
        if (tally != null) {
            tally.cancel(cause);
        }
    }

    public RequestContext facts() {
        return facts;
    }

    private void ask(Target target, boolean lastResort, boolean earns) {
        GatewayError unpaid = toll == null ? null : toll.before(target);
        if (unpaid != null) {
            course().failed(target, unpaid, false, wishes.deadline().remainingMillis());
            if (tally.idle()) {
                goOn();
            }
            return;
        }
        Try one = tally.began(target, earns);
        desk.bus()
                .ask(
                        Address.provider(target.provider(), target.generation()),
                        new ProviderCall(
                                facts.requestId,
                                request,
                                target.model(),
                                headers,
                                wishes.strict(),
                                wishes.policy(lastResort),
                                wishes.deadline(),
                                one.cancel,
                                context))
                .onComplete(reply -> replied(one, reply), failure -> notAnswered(one, failure));
    }

    private void replied(Try one, ProviderReply reply) {
        tally.replied(one);
        one.mayBeBilled = reply instanceof ProviderReply.Failed failed && failed.mayBeBilled();
        if (winner != null || one.lost) {
            tally.lost(one, request, reply);
            return;
        }
        switch (reply) {
            case ProviderReply.Whole whole -> whole(one, whole);
            case ProviderReply.Streaming streaming -> streaming(one, streaming);
            case ProviderReply.Failed failed -> failed(one, failed);
        }
    }

    private void notAnswered(Try one, Throwable failure) {
        GatewayError error = failure instanceof GatewayException refusal
                ? refusal.error()
                : GatewayError.of(Kind.INTERNAL, "the attempt failed inside Sluice");
        if (error.kind() == Kind.INTERNAL) {
            desk.unexpected(facts, failure);
        }
        replied(one, ProviderReply.Failed.of(error));
    }

    private void whole(Try one, ProviderReply.Whole whole) {
        won(one);
        boolean refused = whole.status() >= 400;
        tally.closed(
                one, request, refused ? Bill.Outcome.FAILED : Bill.Outcome.OK, whole.usage(), whole.status(), null);
        if (splice != null && splice.cut() != null) {
            outlet.ended(splice.cut());
        } else {
            outlet.whole(whole, refused);
        }
    }

    private void streaming(Try one, ProviderReply.Streaming streaming) {
        won(one);
        tally.streams(one, streaming.head() == null ? 200 : streaming.head().status());
        if (splice != null) {
            facts.continued = splice.goesOn(one.target);
            outlet.goOn(streaming.stream(), splice.mark(one.target), this);
        } else {
            splice = streaming.head() == null ? Splice.of(plan, request) : null;
            outlet.stream(streaming, this);
        }
    }

    /** The first to answer; the others are not wanted any more. */
    private void won(Try one) {
        winner = one;
        alarm.stop();
        tally.won(one);
    }

    private void failed(Try one, ProviderReply.Failed failed) {
        GatewayError error = failed.error();
        if (tally.idle()) {
            tally.waited();
        }
        if (cancelled) {
            tally.givenUp(one, request, failed.usage());
            if (tally.idle()) {
                givenUp();
            }
            return;
        }
        tally.closed(one, request, Bill.Outcome.FAILED, failed.usage(), error.status(), error.code());
        course().failed(
                        one.target,
                        error,
                        failed.sameTargetMayServe(),
                        wishes.deadline().remainingMillis());
        if (tally.idle()) {
            alarm.stop();
            goOn();
        }
    }

    /** The next attempt of the course if it can help, else the answer is the failure. */
    private void goOn() {
        switch (next()) {
            case Course.Step.Ask ask -> {
                if (ask.delayMillis() == 0) {
                    ask(ask);
                } else {
                    tally.pause();
                    alarm.in(ask.delayMillis(), () -> ask(ask));
                }
            }
            case Course.Step.Answer answer -> answer(answer);
        }
    }

    private Course.Step next() {
        if (!wishes.deadline().passed()) {
            return course().next(wishes.deadline().remainingMillis());
        }
        Course.Step.Answer answer = course().answer();
        String late = "the request's deadline of " + wishes.totalMillis() + "ms passed after " + facts.attempts
                + " attempt(s): ";
        GatewayError error = GatewayError.of(Kind.TIMEOUT, late + answer.error().message());
        return new Course.Step.Answer(error, answer.from(), true);
    }

    private void ask(Course.Step.Ask ask) {
        if (cancelled) {
            return;
        }
        if (splice != null) {
            try {
                request = splice.next(ask.target(), serving);
            } catch (GatewayException tooLarge) {
                outlet.ended(splice.cut());
                return;
            }
        }
        ask(ask.target(), ask.lastResort(), ask.fresh() && !wishes.repeated());
    }

    private void answer(Course.Step.Answer answer) {
        if (splice != null) {
            outlet.ended(splice.cut());
        } else {
            tally.names(answer.from());
            outlet.error(answer.error(), answer.retryIsVain());
        }
    }

    private void givenUp() {
        if (splice != null) {
            outlet.ended(new StreamEnd.Cancelled(facts.cancelCause, Usage.UNKNOWN));
        } else {
            outlet.givenUp(facts.cancelCause);
        }
    }

    /** What runs has shown nothing so far: another attempt beside it. */
    private void hedge(Hedge hedge) {
        Target target = tally.idle() ? null : course().hedge(tally.first().target);
        if (target != null) {
            ask(target, false, false);
            hedges++;
            if (hedges < hedge.max()) {
                alarm.in(hedge.after().toMillis(), () -> hedge(hedge));
            }
        }
    }

    @Override
    public ByteSlice seen(ByteSlice batch) {
        winner.passed(batch.length());
        if (splice == null) {
            return outlet.filtered(batch);
        }
        ByteSlice visible = outlet.filtered(splice.seen(batch));
        if (splice.parted()) {
            winner.cancel.fire(CancelCause.HEDGED);
        }
        return visible;
    }

    @Override
    public void over(StreamEnd end) {
        Try one = winner;
        switch (end) {
            case StreamEnd.Complete complete -> ended(one, Bill.Outcome.OK, end);
            case StreamEnd.Cancelled given -> ended(one, Bill.Outcome.CANCELLED, end);
            case StreamEnd.Failed failed -> {
                tally.closed(
                        one,
                        request,
                        Bill.Outcome.FAILED,
                        end.usage(),
                        failed.error().status(),
                        failed.error().code());
                if (!cancelled && splice != null && splice.cutBy(failed)) {
                    winner = null;
                    course().failed(
                                    one.target,
                                    failed.error(),
                                    false,
                                    wishes.deadline().remainingMillis());
                    goOn();
                } else {
                    outlet.ended(splice != null && splice.cut() != null ? splice.cut() : end);
                }
            }
        }
    }

    private void ended(Try one, Bill.Outcome outcome, StreamEnd end) {
        tally.closed(one, request, outcome, end.usage(), 200, null);
        outlet.ended(splice != null && splice.parted() ? splice.cut() : end);
    }

    private Course course() {
        if (course == null) {
            course = new Course(
                    plan,
                    new RetryTerms(serving.config(), desk.budgets()),
                    ThreadLocalRandom.current(),
                    wishes.repeated() || !Course.mayRepeat(request));
        }
        return course;
    }
}
