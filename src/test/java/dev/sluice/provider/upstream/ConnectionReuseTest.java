package dev.sluice.provider.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When {@link UpstreamCodec} closes a connection instead of sending another request on it. */
@SuppressWarnings("FutureReturnValueIgnored") // the channel shows what became of a write
class ConnectionReuseTest {

    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
    private static final long MILLIS = 1_000_000;
    private static final long ROUND_TRIP = 10 * MILLIS;

    private final AtomicLong clock = new AtomicLong();
    private final ConnectionReuse reuse = new ConnectionReuse("up", clock::get);
    private EmbeddedChannel channel = connect();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void aConnectionServesALimitedNumberOfRequests() {
        for (int i = 1; i < ConnectionReuse.MAX_REQUESTS; i++) {
            assertThat(closesAfter(MILLIS)).isFalse();
        }
        assertThat(closesAfter(MILLIS)).isTrue();
    }

    @Test
    void aConnectionIsUsedForALimitedTime() {
        assertThat(closesAfter(ConnectionReuse.MAX_AGE_NANOS / 2)).isFalse();
        assertThat(closesAfter(ConnectionReuse.MAX_AGE_NANOS / 2)).isTrue();
    }

    /** Time of the first response, time of the second, whether the second is too early. */
    @ParameterizedTest
    @CsvSource({"500,10,true", "500,12,true", "500,14,false", "500,400,false", "50,10,false"})
    void aResponseThatIsTooEarlyForItsRequestIsTheLastOfItsConnection(long first, long second, boolean closes) {
        assertThat(closesAfter(first * MILLIS)).isFalse();
        assertThat(closesAfter(second * MILLIS)).isEqualTo(closes);
    }

    @Test
    void aResponseBeforeItsRequestIsCompleteIsTheLastOfItsConnection() {
        DefaultHttpRequest upload = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/");
        upload.headers().set("transfer-encoding", "chunked");
        channel.writeOutbound(upload);

        assertThat(closesWith(OK)).isTrue();
    }

    /** Vert.x sends what is written while it reads when it has read all. */
    @Test
    void aResponseBeforeItsRequestWasSentClosesTheConnection() {
        channel.write(request());

        assertThatThrownBy(() -> receive(OK)).matches(NetworkFailure::isUnsent);

        assertThat(channel.<Object>readInbound()).isNull();
        assertThat(channel.<Object>readOutbound()).isNull();
        assertThat(channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {OK, "H", "HTTP/1.1 200", "\r\n"})
    void unsolicitedBytesEndTheReuseOfConnectionsForAWhile(String bytes) {
        assertThatThrownBy(() -> receive(bytes)).matches(NetworkFailure::isUnsent);
        assertThat(channel.isOpen()).isFalse();

        channel = connect();
        assertThat(closesAfter(MILLIS)).isTrue();
        clock.addAndGet(ConnectionReuse.DISTRUST_NANOS);
        channel = connect();
        assertThat(closesAfter(MILLIS)).isFalse();
    }

    @Test
    void bytesAfterAResponseEndTheReuseOfConnectionsForAWhile() {
        channel.writeOutbound(request());
        assertThat(closesWith(OK + "\r\n")).isTrue();

        channel = connect();
        assertThat(closesAfter(MILLIS)).isTrue();
    }

    @Test
    void aServerThatAnnouncesATimeoutOnlyLosesItsConnection() {
        assertThatThrownBy(() -> receive("HTTP/1.1 408 Request Timeout\r\n\r\n"))
                .matches(NetworkFailure::isUnsent);
        assertThat(channel.isOpen()).isFalse();

        channel = connect();
        assertThat(closesAfter(MILLIS)).isFalse();
    }

    private EmbeddedChannel connect() {
        EmbeddedChannel connected = new EmbeddedChannel(new HttpClientCodec());
        UpstreamCodec.install(connected.pipeline(), 8192, 8192, reuse, ROUND_TRIP, () -> {});
        return connected;
    }

    private static DefaultFullHttpRequest request() {
        return new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/");
    }

    /** Whether the connection closes after a request whose response begins after this time. */
    private boolean closesAfter(long nanos) {
        channel.writeOutbound(request());
        clock.addAndGet(nanos);
        return closesWith(OK);
    }

    private boolean closesWith(String bytes) {
        receive(bytes);
        HttpResponse head = channel.readInbound();
        channel.releaseInbound();
        channel.releaseOutbound();
        return "close".equals(head.headers().get("connection"));
    }

    /** As the handler of Vert.x does, the channel closes after an exception. */
    private void receive(String bytes) {
        try {
            channel.writeInbound(Unpooled.copiedBuffer(bytes, UTF_8));
        } catch (Exception failure) {
            channel.close();
            throw failure;
        }
    }
}
