package dev.sluice.bench.hostile;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.bench.Pause;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.HttpsURLConnection;

/**
 * Ordinary callers with a key of their own. Each sends a small request, waits for the response, pauses, and repeats;
 * one of them opens a connection for each request, the others keep theirs.
 */
final class GoodCallers {

    private static final int KEPT = 3;
    private static final long PAUSE_MILLIS = 20;
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int CONNECT_MILLIS = 5_000;
    private static final String BODY =
            "{\"model\":\"good/m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}],\"max_tokens\":9}";

    private final HostileGateway gateway;
    private final URI uri;

    /** @param latencies in milliseconds, sorted */
    record Measured(List<Double> latencies, int failures, String firstFailure) {

        double percentile(double share) {
            return latencies.isEmpty()
                    ? Double.NaN
                    : latencies.get((int) Math.min(latencies.size() - 1.0, latencies.size() * share));
        }
    }

    GoodCallers(HostileGateway gateway) {
        this.gateway = gateway;
        this.uri = URI.create(
                (gateway.tls == null ? "http" : "https") + "://localhost:" + gateway.port + "/v1/chat/completions");
    }

    /** Calls for this long. */
    Measured call(long millis) {
        List<Double> latencies = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        long end = System.nanoTime() + millis * 1_000_000;
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("good-", 0).factory())) {
            for (int i = 0; i < KEPT; i++) {
                threads.execute(() -> {
                    try (HttpClient kept = client()) {
                        repeat(() -> send(kept), end, latencies, failures);
                    }
                });
            }
            threads.execute(() -> repeat(this::sendOnce, end, latencies, failures));
        }
        return new Measured(
                latencies.stream().sorted().toList(), failures.size(), failures.isEmpty() ? "" : failures.getFirst());
    }

    private interface Call {
        /** @return why it failed, or null */
        String send() throws IOException, InterruptedException;
    }

    private static void repeat(Call call, long end, List<Double> latencies, List<String> failures) {
        while (System.nanoTime() < end) {
            long start = System.nanoTime();
            String failure = failureOf(call);
            double latency = (System.nanoTime() - start) / 1e6;
            synchronized (latencies) {
                latencies.add(latency);
                if (failure != null) {
                    failures.add(failure);
                }
            }
            Pause.millis(PAUSE_MILLIS);
        }
    }

    private static String failureOf(Call call) {
        try {
            return call.send();
        } catch (IOException failed) {
            return failed.toString();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return interrupted.toString();
        }
    }

    private HttpClient client() {
        HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(Duration.ofMillis(CONNECT_MILLIS));
        return gateway.tls == null
                ? client.version(HttpClient.Version.HTTP_1_1).build()
                : client.sslContext(gateway.tls).build();
    }

    private String send(HttpClient client) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(uri)
                        .timeout(Duration.ofMillis(TIMEOUT_MILLIS))
                        .header("content-type", "application/json")
                        .header("authorization", "Bearer " + gateway.good)
                        .POST(HttpRequest.BodyPublishers.ofString(BODY))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return response.statusCode() == 200 ? null : response.statusCode() + " " + response.body();
    }

    private String sendOnce() throws IOException {
        HttpURLConnection call = (HttpURLConnection) uri.toURL().openConnection();
        if (call instanceof HttpsURLConnection secure) {
            secure.setSSLSocketFactory(gateway.tls.getSocketFactory());
        }
        call.setConnectTimeout(CONNECT_MILLIS);
        call.setReadTimeout(TIMEOUT_MILLIS);
        call.setDoOutput(true);
        call.setRequestProperty("content-type", "application/json");
        call.setRequestProperty("authorization", "Bearer " + gateway.good);
        call.setRequestProperty("connection", "close");
        call.getOutputStream().write(BODY.getBytes(US_ASCII));
        int status = call.getResponseCode();
        try (InputStream body = status < 400 ? call.getInputStream() : call.getErrorStream()) {
            String text = new String(body.readAllBytes(), UTF_8);
            return status == 200 ? null : status + " " + text;
        }
    }
}
