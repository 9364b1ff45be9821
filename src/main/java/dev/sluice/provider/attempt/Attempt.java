package dev.sluice.provider.attempt;

import dev.sluice.bus.ProviderCall;
import dev.sluice.bus.ProviderReply;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.CancelCause;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Usage;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.spi.ProviderCodec;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.provider.admission.ConcurrencyLimiter;
import dev.sluice.provider.breaker.Outcome;
import dev.sluice.provider.breaker.ProviderBreaker;
import dev.sluice.provider.state.AttemptTimeouts;
import dev.sluice.provider.state.KeyPool;
import dev.sluice.provider.state.ModelStats;
import dev.sluice.provider.upstream.RetryAfter;
import dev.sluice.stream.Buffers;
import dev.sluice.stream.Watchdog;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.internal.ContextInternal;
import java.util.List;

/**
 * One call of one provider, from its key and permit to its one end. Whatever happens, {@link #end} runs exactly once:
 * it judges for the breaker, rests the key, frees the watch and counts. Confined to the provider's event loop.
 */
public final class Attempt {

    /** An error body longer than this is cut; it is read for its reason only. */
    private static final int MAX_ERROR_BODY = 64 * 1024;

    /** Up to here a copy is cheaper than a buffer of several parts on its way to the socket. */
    private static final int COPIED = 16 * 1024;

    private static final int MAX_WHOLE_BODY = 256 * 1024 * 1024;

    private final ProviderContext provider;
    private final ProviderCall call;
    private final ProviderCodec codec;
    private final KeyPool.Lease key;
    private final ProviderBreaker.Permit breakerPermit;
    private final ConcurrencyLimiter.Permit permit;
    private final AttemptTimeouts timeouts;
    private final ModelStats stats;
    private final Promise<ProviderReply> reply;
    private final ContextInternal context;
    private final long began = System.nanoTime();

    private Watchdog.Watch watch;
    /** Of a stream that is held back, until it is committed. */
    private Watchdog.Watch heldWatch;

    private List<String> dropped = List.of();
    private final UpstreamRequest upstreamRequest;
    private StreamRelay relay;
    private boolean committed;
    private boolean ended;
    /** The request's own deadline ended it, which the provider has no part in. */
    private boolean blameless;

    public Attempt(
            ProviderContext provider,
            ProviderCall call,
            ProviderCodec codec,
            KeyPool.Lease key,
            ProviderBreaker.Permit breakerPermit,
            ConcurrencyLimiter.Permit permit) {
        this.provider = provider;
        this.call = call;
        this.codec = codec;
        this.key = key;
        this.breakerPermit = breakerPermit;
        this.permit = permit;
        this.timeouts = provider.state().timeouts().with(call.policy().timeouts());
        this.stats = provider.state().pulse(call.model());
        this.context = ContextInternal.current();
        this.reply = context.promise();
        this.upstreamRequest = new UpstreamRequest(this, provider, call, codec, key.secret());
    }

    public Future<ProviderReply> run() {
        provider.state().attemptBegan(stats);
        watch = provider.watchdog().watch(this::timedOut);
        watch.overall("total", call.deadline().nanoTime());
        watch.phase(stream() ? "first_byte" : "whole", stream() ? timeouts.firstByte() : timeouts.whole());
        call.cancel().listen(context, this::cancelled);
        if (!ended) {
            try {
                UpstreamBody body = codec.body();
                dropped = body.dropped();
                if (call.strict() && !dropped.isEmpty()) {
                    refused(inexpressible());
                } else {
                    upstreamRequest.send(
                            body.length() <= COPIED ? Buffers.buffer(body.joined()) : Buffers.buffer(body.parts()));
                }
            } catch (GatewayException refusal) {
                refused(refusal.error());
            } catch (RuntimeException broken) {
                brokeInside(broken);
            }
        }
        return reply.future();
    }

    /** A fault of ours says nothing about the provider, but must end the attempt like any other. */
    void brokeInside(RuntimeException broken) {
        if (end(Outcome.CANCELLED, -1)) {
            upstreamRequest.abort();
            reply.tryFail(broken);
        }
    }

    void answered(HttpClientResponse response) {
        if (ended) {
            // The reset is on its way; whatever still comes is thrown away so that the connection cannot stall.
            response.handler(rest -> {});
            return;
        }
        boolean success = response.statusCode() / 100 == 2;
        boolean events = success && stream() && MediaType.isEventStream(response);
        StreamReader reader = events ? codec.reader() : codec.relay(response.statusCode(), MediaType.of(response));
        if (reader != null) {
            relay = new StreamRelay(this, response, reader, events ? null : PassThroughHeaders.of(response));
            relay.begin();
        } else {
            watch.phase("idle", timeouts.idle());
            new BodyCollector(this, response, success ? MAX_WHOLE_BODY : MAX_ERROR_BODY).begin();
        }
    }

    /** The body of an answer that is not a stream has come whole. */
    void bodyCame(HttpClientResponse response, ByteSlice body) {
        upstreamRequest.over();
        GatewayError refusal = codec.refusal(response.statusCode(), body);
        if (refusal != null && codec.verbatim()) {
            verbatim(response, body, refusal);
            return;
        }
        if (refusal == null && (stream() || !codec.accepts(MediaType.of(response)))) {
            refusal = upstream("answered with content type " + response.getHeader(HttpHeaders.CONTENT_TYPE)
                            + (stream()
                                    ? " where text/event-stream was expected"
                                    : " where application/json was expected"))
                    .withCode("unexpected_content_type");
        }
        if (refusal != null) {
            refused(RetryAfter.applied(refusal, response.headers()));
            return;
        }
        ProviderCodec.Whole whole;
        try {
            whole = codec.whole(body);
        } catch (GatewayException nonsense) {
            refused(nonsense.error());
            return;
        } catch (RuntimeException broken) {
            brokeInside(broken);
            return;
        }
        began();
        // How long a whole answer takes is a matter of its length: only first tokens can be slow.
        if (end(Outcome.SUCCESS, -1)) {
            reply.tryComplete(new ProviderReply.Whole(
                    response.statusCode(),
                    response.getHeader(HttpHeaders.CONTENT_TYPE),
                    whole.body(),
                    whole.usage(),
                    dropped,
                    whole.location()));
        }
    }

    /** The client speaks the provider's own API and gets its refusal as it is. */
    private void verbatim(HttpClientResponse response, ByteSlice body, GatewayError refusal) {
        if (end(Outcome.of(refusal), -1, ConcurrencyLimiter.ReleaseReason.of(refusal))) {
            key.failed(RetryAfter.applied(refusal, response.headers()));
            reply.tryComplete(new ProviderReply.Whole(
                    response.statusCode(),
                    response.getHeader(HttpHeaders.CONTENT_TYPE),
                    body,
                    Usage.UNKNOWN,
                    dropped,
                    null));
        }
    }

    /** The provider said no. */
    void refused(GatewayError refusal) {
        fail(refusal, Outcome.of(refusal));
    }

    /** Ends the attempt before anything of it reached the client. */
    void fail(GatewayError error, Outcome outcome) {
        if (end(outcome, -1, ConcurrencyLimiter.ReleaseReason.of(error))) {
            upstreamRequest.abort();
            boolean otherKey = key.failed(error);
            reply.tryComplete(new ProviderReply.Failed(
                    showable(error),
                    otherKey,
                    relay == null ? Usage.UNKNOWN : relay.usage(),
                    upstreamRequest.mayBeBilled(outcome)));
        }
    }

    /** What a client may see of a failure, whatever the provider says back of what it was told. */
    GatewayError showable(GatewayError error) {
        return provider.headers().withoutSecrets(error, key.secret());
    }

    /** The answer has begun: its first event was seen, or it came whole. */
    void began() {
        breakerPermit.answered();
        long now = System.nanoTime();
        stats.answered(stream(), now - began, now);
        if (permit != null && !ended) {
            permit.answered(!stream());
        }
    }

    /** Commits a stream that is held back, at the latest, in so many milliseconds. */
    void holdFor(long millis, Runnable release) {
        heldWatch = provider.watchdog().watch(limit -> release.run());
        heldWatch.phase("hold", millis);
    }

    /** From now on the stream's own end is the attempt's. */
    void commit() {
        committed = true;
        if (heldWatch != null) {
            heldWatch.release();
        }
        reply.tryComplete(new ProviderReply.Streaming(relay.stream(), dropped, relay.head()));
    }

    private void silent() {
        if (relay == null || !relay.begun()) {
            long now = System.nanoTime();
            stats.silent(stream(), now - began, now);
        }
    }

    private void cancelled(CancelCause cause) {
        if (ended) {
            return;
        }
        if (committed) {
            relay.cancelled(cause);
        } else {
            silent();
            fail(GatewayError.of(Kind.UNAVAILABLE, "given up: " + cause.label()), Outcome.CANCELLED);
        }
    }

    private void timedOut(String limit) {
        if (limit.equals(StreamRelay.OWED)) {
            relay.nothingMoreOwed();
            return;
        }
        blameless = limit.equals("total") && !hung();
        GatewayError error = GatewayError.of(
                Kind.TIMEOUT,
                "provider " + name() + " took too long: " + said(limit) + " passed"
                        + (upstreamRequest.isAnswered() ? "" : " before it answered"));
        if (committed) {
            relay.failed(error);
        } else {
            silent();
            fail(error, Outcome.TIMEOUT);
        }
    }

    /** The whole request's deadline may be the client's, the route's or what earlier attempts have left of it. */
    private String said(String limit) {
        return limit.equals("total")
                ? "timeouts.total, or the caller's own deadline, " + sinceBegan() + "ms after this attempt began,"
                : "timeouts." + limit + " of " + timeouts.millis(limit) + "ms";
    }

    /**
     * Whether it was silent for so long that a deadline of the whole request may be blamed on the provider: clients set
     * that as short as they like, earlier attempts have used some of it, and slow readers use up the rest.
     */
    private boolean hung() {
        long usual = stream() ? timeouts.firstByte() : timeouts.whole();
        return (relay == null || !relay.begun()) && 2 * sinceBegan() >= usual;
    }

    /**
     * The one end.
     *
     * @return false when it has ended before
     */
    boolean end(Outcome outcome, long answeredMillis) {
        return end(
                outcome,
                answeredMillis,
                outcome == Outcome.SUCCESS
                        ? ConcurrencyLimiter.ReleaseReason.SUCCESS
                        : ConcurrencyLimiter.ReleaseReason.IGNORED);
    }

    /** @param reason what it says about how much the provider can take */
    boolean end(Outcome outcome, long answeredMillis, ConcurrencyLimiter.ReleaseReason reason) {
        if (ended) {
            return false;
        }
        ended = true;
        watch.release();
        if (heldWatch != null) {
            heldWatch.release();
        }
        breakerPermit.end(blameless ? Outcome.CANCELLED : outcome, answeredMillis);
        if (permit != null) {
            permit.end(blameless ? ConcurrencyLimiter.ReleaseReason.IGNORED : reason);
        }
        provider.state().attemptEnded(stats, outcome);
        return true;
    }

    /** Closes the upstream side unless its answer is over: a late reset would hit the connection's next user. */
    void abortUpstream() {
        upstreamRequest.abort();
    }

    /** For an attempt that has ended well: the connection goes back to the pool if the answer is over in time. */
    void closeWithin(long millis) {
        if (!upstreamRequest.isOver()) {
            watch = provider.watchdog().watch(limit -> abortUpstream());
            watch.phase("close", millis);
        }
    }

    boolean ended() {
        return ended;
    }

    void upstreamDone() {
        upstreamRequest.over();
        if (ended) {
            watch.release();
        }
    }

    private GatewayError inexpressible() {
        String first = dropped.getFirst();
        return GatewayError.of(
                        Kind.UNSUPPORTED,
                        "provider " + name() + " cannot take as it was said: " + String.join(", ", dropped)
                                + " (refused because x-sluice-strict asks for it)")
                .withCode("unsupported_parameter")
                .withParam(first.split("->|=", 2)[0]);
    }

    GatewayError upstream(String what) {
        return GatewayError.of(Kind.UPSTREAM, "provider " + name() + " " + what);
    }

    long sinceBegan() {
        return (System.nanoTime() - began) / 1_000_000;
    }

    private boolean stream() {
        return call.request().stream();
    }

    AttemptTimeouts timeouts() {
        return timeouts;
    }

    ProviderCodec codec() {
        return codec;
    }

    ProviderCall call() {
        return call;
    }

    Watchdog.Watch watch() {
        return watch;
    }

    ContextInternal context() {
        return context;
    }

    String name() {
        return provider.state().settings().name();
    }
}
