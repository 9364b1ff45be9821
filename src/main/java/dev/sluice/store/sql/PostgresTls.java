package dev.sluice.store.sql;

import dev.sluice.config.PostgresUrl;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Set;
import javax.net.ssl.TrustManagerFactory;

/**
 * The TLS settings of a connection to PostgreSQL.
 *
 * @param url the URL without the parameters of TLS
 * @param rootCertificates a file, {@code system} for the certificate authorities of the Java runtime, or null
 */
record PostgresTls(String url, SslMode mode, String rootCertificates) {

    private static final Set<SslMode> VERIFYING = Set.of(SslMode.VERIFY_CA, SslMode.VERIFY_FULL);

    /** @throws IllegalArgumentException if the parameters are wrong; the message has no part of the URL but them */
    static PostgresTls of(String url) {
        try {
            PostgresUrl parsed = PostgresUrl.of(url, true);
            return new PostgresTls(parsed.withoutTls(), SslMode.of(parsed.mode()), parsed.rootCertificates());
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("store.url: " + wrong.getMessage(), wrong);
        }
    }

    void applyTo(PgConnectOptions options) {
        ClientSSLOptions ssl = new ClientSSLOptions()
                .setTrustAll(!VERIFYING.contains(mode))
                .setHostnameVerificationAlgorithm(mode == SslMode.VERIFY_FULL ? "HTTPS" : "");
        if (rootCertificates != null) {
            ssl.setTrustOptions(
                    rootCertificates.equals(PostgresUrl.SYSTEM)
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
