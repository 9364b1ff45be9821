package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.StreamEnd;
import dev.sluice.model.Usage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The tests of {@link StreamContinuation}: when a truncated stream is resumed, the request to the next target, and the
 * client's failure.
 */
class StreamContinuationTest {

    private static final ByteSlice HELLO = chunk("Hello");

    private final FakeListener listener = new FakeListener();

    @AfterEach
    void close() {
        listener.close();
    }

    @Test
    void onlyAConfiguredRouteAndAStreamAreResumed() {
        assertThat(of("one", true)).isNull();
        assertThat(of("resumed", false)).isNull();
        assertThat(of("resumed", true)).isNotNull();
    }

    @Test
    void theFirstStreamPassesUnchanged() {
        StreamContinuation continuation = of("resumed", true);

        assertThat(continuation.forward(HELLO)).isSameAs(HELLO);
        assertThat(continuation.firstFailure()).isNull();
        assertThat(continuation.diverged()).isFalse();
    }

    @Test
    void theNextTargetIsSentWhatTheClientHasSeen() {
        StreamContinuation continuation = of("resumed", true);
        continuation.forward(HELLO);

        assertThat(continuation.tryResume(failure(Kind.TRUNCATED))).isTrue();
        ClientRequest next = continuation.nextRequest(FakeListener.B, listener.snapshot);

        assertThat(next.body().toText()).contains("Hello");
    }

    @Test
    void theFirstFailureIsKept() {
        StreamContinuation continuation = of("resumed", true);
        continuation.forward(HELLO);
        StreamEnd.Failed first = failure(Kind.TRUNCATED);
        continuation.tryResume(first);
        continuation.nextRequest(FakeListener.B, listener.snapshot);

        continuation.tryResume(failure(Kind.TIMEOUT));

        assertThat(continuation.firstFailure()).isSameAs(first);
    }

    @Test
    void aStreamIsResumedTwiceAtMost() {
        StreamContinuation continuation = of("resumed", true);
        continuation.forward(HELLO);

        assertThat(continuation.tryResume(failure(Kind.TRUNCATED))).isTrue();
        continuation.nextRequest(FakeListener.B, listener.snapshot);
        assertThat(continuation.tryResume(failure(Kind.TRUNCATED))).isTrue();
        continuation.nextRequest(FakeListener.A, listener.snapshot);

        assertThat(continuation.tryResume(failure(Kind.TRUNCATED))).isFalse();
    }

    @Test
    void aContentFilterIsNotResumed() {
        StreamContinuation continuation = of("resumed", true);
        continuation.forward(HELLO);

        assertThat(continuation.tryResume(failure(Kind.CONTENT_FILTER))).isFalse();
        assertThat(continuation.firstFailure()).isNull();
    }

    @Test
    void aSecondStreamThatBreaksOffTheFormatHasDiverged() {
        StreamContinuation continuation = of("resumed", true);
        continuation.forward(HELLO);
        continuation.tryResume(failure(Kind.TRUNCATED));
        continuation.nextRequest(FakeListener.B, listener.snapshot);

        ByteSlice visible = continuation.forward(ByteSlice.of("data: {not json\n\n"));

        assertThat(continuation.diverged()).isTrue();
        assertThat(visible.isEmpty()).isTrue();
        assertThat(continuation.tryResume(failure(Kind.TRUNCATED))).isFalse();
    }

    @Test
    void everyTargetThatResumesIsNamed() {
        StreamContinuation continuation = of("resumed", true);

        assertThat(continuation.resumedBy(FakeListener.B)).isEqualTo("b/m");
        assertThat(continuation.resumedBy(FakeListener.A)).isEqualTo("b/m,a/m");
        assertThat(continuation.comment(FakeListener.B).toText()).isEqualTo(": sluice-continued b/m\n\n");
    }

    private StreamContinuation of(String model, boolean stream) {
        return StreamContinuation.of(listener.plan(model), FakeListener.chat(stream));
    }

    private static StreamEnd.Failed failure(Kind kind) {
        return new StreamEnd.Failed(GatewayError.of(kind, "cut"), Usage.UNKNOWN);
    }

    private static ByteSlice chunk(String text) {
        return ByteSlice.of("data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":"
                + "[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"" + text
                + "\"},\"finish_reason\":null}]}\n\n");
    }
}
