package dev.sluice.cli;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/**
 * The health check of the container image, which has no shell and no curl: exits with 0 if {@code /livez} responds with
 * 200 within two seconds, otherwise with 1. Plain JDK without picocli, because it starts every few seconds beside the
 * gateway and few classes load fast.
 */
public final class HealthCommand {

    private static final int TIMEOUT_MILLIS = 2_000;

    /** Checks the port in {@code SLUICE_PORT}; default: 8080. */
    public static void main(String[] args) {
        String port = System.getenv().getOrDefault("SLUICE_PORT", "8080");
        System.exit(isAlive("http://127.0.0.1:" + port + "/livez") ? 0 : 1);
    }

    static boolean isAlive(String url) {
        try {
            var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            return connection.getResponseCode() == 200;
        } catch (IOException unreachable) {
            return false;
        }
    }

    private HealthCommand() {}
}
