package dev.sluice.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Any provider, on a loopback port: the first segment of the path names it. It keeps the last request of each, and
 * responds to it with the golden responses of the request's format, one after the other.
 */
final class RecordingUpstream implements AutoCloseable {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");

    private final Map<String, Received> last = new ConcurrentHashMap<>();
    private final Map<String, List<String>> responses = new ConcurrentHashMap<>();
    private final Map<String, Integer> served = new ConcurrentHashMap<>();
    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;

    /**
     * @param format the protocol of the request
     * @param golden the response that was served
     */
    record Received(String format, JsonNode body, String anthropicVersion, String anthropicBeta, String golden) {}

    RecordingUpstream() {
        server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> respond(request, body)))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    String url(String provider) {
        return "http://127.0.0.1:" + server.actualPort() + "/" + provider;
    }

    /** The last request of a provider, once; null if there was none since. */
    Received take(String provider) {
        return last.remove(provider);
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void respond(HttpServerRequest request, Buffer bytes) {
        String path = request.path();
        String format = format(path);
        JsonNode body = body(bytes);
        boolean stream = body.path("stream").asBoolean() || path.endsWith(":streamGenerateContent");
        List<String> golden =
                responses.computeIfAbsent(format + (stream ? "/upstream.sse" : "/upstream.json"), this::golden);
        String provider = path.split("/")[1];
        String response = golden.get(served.merge(provider, 1, Integer::sum) % golden.size());
        last.put(
                provider,
                new Received(
                        format,
                        body,
                        request.getHeader("anthropic-version"),
                        request.getHeader("anthropic-beta"),
                        response));
        request.response()
                .putHeader("content-type", stream ? "text/event-stream" : "application/json")
                .end(response);
    }

    private static String format(String path) {
        if (path.contains("enerateContent")) {
            return "gemini";
        }
        return switch (path.replaceFirst(".*/", "")) {
            case "completions" -> "openai-chat";
            case "responses" -> "openai-responses";
            case "messages" -> "anthropic-messages";
            case "chat" -> "cohere-v2";
            case "agent" -> "perplexity-agent";
            default -> throw new IllegalArgumentException(path);
        };
    }

    private static JsonNode body(Buffer bytes) {
        try {
            return ApiDescription.JSON.readTree(bytes.getBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The golden responses of a format that are complete. */
    private List<String> golden(String formatAndFile) {
        String format = formatAndFile.substring(0, formatAndFile.indexOf('/'));
        String file = formatAndFile.substring(format.length() + 1);
        List<String> golden = new ArrayList<>();
        for (String folder : List.of(format, format + "+translated")) {
            if (!Files.isDirectory(FIXTURES.resolve(folder))) {
                continue;
            }
            try (Stream<Path> cases = Files.list(FIXTURES.resolve(folder))) {
                for (Path each : cases.sorted().toList()) {
                    String facts = Files.readString(each.resolve("case.properties"));
                    boolean own = !facts.contains("\nprovider=") || facts.contains("\nprovider=" + format + "\n");
                    if (own
                            && !facts.contains("\nend=")
                            && !facts.contains("\nrefusal=")
                            && !facts.contains("client=openai-completions")
                            && Files.exists(each.resolve(file))) {
                        golden.add(Files.readString(each.resolve(file)));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return golden;
    }
}
