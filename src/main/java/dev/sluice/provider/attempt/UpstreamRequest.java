package dev.sluice.provider.attempt;

import dev.sluice.bus.ProviderCall;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.protocol.spi.ProviderCodec;
import dev.sluice.provider.breaker.Outcome;
import dev.sluice.provider.upstream.NetworkFailure;
import dev.sluice.provider.upstream.UploadSender;
import dev.sluice.provider.upstream.UpstreamClient;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;

/**
 * An attempt's request on the wire: connected, written, and sent once more when the kept-alive connection it was given
 * turns out to be closed already.
 */
final class UpstreamRequest {

    private final Attempt attempt;
    private final ProviderContext provider;
    private final ProviderCall call;
    private final ProviderCodec codec;
    private final String secret;
    private Buffer body;
    private HttpClientRequest request;
    private boolean reusedConnection;
    private boolean retriedStale;
    /** The whole request has left. */
    private boolean written;
    /** Of the answer's head; 0 until that has come. */
    private int status;
    /** The answer is over, or there will be none: a later reset would hit the pooled connection's next user. */
    private boolean over;

    UpstreamRequest(Attempt attempt, ProviderContext provider, ProviderCall call, ProviderCodec codec, String secret) {
        this.attempt = attempt;
        this.provider = provider;
        this.call = call;
        this.codec = codec;
        this.secret = secret;
    }

    void send(Buffer body) {
        this.body = body;
        connect();
    }

    /** The answer has come to its end. */
    void over() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    boolean isAnswered() {
        return status != 0;
    }

    /** Whether the provider had all of the request and neither refused it nor came to an end with it. */
    boolean mayBeBilled(Outcome outcome) {
        boolean accepted = status / 100 == 2;
        return written
                && switch (outcome) {
                    case CANCELLED, TIMEOUT -> accepted || status == 0;
                    case TRUNCATED -> accepted;
                    default -> false;
                };
    }

    /** Closes the upstream side unless its answer is over. */
    void abort() {
        if (request != null && !over) {
            over = true;
            UpstreamClient.abort(request, written);
        }
    }

    private void connect() {
        ProviderSettings settings = provider.state().settings();
        provider.upstream()
                .request(HttpMethod.valueOf(codec.method()), codec.target(settings, call.model()))
                .onComplete(this::connected, this::notConnected);
    }

    private void connected(HttpClientRequest outgoing) {
        // The same failure arrives through the response; without a handler it would be logged as unhandled.
        outgoing.exceptionHandler(failure -> {});
        if (attempt.ended()) {
            outgoing.reset();
            return;
        }
        request = outgoing;
        reusedConnection = !provider.upstream().firstUse(outgoing.connection());
        outgoing.response().onComplete(this::answered, this::lostBeforeHead);
        try {
            provider.headers().write(outgoing, call, codec, secret);
            if (codec.upload() == null) {
                (body.length() == 0 ? outgoing.end() : outgoing.end(body)).onSuccess(v -> written = true);
            } else {
                String model = provider.state().settings().upstreamModel(call.model());
                new UploadSender(attempt.context().owner(), outgoing, codec.upload(), model)
                        .send()
                        .onComplete(v -> written = true, this::unreadable);
            }
        } catch (RuntimeException broken) {
            attempt.brokeInside(broken);
        }
    }

    private void answered(HttpClientResponse response) {
        status = response.statusCode();
        attempt.answered(response);
    }

    /** Whatever the connection fails with is told by the response; what is left is our own file. */
    private void unreadable(Throwable failure) {
        if (!attempt.ended() && !NetworkFailure.isClosing(failure)) {
            attempt.brokeInside(new IllegalStateException("an upload could not be sent", failure));
        }
    }

    private void notConnected(Throwable failure) {
        if (failure instanceof ConnectionPoolTooBusyException) {
            attempt.fail(
                    GatewayError.of(
                                    Kind.UNAVAILABLE,
                                    "all connections to provider " + attempt.name()
                                            + " are in use and its queue is full (pool.max_connections,"
                                            + " pool.max_queue)")
                            .withCode("queue_full")
                            .withRetryAfter(1000),
                    Outcome.CANCELLED);
        } else {
            attempt.fail(
                    attempt.upstream("could not be reached: " + NetworkFailure.reason(failure))
                            .withCode("upstream_unreachable"),
                    Outcome.UNREACHABLE);
        }
    }

    /**
     * A kept-alive connection that the provider closed just now carried nothing: the request goes out once more, on
     * another.
     */
    private void lostBeforeHead(Throwable failure) {
        if (attempt.ended()) {
            return;
        }
        over = true;
        if (reusedConnection && !retriedStale && NetworkFailure.isClosing(failure)) {
            retriedStale = true;
            over = false;
            written = false;
            request = null;
            connect();
        } else {
            attempt.fail(
                    attempt.upstream("closed the connection before answering: " + NetworkFailure.reason(failure)),
                    Outcome.CLOSED);
        }
    }
}
