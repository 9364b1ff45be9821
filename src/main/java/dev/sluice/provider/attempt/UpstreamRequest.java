package dev.sluice.provider.attempt;

import dev.sluice.bus.ProviderCall;
import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayException;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.spi.ProviderCodec;
import dev.sluice.provider.breaker.Outcome;
import dev.sluice.provider.upstream.ConnectionPermits;
import dev.sluice.provider.upstream.NetworkFailure;
import dev.sluice.provider.upstream.UploadSender;
import dev.sluice.provider.upstream.UpstreamClient;
import dev.sluice.stream.Buffers;
import dev.sluice.stream.WorkerPool;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;

/**
 * The HTTP request of an {@link Attempt}: connects and writes. It sends the request once, on the first connection of
 * the pool that can be used; a kept-alive connection that turns out to be closed later is a failure with a code of its
 * own ({@link FailureCode#STALE_CONNECTION}), which the owner of all retries may repeat.
 */
final class UpstreamRequest implements Runnable {

    /**
     * A provider that had closed an idle connection before it read the request tells so within a round trip. One that
     * closes later may have processed the request.
     */
    private static final long STALE_MILLIS = 200;

    /** A pool may have many connections that their provider has just closed. */
    private static final int MAX_UNUSABLE = 16;

    /** Up to this size one copy is cheaper than a buffer of several parts on its way to the socket. */
    private static final int COPIED_BYTES = 16 * 1024;

    private final Attempt attempt;
    private final ProviderContext provider;
    private final ProviderCall call;
    private final ProviderCodec codec;
    private final String secret;
    /** Null before it is encoded, and when it was sent. */
    private UpstreamBody body;

    private String target;

    /** Not null while it waits for a connection. */
    private ConnectionPermits.Waiter waiter;

    private HttpClientRequest request;
    /** Connections of the pool that could not be used again. */
    private int unusable;

    private boolean reusedConnection;
    private long startedNanos;
    /** The whole request was written. */
    private boolean written;
    /** 0 until the response's head is received. */
    private int status;
    /** Nothing more will be received: a later reset would hit the pooled connection's next request. */
    private boolean finished;

    UpstreamRequest(Attempt attempt, ProviderContext provider, ProviderCall call, ProviderCodec codec, String secret) {
        this.attempt = attempt;
        this.provider = provider;
        this.call = call;
        this.codec = codec;
        this.secret = secret;
    }

    /** Encodes the body, on a worker thread when it is large, connects and writes. */
    void send() {
        if (call.request().body().length() > WorkerPool.INLINE_BYTES) {
            provider.bodyWorkers().run(codec::body).map(this::connect).onFailure(this::notEncoded);
            return;
        }
        try {
            connect(codec.body());
        } catch (RuntimeException failure) {
            notEncoded(failure);
        }
    }

    /** The request cannot be encoded for this provider, or Sluice has a bug. */
    private void notEncoded(Throwable failure) {
        if (failure instanceof GatewayException refusal) {
            attempt.fail(refusal.error());
        } else {
            attempt.failInternally(failure);
        }
    }

    private Void connect(UpstreamBody encoded) {
        if (!attempt.encoded(encoded)) {
            return null;
        }
        body = encoded;
        target = codec.target(provider.state().settings(), call.model());
        open();
        return null;
    }

    private void open() {
        try {
            ConnectionPermits.Waiter queued = provider.upstream().acquire(this);
            if (queued != null) {
                waiter = queued;
            }
        } catch (ConnectionPoolTooBusyException full) {
            attempt.fail(AttemptErrors.poolQueueFull(attempt.providerName()), Outcome.CANCELLED);
        }
    }

    /** A connection may be used. */
    @Override
    public void run() {
        waiter = null;
        if (attempt.isEnded()) {
            provider.upstream().release();
            return;
        }
        provider.upstream()
                .request(HttpMethod.valueOf(codec.method()), target)
                .onComplete(this::write, this::notConnected);
    }

    /**
     * The response has ended. If the provider responded before it received the whole request, the connection is closed:
     * it would carry the rest to a provider that may not read it.
     */
    void finished() {
        if (!finished && request != null && !written) {
            abort();
        }
        finished = true;
    }

    boolean isFinished() {
        return finished;
    }

    boolean isResponseReceived() {
        return status != 0;
    }

    /** Whether the provider received the whole request and neither refused nor completed it. */
    boolean mayBeBilled(Outcome outcome) {
        boolean accepted = status / 100 == 2;
        return written
                && switch (outcome) {
                    case CANCELLED, TIMEOUT -> accepted || status == 0;
                    case TRUNCATED -> accepted;
                    default -> false;
                };
    }

    /** Resets the request unless its response has ended. One that waits for a connection leaves the queue. */
    void abort() {
        if (waiter != null) {
            waiter.cancel();
        }
        if (request != null && !finished) {
            finished = true;
            UpstreamClient.abort(request, written);
        }
    }

    private void write(HttpClientRequest connected) {
        // The same failure arrives through the response; without a handler it would be logged as unhandled.
        connected.exceptionHandler(failure -> {});
        provider.upstream().use(connected);
        if (attempt.isEnded()) {
            provider.upstream().discard(connected);
            return;
        }
        request = connected;
        startedNanos = System.nanoTime();
        reusedConnection = !provider.upstream().firstUse(connected.connection());
        connected.response().onComplete(this::responseReceived, this::lostBeforeResponse);
        try {
            provider.headers().write(connected, call, codec, secret);
            if (codec.upload() == null) {
                (body.length() == 0 ? connected.end() : connected.end(bytes(body))).onSuccess(this::written);
            } else {
                new UploadSender(attempt.context().owner(), connected, codec.upload())
                        .send()
                        .onComplete(this::written, this::uploadFailed);
            }
        } catch (RuntimeException bug) {
            attempt.failInternally(bug);
        }
    }

    private static Buffer bytes(UpstreamBody body) {
        return body.length() <= COPIED_BYTES ? Buffers.buffer(body.joined()) : Buffers.buffer(body.parts());
    }

    private void written(Void all) {
        written = true;
        body = null;
    }

    private void notConnected(Throwable failure) {
        provider.upstream().release();
        attempt.fail(AttemptErrors.unreachable(attempt.providerName(), failure), Outcome.UNREACHABLE);
    }

    private void responseReceived(HttpClientResponse response) {
        status = response.statusCode();
        attempt.responseReceived(response);
    }

    private void lostBeforeResponse(Throwable failure) {
        if (attempt.isEnded()) {
            return;
        }
        if (NetworkFailure.isUnsent(failure) && !written && unusable++ < MAX_UNUSABLE) {
            open();
            return;
        }
        finished = true;
        if (isStale(failure)) {
            attempt.fail(AttemptErrors.staleConnection(attempt.providerName(), failure), Outcome.STALE_CONNECTION);
        } else {
            attempt.fail(AttemptErrors.closedBeforeResponse(attempt.providerName(), failure), Outcome.CLOSED);
        }
    }

    private boolean isStale(Throwable failure) {
        return reusedConnection
                && NetworkFailure.isClosing(failure)
                && System.nanoTime() - startedNanos < STALE_MILLIS * 1_000_000;
    }

    /** A lost connection is reported through the response. Any other failure is one of reading Sluice's own file. */
    private void uploadFailed(Throwable failure) {
        if (!attempt.isEnded() && !NetworkFailure.isClosing(failure)) {
            attempt.failInternally(new IllegalStateException("an upload could not be read from its file", failure));
        }
    }
}
