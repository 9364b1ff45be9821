package dev.sluice.provider.attempt;

import dev.sluice.bus.ProviderCall;
import dev.sluice.bus.ProviderReply;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.CancelCause;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Usage;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.spi.ProviderCodec;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.provider.admission.ConcurrencyLimiter;
import dev.sluice.provider.admission.ConcurrencyLimiter.ReleaseReason;
import dev.sluice.provider.breaker.Outcome;
import dev.sluice.provider.breaker.ProviderBreaker;
import dev.sluice.provider.state.KeyPool;
import dev.sluice.provider.state.ModelStats;
import dev.sluice.stream.AttemptTimeouts;
import dev.sluice.stream.FairBudget;
import dev.sluice.stream.TimeLimit;
import dev.sluice.stream.Watchdog;
import dev.sluice.stream.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.internal.ContextInternal;
import java.util.List;

/**
 * One call to a provider, as a state machine. It starts with an API key and permits, and {@link #end} releases all of
 * them exactly once.
 *
 * <p>{@link AttemptState} draws its states. Before STREAMING a failure is the reply of this attempt, and another target
 * can take over unnoticed by the client. From STREAMING on it cuts the client's stream; another target may resume that
 * where the route says {@code continue}. Confined to the provider's event loop.
 */
public final class Attempt {

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
    private final boolean relayed;
    private final long startedNanos = System.nanoTime();
    private final UpstreamRequest upstreamRequest;

    private AttemptState state = AttemptState.AWAITING_RESPONSE;
    private List<String> dropped = List.of();
    private StreamRelay relay;
    private Watchdog.Watch watch;
    private Watchdog.Watch holdWatch;
    /** What the response holds of the memory of the process; null for a small one. */
    private FairBudget.Lease memory;
    /** The deadline of the whole request passed while the provider was within its own time limits. */
    private boolean providerBlameless;

    /** @param permit null where the provider has no concurrency limit */
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
        this.timeouts = call.policy().timeouts().orElse(provider.state().timeouts());
        this.relayed = call.request().relay() != null;
        this.stats = provider.state().modelStats(call.model());
        this.context = ContextInternal.current();
        this.reply = context.promise();
        this.upstreamRequest = new UpstreamRequest(this, provider, call, codec, key.secret());
    }

    /** Sends the request. The future completes with the first event, the complete response or a failure. */
    public Future<ProviderReply> run() {
        provider.state().attemptStarted(stats);
        watch = provider.watchdog().watch(this::timedOut);
        watch.overall(TimeLimit.TOTAL, call.deadline().nanoTime());
        TimeLimit first = streamRequested() ? TimeLimit.FIRST_BYTE : TimeLimit.RESPONSE;
        watch.phase(first, timeouts.millis(first));
        call.cancel().listen(context, this::cancelled);
        if (!isEnded()) {
            upstreamRequest.send();
        }
        return reply.future();
    }

    // Called by the request and the response

    /** @return false when the attempt has ended meanwhile, or ends because the client forbids dropped parameters */
    boolean encoded(UpstreamBody body) {
        dropped = body.dropped();
        List<String> refused = body.refusedAt(call.strictness());
        if (!isEnded() && !refused.isEmpty()) {
            fail(AttemptErrors.unsupportedParameters(providerName(), refused, call.strictness()));
        }
        return !isEnded();
    }

    void responseReceived(HttpClientResponse response) {
        try {
            read(response);
        } catch (RuntimeException bug) {
            failInternally(bug);
        }
    }

    private void read(HttpClientResponse response) {
        if (isEnded()) {
            // The request is being reset. Bytes that still arrive are discarded so that the connection cannot stall.
            response.handler(chunk -> {});
            return;
        }
        String mediaType = UpstreamHead.mediaType(response);
        boolean events = response.statusCode() / 100 == 2
                && streamRequested()
                && mediaType.startsWith("text/event-stream")
                && ContentDecoder.isReadable(response);
        StreamReader reader = events ? codec.reader() : codec.relay(response.statusCode(), mediaType);
        if (reader != null) {
            enter(AttemptState.AWAITING_FIRST_EVENT);
            relay = new StreamRelay(this, response, reader, events ? null : UpstreamHead.forwarded(response));
            relay.start();
        } else {
            enter(AttemptState.READING_BODY);
            watch.phase(TimeLimit.IDLE, timeouts.idle());
            new ResponseBodyReader(this, response).start();
        }
    }

    /** Records that the response has started: its first event, or the complete response, was received. */
    void responseStarted() {
        breakerPermit.responseReceived();
        long now = System.nanoTime();
        stats.responseReceived(streamRequested(), now - startedNanos, now);
        if (permit != null && !relayed) {
            permit.responseReceived(!streamRequested());
        }
    }

    /** @param millis until the stream is committed at the latest; 0 or less for no limit */
    void hold(long millis) {
        enter(AttemptState.HOLDING);
        if (millis > 0) {
            holdWatch = provider.watchdog().watch(limit -> relay.commit());
            holdWatch.phase(TimeLimit.HOLD, millis);
        }
    }

    /** Commits the stream: from now on the client receives it. */
    void commit() {
        enter(AttemptState.STREAMING);
        if (holdWatch != null) {
            holdWatch.release();
        }
        reply.tryComplete(new ProviderReply.Streaming(relay.stream(), dropped, relay.head()));
    }

    /** Nothing more will be received: the body has ended, or the connection was lost. */
    void responseEnded() {
        upstreamRequest.finished();
        if (isEnded()) {
            watch.release();
        }
    }

    private void cancelled(CancelCause cause) {
        if (isStreaming()) {
            relay.cancelled(cause);
        } else if (!isEnded()) {
            recordSilence();
            fail(AttemptErrors.cancelled(cause), Outcome.CANCELLED);
        }
    }

    private void timedOut(TimeLimit limit) {
        if (limit == TimeLimit.MARKER) {
            relay.finishWithoutMarker();
            return;
        }
        providerBlameless = limit == TimeLimit.TOTAL && !overdue();
        long millis = limit == TimeLimit.TOTAL ? elapsedMillis() : timeouts.millis(limit);
        GatewayError error =
                AttemptErrors.timedOut(providerName(), limit, millis, upstreamRequest.isResponseReceived());
        if (isStreaming()) {
            relay.failed(error);
        } else {
            recordSilence();
            fail(error, Outcome.TIMEOUT);
        }
    }

    /**
     * Whether the provider was silent for so long that it shares the blame for a deadline of the whole request. Clients
     * may set that deadline as short as they like, earlier attempts use some of it, and slow readers use up the rest.
     */
    private boolean overdue() {
        long usual = streamRequested() ? timeouts.firstByte() : timeouts.response();
        return !firstEventReceived() && 2 * elapsedMillis() >= usual;
    }

    private void recordSilence() {
        if (!firstEventReceived()) {
            long now = System.nanoTime();
            stats.noResponse(streamRequested(), now - startedNanos, now);
        }
    }

    /** Takes memory for the response; false when there is none left. */
    boolean takeMemory(long bytes) {
        if (memory == null) {
            memory = provider.memory().lease(call.caller().shareName());
        }
        return memory.take(bytes);
    }

    /** What the response holds, from now on the receiver's to return; null for a small one. */
    FairBudget.Lease detachMemory() {
        FairBudget.Lease detached = memory;
        memory = null;
        return detached;
    }

    // The ways to end

    void succeed(int status, String contentType, ProviderCodec.CompleteResponse whole) {
        responseStarted();
        FairBudget.Lease held = detachMemory();
        // The duration of a complete response depends on its length: only the first event of a stream can be slow.
        if (end(Outcome.SUCCESS, -1, ReleaseReason.SUCCESS)) {
            reply.tryComplete(new ProviderReply.Complete(
                    status, contentType, whole.body(), whole.usage(), dropped, whole.location(), held));
        } else if (held != null) {
            held.close();
        }
    }

    /** Ends the attempt with a refusal that is forwarded unchanged, because the client uses the provider's own API. */
    void passRefusal(int status, String contentType, ByteSlice body, GatewayError refusal) {
        if (end(Outcome.of(refusal), -1, ReleaseReason.of(refusal))) {
            provider.failed(key, refusal, call.model(), relayed);
            reply.tryComplete(
                    new ProviderReply.Complete(status, contentType, body, Usage.UNKNOWN, dropped, null, null));
        }
    }

    void fail(GatewayError error) {
        fail(error, Outcome.of(error));
    }

    /** Ends the attempt before any of its response reached the client. */
    void fail(GatewayError error, Outcome outcome) {
        Usage usage = relay == null ? Usage.UNKNOWN : relay.usage();
        if (end(outcome, -1, ReleaseReason.of(error))) {
            boolean otherKey = provider.failed(key, error, call.model(), relayed);
            boolean mayBeBilled = upstreamRequest.mayBeBilled(outcome);
            reply.tryComplete(new ProviderReply.Failed(withoutSecrets(error), otherKey, usage, mayBeBilled));
        }
    }

    /** Ends the attempt because of a bug in Sluice, which says nothing about the provider. */
    void failInternally(Throwable bug) {
        if (isStreaming()) {
            relay.failInternally(bug);
        } else if (end(Outcome.CANCELLED, -1, ReleaseReason.IGNORED)) {
            reply.tryFail(bug);
        }
    }

    /**
     * Ends the attempt: releases the permits and the watch, counts, and resets the upstream request unless it
     * succeeded.
     *
     * @param firstEventMillis time to the first event of a stream, -1 when there was none
     * @param reason for the concurrency limiter: what this end says about the load that the provider can take
     * @return false when it had ended before
     */
    boolean end(Outcome outcome, long firstEventMillis, ReleaseReason reason) {
        if (isEnded()) {
            return false;
        }
        enter(AttemptState.ENDED);
        watch.release();
        if (holdWatch != null) {
            holdWatch.release();
        }
        if (memory != null) {
            memory.close();
        }
        breakerPermit.release(
                providerBlameless ? Outcome.CANCELLED : relayed ? outcome.ofRelayed() : outcome, firstEventMillis);
        if (permit != null) {
            permit.release(providerBlameless || relayed ? ReleaseReason.IGNORED : reason);
        }
        provider.state().attemptEnded(stats, outcome);
        if (outcome != Outcome.SUCCESS) {
            upstreamRequest.abort();
        }
        return true;
    }

    /** After a success: returns the connection to the pool if the response ends in time, else resets it. */
    void closeWithin(long millis) {
        if (!upstreamRequest.isFinished()) {
            watch = provider.watchdog().watch(limit -> upstreamRequest.abort());
            watch.phase(TimeLimit.CLOSE, millis);
        }
    }

    private void enter(AttemptState next) {
        assert state.leadsTo(next) : state + " does not lead to " + next;
        state = next;
    }

    // State for the request and the response

    boolean isAwaitingFirstEvent() {
        return state == AttemptState.AWAITING_FIRST_EVENT;
    }

    boolean isHolding() {
        return state == AttemptState.HOLDING;
    }

    boolean isStreaming() {
        return state == AttemptState.STREAMING;
    }

    boolean isEnded() {
        return state == AttemptState.ENDED;
    }

    private boolean firstEventReceived() {
        return state == AttemptState.HOLDING || state == AttemptState.STREAMING;
    }

    boolean streamRequested() {
        return call.request().stream();
    }

    /** A provider may quote the key or a configured header in its error message. */
    GatewayError withoutSecrets(GatewayError error) {
        return provider.headers().withoutSecrets(error, key.secret());
    }

    long elapsedMillis() {
        return (System.nanoTime() - startedNanos) / 1_000_000;
    }

    AttemptTimeouts timeouts() {
        return timeouts;
    }

    ProviderCodec codec() {
        return codec;
    }

    WorkerPool bodyWorkers() {
        return provider.bodyWorkers();
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

    String providerName() {
        return provider.state().settings().name();
    }
}
