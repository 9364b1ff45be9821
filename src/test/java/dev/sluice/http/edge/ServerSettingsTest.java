package dev.sluice.http.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.binding.Secret;
import dev.sluice.config.ServerConfig;
import dev.sluice.config.ServerConfig.TlsConfig;
import io.vertx.core.http.HttpServerOptions;
import org.junit.jupiter.api.Test;

class ServerSettingsTest {

    private static final TlsConfig TLS = new TlsConfig(new Secret("cert"), new Secret("key"), null);

    @Test
    void inClearOnlyHttp1IsSpoken() {
        HttpServerOptions options = ServerSettings.dataPlane(config(null));

        assertThat(options.isSsl()).isFalse();
        assertThat(options.isHttp2ClearTextEnabled()).isFalse();
    }

    @Test
    void aCertificateBringsTlsAndHttp2() {
        HttpServerOptions options = ServerSettings.dataPlane(config(TLS));

        assertThat(options.isSsl()).isTrue();
        assertThat(options.isUseAlpn()).isTrue();
        assertThat(options.getSslHandshakeTimeout()).isEqualTo(300);
        assertThat(options.getInitialSettings().getMaxConcurrentStreams()).isEqualTo(128);
        assertThat(options.getInitialSettings().getMaxHeaderListSize()).isEqualTo(16 * 1024);
    }

    @Test
    void aFreePortIsOneForAllInstances() {
        // To Vert.x 0 is a port of each instance's own, and a negative number one that they share.
        assertThat(ServerSettings.dataPlane(config(null)).getPort()).isNegative();
    }

    @Test
    void nothingIsCompressedAndNoServerTimeoutCutsASilentStream() {
        HttpServerOptions options = ServerSettings.dataPlane(config(TLS));

        assertThat(options.isCompressionSupported()).isFalse();
        assertThat(options.isDecompressionSupported()).isFalse();
        assertThat(options.getPerFrameWebSocketCompressionSupported()).isFalse();
        assertThat(options.getPerMessageWebSocketCompressionSupported()).isFalse();
        assertThat(options.getIdleTimeout()).isZero();
        assertThat(options.isReusePort()).isFalse();
    }

    private static ServerConfig config(TlsConfig tls) {
        return EdgeFixture.config(1024, 300, 300, 1_000, tls);
    }
}
