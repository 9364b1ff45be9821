package dev.sluice.reload;

import dev.sluice.config.ServerConfig.TlsConfig;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/**
 * The check of a changed {@code server.tls} before it is applied: the certificate must be readable and belong to the
 * key, otherwise each handshake would fail. For a worker thread.
 */
final class CertificateCheck {

    private static final byte[] PROBE = {1, 2, 3};

    private CertificateCheck() {}

    /** @return what is wrong and what is expected, or null; contains nothing of the files */
    static String flaw(Vertx vertx, TlsConfig tls) {
        try {
            PemKeyCertOptions own = new PemKeyCertOptions()
                    .addCertValue(Buffer.buffer(tls.cert().reveal()))
                    .addKeyValue(Buffer.buffer(tls.key().reveal()));
            for (KeyManager each : own.getKeyManagerFactory(vertx).getKeyManagers()) {
                if (each instanceof X509KeyManager manager && !isPair(manager)) {
                    return "key does not belong to the first certificate of cert (expected: its private key)";
                }
            }
        } catch (Exception unreadable) {
            return "cert or key cannot be used: " + reason(unreadable)
                    + " (expected: a certificate chain and its private key, both PEM)";
        }
        try {
            if (tls.clientCa() != null) {
                new PemTrustOptions()
                        .addCertValue(Buffer.buffer(tls.clientCa().reveal()))
                        .getTrustManagerFactory(vertx);
            }
        } catch (Exception unreadable) {
            return "client_ca cannot be used: " + reason(unreadable) + " (expected: certificates in PEM)";
        }
        return null;
    }

    private static boolean isPair(X509KeyManager manager) throws GeneralSecurityException {
        for (String type : new String[] {"RSA", "EC", "EdDSA", "Ed25519", "DSA", "RSASSA-PSS"}) {
            String[] aliases = manager.getServerAliases(type, null);
            for (String alias : aliases == null ? new String[0] : aliases) {
                X509Certificate certificate = manager.getCertificateChain(alias)[0];
                if (!signs(manager.getPrivateKey(alias), certificate.getPublicKey())) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean signs(PrivateKey key, PublicKey certified) throws GeneralSecurityException {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "EdDSA", "Ed25519" -> "EdDSA";
            default -> null;
        };
        if (algorithm == null) {
            return true; // an unusual one is left to the handshake
        }
        if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
            return false;
        }
        Signature signing = Signature.getInstance(algorithm);
        signing.initSign(key);
        signing.update(PROBE);
        byte[] signature = signing.sign();
        Signature verifying = Signature.getInstance(algorithm);
        verifying.initVerify(certified);
        verifying.update(PROBE);
        return verifying.verify(signature);
    }

    /** Only the kind: a message may quote the file. */
    private static String reason(Exception failure) {
        return failure.getClass().getSimpleName();
    }
}
