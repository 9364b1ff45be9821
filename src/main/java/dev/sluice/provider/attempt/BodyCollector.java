package dev.sluice.provider.attempt;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.provider.upstream.NetworkFailure;
import dev.sluice.stream.Buffers;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.util.Arrays;

/** Collects the body of an answer that is not a stream, up to a bound, into one array of the announced size. */
final class BodyCollector {

    private static final int UNANNOUNCED = 4096;

    private final Attempt attempt;
    private final HttpClientResponse response;
    private final int max;
    private byte[] bytes;
    private int length;
    private boolean over;

    BodyCollector(Attempt attempt, HttpClientResponse response, int max) {
        this.attempt = attempt;
        this.response = response;
        this.max = max;
        this.bytes = new byte[(int) Math.min(announced(), max)];
    }

    void begin() {
        response.exceptionHandler(this::lost);
        response.endHandler(v -> {
            if (!over) {
                over = true;
                attempt.bodyCame(response, new ByteSlice(bytes, 0, length));
            }
        });
        response.handler(this::chunk);
    }

    private void chunk(Buffer chunk) {
        if (over) {
            return;
        }
        ByteSlice slice = Buffers.slice(chunk);
        int room = Math.min(slice.length(), max - length);
        if (length + room > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(max, Math.max(2L * bytes.length, length + room)));
        }
        System.arraycopy(slice.array(), slice.offset(), bytes, length, room);
        length += room;
        attempt.watch().phase("idle", attempt.timeouts().idle());
        if (room < slice.length()) {
            overflow();
        }
    }

    /** An error is told from its beginning; an answer must be whole. */
    private void overflow() {
        over = true;
        GatewayError error = response.statusCode() / 100 == 2
                ? attempt.upstream("sent an answer of more than " + max + " bytes")
                : attempt.codec().refusal(response.statusCode(), new ByteSlice(bytes, 0, length));
        attempt.refused(error);
    }

    private void lost(Throwable failure) {
        attempt.upstreamDone();
        if (!over) {
            over = true;
            attempt.refused(GatewayError.of(
                    GatewayError.Kind.TRUNCATED,
                    "provider " + attempt.name() + " closed the connection after " + length + " bytes of its answer: "
                            + NetworkFailure.reason(failure)));
        }
    }

    private long announced() {
        String header = response.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return header == null ? UNANNOUNCED : Math.max(0, Long.parseLong(header));
        } catch (NumberFormatException notANumber) {
            return UNANNOUNCED;
        }
    }
}
