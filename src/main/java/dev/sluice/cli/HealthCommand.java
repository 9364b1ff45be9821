package dev.sluice.cli;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/**
 * The health check of the container: exit 0 if {@code /livez} answers 200 within two seconds, else 1. An image without
 * a shell has no curl. Plain JDK, and no picocli, because it starts every few seconds beside the gateway: the fewer
 * classes, the less it takes from it.
 */
public final class HealthCommand {

    private static final int PATIENCE_MILLIS = 2_000;

    /** Asks the port of {@code SLUICE_PORT}, 8080 if that is not set. */
    public static void main(String[] args) {
        String port = System.getenv().getOrDefault("SLUICE_PORT", "8080");
        System.exit(isAlive("http://127.0.0.1:" + port + "/livez") ? 0 : 1);
    }

    static boolean isAlive(String url) {
        try {
            var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setConnectTimeout(PATIENCE_MILLIS);
            connection.setReadTimeout(PATIENCE_MILLIS);
            return connection.getResponseCode() == 200;
        } catch (IOException unreachable) {
            return false;
        }
    }

    private HealthCommand() {}
}
