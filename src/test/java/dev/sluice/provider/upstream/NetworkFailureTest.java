package dev.sluice.provider.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpClosedException;
import java.io.IOException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

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
}
