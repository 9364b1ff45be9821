package dev.sluice.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate for localhost that only {@link #trusting} clients trust. Made by the JDK's own tool, so no key is
 * committed.
 */
public final class SelfSigned {

    private static final String PASSWORD = "changeit";
    private static final String ALIAS = "localhost";

    private final Path cert;
    private final Path key;
    private final KeyStore store;

    private SelfSigned(Path folder, KeyStore store) throws GeneralSecurityException, IOException {
        this.store = store;
        this.cert = Files.writeString(
                folder.resolve("cert.pem"),
                pem("CERTIFICATE", store.getCertificate(ALIAS).getEncoded()));
        this.key = Files.writeString(
                folder.resolve("key.pem"),
                pem("PRIVATE KEY", store.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded()));
    }

    public static SelfSigned in(Path folder) throws GeneralSecurityException, IOException, InterruptedException {
        Path file = folder.resolve("store.p12");
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
        return new SelfSigned(folder, store);
    }

    /** The PEM file of the certificate. */
    public Path cert() {
        return cert;
    }

    /** The PEM file of the key. */
    public Path key() {
        return key;
    }

    public SSLContext trusting() throws GeneralSecurityException, IOException {
        return trusting(null);
    }

    /** Of a client that trusts this certificate and shows its own, or none. */
    public SSLContext trusting(SelfSigned own) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(ALIAS, store.getCertificate(ALIAS));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own == null ? null : own.shown(), trust.getTrustManagers(), null);
        return context;
    }

    private KeyManager[] shown() throws GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        return keys.getKeyManagers();
    }

    private static String pem(String type, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n";
    }
}
