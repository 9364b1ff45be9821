package dev.sluice.provider.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpClosedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkFailureTest {

    @Test
    void closedConnectionsAreDistinguishedFromMalformedData() {
        assertThat(NetworkFailure.isClosing(new HttpClosedException("closed"))).isTrue();
        assertThat(NetworkFailure.isClosing(new IOException("reset"))).isTrue();
        assertThat(NetworkFailure.isClosing(new IllegalArgumentException("bad header")))
                .isFalse();
    }

    @Test
    void theReasonOfATlsFailureIsTheInnermostCause() {
        Throwable handshake = new SSLHandshakeException("handshake").initCause(new CertificateException("expired"));

        assertThat(NetworkFailure.reason(new IOException("wrapped", handshake))).isEqualTo("TLS failed: expired");
    }

    @Test
    void aFailureWithoutMessageIsNamedByItsType() {
        assertThat(NetworkFailure.reason(new IOException())).isEqualTo("IOException");
        assertThat(NetworkFailure.reason(new IOException("reset by peer"))).isEqualTo("reset by peer");
    }

    /** A caller learns neither the host of a provider nor the system calls of Sluice. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "finishConnect(..) failed with error(-111): Connection refused: /127.0.0.1:9 | Connection refused",
                "Connection refused: inner.example/10.0.0.7:443 | Connection refused",
                "connection timed out after 100 ms: llm.example/[fd00:0:0:0:0:0:0:1]:443 | connection timed out after"
                        + " 100 ms",
                "recvAddress(..) failed with error(-104): Connection reset by peer | Connection reset by peer",
                "Connection was closed | Connection was closed"
            })
    void theReasonHasNoAddress(String message, String reason) {
        assertThat(NetworkFailure.reason(new ConnectException(message))).isEqualTo(reason);
    }

    @Test
    void anUnknownHostIsNotNamed() {
        assertThat(NetworkFailure.reason(new UnknownHostException("Failed to resolve 'inner.example' [A(1)]")))
                .isEqualTo("its host name cannot be resolved");
    }
}
