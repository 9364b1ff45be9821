package dev.sluice.bench.hostile;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.auth.keys.KeyGenerator;
import dev.sluice.auth.keys.KeyGenerator.GeneratedKey;
import dev.sluice.bench.measure.ProcessTree;
import dev.sluice.bench.measure.RemoteJvm;
import dev.sluice.bench.proxy.ChildProcess;
import dev.sluice.bench.proxy.JvmCommand;
import dev.sluice.binding.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A Sluice with a small heap and default settings, two callers' keys and providers of every behavior. */
final class HostileGateway implements AutoCloseable {

    private static final Path JAR = Path.of(System.getProperty("bench.jar", "target/sluice.jar"));
    private static final Pattern READY =
            Pattern.compile("ready in \\d+ ms at https?://127\\.0\\.0\\.1:(\\d+)  admin (http://[0-9.:]+)");
    private static final Secret PEPPER = new Secret("pepper-of-the-benchmark");
    private static final String PASSWORD = "changeit";
    private static final String CERTIFICATE = "cert.pem";
    private static final String ALIAS = "localhost";

    private final ChildProcess child;
    private final RemoteJvm jvm;
    private final HttpClient http = HttpClient.newHttpClient();
    private final String adminUrl;
    final int port;
    final String good;
    final String hostile;
    final SSLContext tls;
    /** The PEM file of the certificate, if the gateway serves TLS. */
    final Path certificate;

    private HostileGateway(Path certificate, ChildProcess child, String good, String hostile, SSLContext tls)
            throws IOException {
        this.certificate = certificate;
        this.child = child;
        this.good = good;
        this.hostile = hostile;
        this.tls = tls;
        Matcher ready = child.awaitLine(READY);
        port = Integer.parseInt(ready.group(1));
        adminUrl = ready.group(2);
        jvm = RemoteJvm.attach(child.pid());
    }

    /** @param heap such as 512m */
    static HostileGateway start(Path directory, JvmCommand command, String heap, int upstream, boolean secure)
            throws IOException {
        Files.createDirectories(directory);
        KeyGenerator generator = new KeyGenerator();
        GeneratedKey good = generator.generate("good", null, List.of(), PEPPER);
        GeneratedKey hostile = generator.generate("hostile", null, List.of(), PEPPER);
        SSLContext tls = secure ? certificate(directory) : null;
        String yaml = """
            server: { host: 127.0.0.1, port: 0, admin: { port: 0 }%1$s }
            store: { url: "sqlite:%2$s" }
            providers:
              good: { type: openai_compatible, base_url: "http://127.0.0.1:%3$d/good/v1" }
              large: { type: openai_compatible, base_url: "http://127.0.0.1:%3$d/large/v1", breaker: { min_calls: 100000 } }
              announced: { type: openai_compatible, base_url: "http://127.0.0.1:%3$d/announced/v1", breaker: { min_calls: 100000 } }
              bad: { type: openai_compatible, base_url: "http://127.0.0.1:%3$d/held/v1", breaker: { min_calls: 100000 } }
              claude: { type: anthropic, base_url: "http://127.0.0.1:%3$d/good", api_keys: [ { key: unused } ], breaker: { min_calls: 100000 } }
              openai: { type: openai, base_url: "http://127.0.0.1:%3$d/good/v1", api_keys: [ { key: unused } ] }
            models:
              held: { on_stream_failure: hold, hold: { all: true }, targets: [ { provider: bad, model: held } ] }
            auth:
              pepper: %4$s
              keys:
                - { id: good, hash: "%5$s" }
                - { id: hostile, hash: "%6$s" }
            """.formatted(
                        secure
                                ? ", tls: { cert: \"file:%1$s/cert.pem\", key: \"file:%1$s/key.pem\" }"
                                        .formatted(directory.toAbsolutePath())
                                : "",
                        Files.createTempDirectory(directory, "store")
                                .resolve("sluice.db")
                                .toAbsolutePath(),
                        upstream,
                        PEPPER.reveal(),
                        good.stanza().hash(),
                        hostile.stanza().hash());
        Path config = Files.writeString(directory.resolve("sluice.yaml"), yaml);
        JvmCommand small = command.withoutArchive().with("-Xmx" + heap).with("-XX:+ExitOnOutOfMemoryError");
        ChildProcess child =
                ChildProcess.start("sluice", directory, small.jar(JAR, "serve", "--config", config.toString()));
        try {
            return new HostileGateway(
                    directory.resolve(CERTIFICATE).toAbsolutePath(),
                    child,
                    good.token().reveal(),
                    hostile.token().reveal(),
                    tls);
        } catch (IOException failure) {
            child.close();
            throw failure;
        }
    }

    boolean alive() {
        return child.isAlive();
    }

    ProcessTree process() {
        return child.tree();
    }

    long heapAfterCollection() {
        return jvm.heapUsedAfterCollection();
    }

    String output() throws IOException {
        return child.output();
    }

    /** A figure of the gateway's metrics, or -1. */
    double metric(String name) {
        try {
            return http.send(
                            HttpRequest.newBuilder(URI.create(adminUrl + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElse(-1);
        } catch (IOException unreachable) {
            return -1;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    /** Writes a certificate for localhost that only this run trusts. */
    private static SSLContext certificate(Path directory) throws IOException {
        Path file = directory.resolve("store.p12");
        Files.deleteIfExists(file);
        try {
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            ALIAS,
                            "-keyalg",
                            "EC",
                            "-groupname",
                            "secp256r1",
                            "-dname",
                            "CN=localhost",
                            "-ext",
                            "san=dns:localhost,ip:127.0.0.1",
                            "-validity",
                            "2",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            file.toString(),
                            "-storepass",
                            PASSWORD)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IOException("keytool failed");
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (var in = Files.newInputStream(file)) {
                store.load(in, PASSWORD.toCharArray());
            }
            writePem(
                    directory.resolve(CERTIFICATE),
                    "CERTIFICATE",
                    store.getCertificate(ALIAS).getEncoded());
            writePem(
                    directory.resolve("key.pem"),
                    "PRIVATE KEY",
                    store.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException failed) {
            throw new IOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    private static void writePem(Path file, String type, byte[] der) throws IOException {
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(der);
        Files.writeString(file, "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n");
    }

    @Override
    public void close() throws IOException {
        try {
            jvm.close();
        } finally {
            child.close();
        }
    }
}
