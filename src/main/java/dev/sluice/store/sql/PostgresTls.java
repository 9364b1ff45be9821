package dev.sluice.store.sql;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.TrustManagerFactory;

/**
 * The TLS parameters of a PostgreSQL URL, {@code sslmode} and {@code sslrootcert}, with the meaning that libpq gives
 * them.
 *
 * @param url the URL without these parameters
 * @param rootCertificates a file, {@code system} for the certificate authorities of the Java runtime, or null
 */
record PostgresTls(String url, SslMode mode, String rootCertificates) {

    private static final String MODE = "sslmode";
    private static final String ROOT = "sslrootcert";
    private static final String SYSTEM = "system";
    private static final Set<SslMode> VERIFYING = Set.of(SslMode.VERIFY_CA, SslMode.VERIFY_FULL);

    /** Parameters of libpq that would otherwise be sent to the server, which refuses them. */
    private static final Set<String> UNSUPPORTED =
            Set.of("sslcert", "sslkey", "sslpassword", "sslcrl", "sslcrldir", "sslnegotiation", "requiressl");

    /** @throws IllegalArgumentException if the parameters are wrong; the message has no part of the URL but them */
    static PostgresTls of(String url) {
        int question = url.indexOf('?');
        if (question < 0) {
            return new PostgresTls(url, SslMode.PREFER, null);
        }
        Map<String, String> tls = new HashMap<>();
        List<String> others = new ArrayList<>();
        for (String parameter : url.substring(question + 1).split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            if (UNSUPPORTED.contains(name)) {
                throw new IllegalArgumentException(
                        "store.url: " + name + " is not supported (expected: " + MODE + " and " + ROOT + ")");
            }
            if (name.equals(MODE) || name.equals(ROOT)) {
                tls.put(name, URLDecoder.decode(parameter.substring(equals + 1), StandardCharsets.UTF_8));
            } else if (!parameter.isEmpty()) {
                others.add(parameter);
            }
        }
        String rest = others.isEmpty() ? "" : "?" + String.join("&", others);
        return checked(url.substring(0, question) + rest, tls.get(MODE), tls.get(ROOT));
    }

    private static PostgresTls checked(String url, String word, String root) {
        SslMode usual = SYSTEM.equals(root) ? SslMode.VERIFY_FULL : SslMode.PREFER;
        SslMode mode = word == null ? usual : mode(word);
        if (SYSTEM.equals(root) && mode != SslMode.VERIFY_FULL) {
            throw new IllegalArgumentException("store.url: " + MODE + "=" + label(mode) + " with " + ROOT
                    + "=system would accept any host (expected: verify-full)");
        }
        if (root != null && (VERIFYING.contains(mode) || mode == SslMode.REQUIRE)) {
            if (!SYSTEM.equals(root) && !Files.isRegularFile(Path.of(root))) {
                throw new IllegalArgumentException("store.url: " + ROOT + " is no file: " + root
                        + " (expected: a PEM file of certificate authorities, or system)");
            }
            // As in libpq: a root certificate is verified against.
            return new PostgresTls(url, mode == SslMode.REQUIRE ? SslMode.VERIFY_CA : mode, root);
        }
        if (root != null) {
            throw new IllegalArgumentException("store.url: " + ROOT + " has no effect with " + MODE + "=" + label(mode)
                    + " (expected: verify-ca or verify-full)");
        }
        return new PostgresTls(url, mode, VERIFYING.contains(mode) ? SYSTEM : null);
    }

    private static SslMode mode(String word) {
        return Arrays.stream(SslMode.values())
                .filter(mode -> label(mode).equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("store.url: " + MODE + "=" + word + " is unknown"
                        + " (expected: one of "
                        + Arrays.stream(SslMode.values())
                                .map(PostgresTls::label)
                                .collect(Collectors.joining(", "))
                        + ")"));
    }

    /** As in a URL. */
    static String label(SslMode mode) {
        return mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    void applyTo(PgConnectOptions options) {
        ClientSSLOptions ssl = new ClientSSLOptions()
                .setTrustAll(!VERIFYING.contains(mode))
                .setHostnameVerificationAlgorithm(mode == SslMode.VERIFY_FULL ? "HTTPS" : "");
        if (rootCertificates != null) {
            ssl.setTrustOptions(
                    rootCertificates.equals(SYSTEM)
                            ? systemAuthorities()
                            : new PemTrustOptions()
                                    .addCertPath(Path.of(rootCertificates)
                                            .toAbsolutePath()
                                            .toString()));
        }
        options.setSslMode(mode).setSslOptions(ssl);
    }

    private static TrustOptions systemAuthorities() {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init((KeyStore) null);
            return TrustOptions.wrap(trust);
        } catch (GeneralSecurityException unusable) {
            throw new IllegalStateException("the certificate authorities of the Java runtime cannot be read", unusable);
        }
    }

    /** Whether the words of this mode promise that the connection is encrypted. */
    boolean encrypts() {
        return VERIFYING.contains(mode) || mode == SslMode.REQUIRE;
    }
}
