package dev.sluice.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The TLS parameters of a PostgreSQL URL, {@code sslmode} and {@code sslrootcert}, with the meaning that libpq gives
 * them.
 *
 * @param withoutTls the URL without these parameters
 * @param mode one of libpq's words
 * @param rootCertificates a file, {@link #SYSTEM}, or null
 */
public record PostgresUrl(String withoutTls, String mode, String rootCertificates) {

    /** The certificate authorities of the Java runtime. */
    public static final String SYSTEM = "system";

    private static final String MODE = "sslmode";
    private static final String ROOT = "sslrootcert";
    private static final String PREFER = "prefer";
    private static final String REQUIRE = "require";
    private static final String VERIFY_CA = "verify-ca";
    private static final String VERIFY_FULL = "verify-full";
    private static final List<String> MODES = List.of("disable", "allow", PREFER, REQUIRE, VERIFY_CA, VERIFY_FULL);
    private static final Set<String> VERIFYING = Set.of(VERIFY_CA, VERIFY_FULL);

    /** Parameters of libpq that would otherwise be sent to the server, which refuses them. */
    private static final Set<String> UNSUPPORTED =
            Set.of("sslcert", "sslkey", "sslpassword", "sslcrl", "sslcrldir", "sslnegotiation", "requiressl");

    private static final Pattern FORM = Pattern.compile("postgres(?:ql)?://(?:[^@:/?#\\s]+(?::[^@:/?#\\s]*)?@)?"
            + "(?:\\[[^]@/?#\\s]+]|[^@:/?#\\s]*)(?::(?<port>\\d{1,9}))?(?:/[^/?#\\s]*)?(?:\\?[^#\\s]*)?");

    private static final int HIGHEST_PORT = 65_535;

    /**
     * Reads the parameters of a URL.
     *
     * @param opensFiles whether the file of the root certificates must exist
     * @throws IllegalArgumentException if the parameters are wrong; the message has no part of the URL but them
     */
    public static PostgresUrl of(String url, boolean opensFiles) {
        Matcher form = FORM.matcher(url);
        if (!form.matches() || !isPort(form.group("port"))) {
            throw malformed();
        }
        int question = url.indexOf('?');
        if (question < 0) {
            return new PostgresUrl(url, PREFER, null);
        }
        Map<String, String> tls = new HashMap<>();
        List<String> others = new ArrayList<>();
        for (String parameter : url.substring(question + 1).split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            if (UNSUPPORTED.contains(name)) {
                throw new IllegalArgumentException(
                        name + " is not supported (expected: " + MODE + " and " + ROOT + ")");
            }
            if (name.equals("port") && !isPort(parameter.substring(equals + 1))) {
                throw malformed();
            }
            if (name.equals(MODE) || name.equals(ROOT)) {
                tls.put(name, URLDecoder.decode(parameter.substring(equals + 1), StandardCharsets.UTF_8));
            } else if (!parameter.isEmpty()) {
                others.add(parameter);
            }
        }
        String rest = others.isEmpty() ? "" : "?" + String.join("&", others);
        return checked(url.substring(0, question) + rest, tls.get(MODE), tls.get(ROOT), opensFiles);
    }

    private static PostgresUrl checked(String url, String word, String root, boolean opensFiles) {
        String usual = SYSTEM.equals(root) ? VERIFY_FULL : PREFER;
        String mode = word == null ? usual : word;
        if (!MODES.contains(mode)) {
            throw new IllegalArgumentException(
                    MODE + "=" + mode + " is unknown (expected: one of " + String.join(", ", MODES) + ")");
        }
        if (SYSTEM.equals(root) && !mode.equals(VERIFY_FULL)) {
            throw new IllegalArgumentException(
                    MODE + "=" + mode + " with " + ROOT + "=system would accept any host (expected: verify-full)");
        }
        if (root != null && (VERIFYING.contains(mode) || mode.equals(REQUIRE))) {
            if (opensFiles && !SYSTEM.equals(root) && !isFile(root)) {
                throw new IllegalArgumentException(ROOT + " is no file: " + root
                        + " (expected: a PEM file of certificate authorities, or system)");
            }
            // As in libpq: a root certificate is verified against.
            return new PostgresUrl(url, mode.equals(REQUIRE) ? VERIFY_CA : mode, root);
        }
        if (root != null) {
            throw new IllegalArgumentException(
                    ROOT + " has no effect with " + MODE + "=" + mode + " (expected: verify-ca or verify-full)");
        }
        return new PostgresUrl(url, mode, VERIFYING.contains(mode) ? SYSTEM : null);
    }

    /** For a URL that cannot be read. It has no part of the URL, which contains a password. */
    public static IllegalArgumentException malformed() {
        return new IllegalArgumentException("is not a URL of PostgreSQL (expected:"
                + " postgresql://user:password@host:port/database, with a port of 1 to 65535 and with special"
                + " characters of user and password percent-encoded, such as %40 for @)");
    }

    private static boolean isPort(String text) {
        return text == null
                || text.matches("\\d{1,9}") && Integer.parseInt(text) > 0 && Integer.parseInt(text) <= HIGHEST_PORT;
    }

    private static boolean isFile(String path) {
        try {
            return Files.isRegularFile(Path.of(path));
        } catch (InvalidPathException malformed) {
            return false;
        }
    }
}
