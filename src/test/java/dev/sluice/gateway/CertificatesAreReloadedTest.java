package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.CapturedLog;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.SelfSigned;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates expire while Sluice runs: changed files of {@code server.tls} are used without a restart. */
class CertificatesAreReloadedTest {

    @TempDir
    private Path folder;

    @Test
    void newConnectionsGetTheChangedCertificateAndABrokenOneChangesNothing() throws Exception {
        SelfSigned first = SelfSigned.in(Files.createDirectory(folder.resolve("first")));
        SelfSigned second = SelfSigned.in(Files.createDirectory(folder.resolve("second")));
        Path cert = Files.copy(first.cert(), folder.resolve("cert.pem"));
        Path key = Files.copy(first.key(), folder.resolve("key.pem"));
        try (CapturedLog log = CapturedLog.open();
                RunningSluice sluice = RunningSluice.start("server: { port: 0, admin: { port: 0 }, tls: { cert: \"file:"
                        + cert + "\", key: \"file:" + key + "\" } }\nproviders: { one: { type: simulator } }\n")) {
            try (HttpClient kept = client(first)) {
                assertThat(status(kept, sluice)).isEqualTo(200);

                Files.copy(second.cert(), cert, StandardCopyOption.REPLACE_EXISTING);
                Files.copy(second.key(), key, StandardCopyOption.REPLACE_EXISTING);

                await().atMost(Duration.ofSeconds(10))
                        .ignoreExceptions()
                        .untilAsserted(() -> assertThat(fresh(second, sluice)).isEqualTo(200));
                assertThatThrownBy(() -> fresh(first, sluice)).isInstanceOf(SSLHandshakeException.class);
                assertThat(status(kept, sluice)).as("its connection stays").isEqualTo(200);
            }

            ChatClient admin = new ChatClient(sluice.adminUrl());
            Files.writeString(cert, "no certificate");
            await().untilAsserted(
                            () -> assertThat(lastRefusal(admin)).contains("server.tls", "cert or key cannot be used"));
            assertThat(log.lines()).anyMatch(line -> line.contains("config edit refused"));
            assertThat(admin.get("/readyz?verbose").body()).contains("[!] config edit refused", "server.tls");
            assertThat(fresh(second, sluice)).isEqualTo(200);

            Files.copy(first.cert(), cert, StandardCopyOption.REPLACE_EXISTING);
            await().untilAsserted(() -> assertThat(lastRefusal(admin)).contains("key does not belong"));
            assertThat(fresh(second, sluice)).isEqualTo(200);

            Files.copy(second.cert(), cert, StandardCopyOption.REPLACE_EXISTING);
            await().untilAsserted(() -> assertThat(lastRefusal(admin)).isEqualTo("null"));
        }
    }

    private static String lastRefusal(ChatClient admin) {
        return String.valueOf(new JsonObject(admin.get("/admin/v1/config").body()).getJsonObject("last_refusal"));
    }

    private static int fresh(SelfSigned trusted, RunningSluice sluice) throws Exception {
        try (HttpClient client = client(trusted)) {
            return status(client, sluice);
        }
    }

    private static HttpClient client(SelfSigned trusted) throws Exception {
        return HttpClient.newBuilder().sslContext(trusted.trusting()).build();
    }

    private static int status(HttpClient client, RunningSluice sluice) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(URI.create("https://localhost:" + sluice.port() + "/livez"))
                                .timeout(Duration.ofSeconds(10))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
