package dev.sluice.provider.attempt;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.protocol.spi.ProviderCodec;
import dev.sluice.provider.breaker.Outcome;
import dev.sluice.provider.upstream.RetryAfter;
import dev.sluice.stream.Buffers;
import dev.sluice.stream.TimeLimit;
import dev.sluice.stream.WorkerPool;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.util.Arrays;

/**
 * The part of an {@link Attempt} that reads a response which is not a stream: collects its body up to a limit, into one
 * array that grows with what arrives, then decodes it. Large ones take their bytes from the memory of the process.
 */
final class ResponseBodyReader {

    private static final int MAX_BYTES = 256 * 1024 * 1024;

    /** An error body is read only for its message and is cut at this size. */
    private static final int MAX_ERROR_BYTES = 64 * 1024;

    private static final int UNANNOUNCED_BYTES = 4096;

    /** An announced size is allocated at once up to here: a provider may announce what it never sends. */
    private static final int TRUSTED_BYTES = 64 * 1024;

    /** Up to this size a response costs no more than its connection, and is not counted. */
    private static final int UNCOUNTED_BYTES = 16 * 1024;

    private final Attempt attempt;
    private final HttpClientResponse response;
    private final int maxBytes;
    private final long announced;
    private byte[] bytes;
    private int length;
    private GatewayError refusal;
    private ProviderCodec.CompleteResponse whole;
    private Throwable failure;
    /** Bytes taken from the memory of the process. */
    private int reserved;

    ResponseBodyReader(Attempt attempt, HttpClientResponse response) {
        this.attempt = attempt;
        this.response = response;
        this.maxBytes = isSuccess() ? MAX_BYTES : MAX_ERROR_BYTES;
        this.announced = Math.min(announcedBytes(), maxBytes);
        this.bytes = new byte[(int) Math.min(announced, TRUSTED_BYTES)];
    }

    void start() {
        response.exceptionHandler(this::connectionLost);
        response.endHandler(v -> complete());
        response.handler(ContentDecoder.handler(response, this::append, this::undecodable));
    }

    private void append(Buffer chunk) {
        if (attempt.isEnded()) {
            return;
        }
        ByteSlice slice = Buffers.slice(chunk);
        int room = Math.min(slice.length(), maxBytes - length);
        if (!makeRoom(length + room)) {
            attempt.fail(AttemptErrors.memoryFull(attempt.providerName(), length), Outcome.CANCELLED);
            return;
        }
        System.arraycopy(slice.array(), slice.offset(), bytes, length, room);
        length += room;
        attempt.watch().phase(TimeLimit.IDLE, attempt.timeouts().idle());
        if (room < slice.length()) {
            overflowed();
        }
    }

    private boolean makeRoom(int needed) {
        int size = needed <= bytes.length ? bytes.length : Math.max(needed, nextSize());
        if (size > UNCOUNTED_BYTES && size > reserved) {
            if (!attempt.takeMemory(size - reserved)) {
                return false;
            }
            reserved = size;
        }
        if (size > bytes.length) {
            bytes = Arrays.copyOf(bytes, size);
        }
        return true;
    }

    /** Twice the size, but no more than is announced. */
    private int nextSize() {
        long twice = 2L * bytes.length;
        return (int) (announced > bytes.length ? Math.min(twice, announced) : Math.min(twice, maxBytes));
    }

    /** The beginning of an error body suffices; any other response must be complete. */
    private void overflowed() {
        try {
            attempt.fail(isSuccess() ? AttemptErrors.bodyTooLarge(attempt.providerName(), maxBytes) : refusal());
        } catch (RuntimeException bug) {
            attempt.failInternally(bug);
        }
    }

    /** Null when the provider did not refuse the request. */
    private GatewayError refusal() {
        GatewayError refusal = attempt.codec().errorOf(response.statusCode(), body());
        return refusal == null ? null : RetryAfter.applyTo(refusal, response.headers());
    }

    private void complete() {
        attempt.responseEnded();
        if (attempt.isEnded()) {
            return;
        }
        if (length > WorkerPool.INLINE_BYTES) {
            // Its silence now is Sluice's own; the deadline of the request still holds.
            attempt.watch().pause();
            attempt.bodyWorkers().run(this::decode).onComplete(decoded -> finish(), attempt::failInternally);
        } else {
            decode();
            finish();
        }
    }

    /** On a worker thread when the body is large; {@link #finish} follows on the event loop. */
    private Void decode() {
        if (isSuccess() && !ContentDecoder.isReadable(response)) {
            return null;
        }
        try {
            refusal = refusal();
            if (refusal == null && isExpected()) {
                whole = attempt.codec().completeResponse(body());
            }
        } catch (RuntimeException malformed) {
            failure = malformed;
        }
        return null;
    }

    private void finish() {
        try {
            conclude();
        } catch (RuntimeException bug) {
            attempt.failInternally(bug);
        }
    }

    private void conclude() {
        if (refusal != null && attempt.codec().verbatim()) {
            attempt.passRefusal(response.statusCode(), contentType(), body(), refusal);
        } else if (refusal != null) {
            attempt.fail(refusal);
        } else if (failure instanceof GatewayException malformed) {
            attempt.fail(malformed.error());
        } else if (failure != null) {
            attempt.failInternally(failure);
        } else if (whole == null) {
            attempt.fail(unexpectedContent());
        } else {
            attempt.succeed(response.statusCode(), contentType(), whole);
        }
    }

    private boolean isExpected() {
        return !attempt.streamRequested() && attempt.codec().accepts(UpstreamHead.mediaType(response));
    }

    private void connectionLost(Throwable failure) {
        attempt.responseEnded();
        if (!attempt.isEnded()) {
            attempt.fail(AttemptErrors.closedInBody(attempt.providerName(), length, failure));
        }
    }

    private void undecodable(Throwable wrong) {
        if (!attempt.isEnded()) {
            attempt.fail(AttemptErrors.malformedEncoding(attempt.providerName(), wrong));
        }
    }

    private GatewayError unexpectedContent() {
        if (!ContentDecoder.isReadable(response)) {
            return AttemptErrors.unexpectedContentEncoding(
                    attempt.providerName(), UpstreamHead.contentEncoding(response));
        }
        return AttemptErrors.unexpectedContentType(
                attempt.providerName(),
                contentType(),
                attempt.streamRequested() ? "text/event-stream" : "application/json");
    }

    private ByteSlice body() {
        return new ByteSlice(bytes, 0, length);
    }

    private String contentType() {
        return UpstreamHead.contentType(response);
    }

    private boolean isSuccess() {
        return response.statusCode() / 100 == 2;
    }

    private long announcedBytes() {
        String header = response.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return header == null ? UNANNOUNCED_BYTES : Math.max(0, Long.parseLong(header));
        } catch (NumberFormatException notANumber) {
            return UNANNOUNCED_BYTES;
        }
    }
}
