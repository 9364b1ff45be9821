package dev.sluice.http.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.binding.Secret;
import dev.sluice.config.ServerConfig.TlsConfig;
import dev.sluice.testkit.SelfSigned;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With {@code server.tls.client_ca}, clients without a certificate signed by it are refused before authentication. */
class ClientCertificatesAreRequiredTest {

    private static SelfSigned server;
    private static SelfSigned known;
    private static SelfSigned stranger;
    private static EdgeFixture edge;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = SelfSigned.in(Files.createDirectory(folder.resolve("server")));
        known = SelfSigned.in(Files.createDirectory(folder.resolve("known")));
        stranger = SelfSigned.in(Files.createDirectory(folder.resolve("stranger")));
        TlsConfig tls = new TlsConfig(secret(server.cert()), secret(server.key()), secret(known.cert()));
        edge = new EdgeFixture(EdgeFixture.config(1024 * 1024, 2_000, 10_000, 1_000, tls));
    }

    @AfterAll
    static void stop() {
        edge.close();
    }

    @Test
    void aSignedCertificateIsAccepted() throws Exception {
        assertThat(echo(known).statusCode()).isEqualTo(200);
    }

    @Test
    void aMissingCertificateIsRefused() {
        assertThatThrownBy(() -> echo(null)).isInstanceOf(IOException.class);
    }

    /** Of the same name: names are anybody's. */
    @Test
    void aCertificateOfAnotherAuthorityIsRefused() {
        assertThatThrownBy(() -> echo(stranger)).isInstanceOf(IOException.class);
    }

    private static HttpResponse<String> echo(SelfSigned client) throws Exception {
        try (HttpClient http =
                HttpClient.newBuilder().sslContext(server.trusting(client)).build()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + edge.port() + "/echo"))
                            .timeout(Duration.ofSeconds(10))
                            .header("content-type", "application/json")
                            .POST(BodyPublishers.ofString("{}"))
                            .build(),
                    BodyHandlers.ofString());
        }
    }

    private static Secret secret(Path pem) throws IOException {
        return new Secret(Files.readString(pem));
    }
}
