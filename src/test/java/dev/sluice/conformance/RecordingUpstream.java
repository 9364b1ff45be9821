package dev.sluice.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Surface;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Any provider, on a loopback port: the first segment of the path names it. It keeps the last request of each, and
 * responds to it with the golden responses of the request's format, one after the other. A model named
 * {@code refused-429} is refused with that status.
 */
final class RecordingUpstream implements AutoCloseable {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");
    private static final Pattern REFUSAL = Pattern.compile("refused-([0-9]{3})");
    private static final Pattern FIELD =
            Pattern.compile("(?si)disposition: form-data; name=\"([^\"]+)\".*?\r\n\r\n(.*?)\r\n--");
    private static final Set<String> CONVERSATIONS =
            Set.of("openai-chat", "openai-responses", "anthropic-messages", "gemini", "cohere-v2", "perplexity-agent");

    private final Map<String, Received> last = new ConcurrentHashMap<>();
    private final Map<String, List<String>> responses = new ConcurrentHashMap<>();
    private final Map<String, Integer> served = new ConcurrentHashMap<>();
    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;

    /**
     * @param format the protocol of the request; of other operations than conversations, the label of the surface
     * @param body in JSON; of a form its fields
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
        String provider = path.split("/")[1];
        boolean form = String.valueOf(request.getHeader("content-type")).startsWith("multipart/");
        JsonNode body = form ? fields(bytes.toString()) : body(bytes);
        Matcher refused = REFUSAL.matcher(path + body.path("model").asText());
        if (refused.find()) {
            int status = Integer.parseInt(refused.group(1));
            request.response()
                    .setStatusCode(status)
                    .putHeader("content-type", "application/json")
                    .end(refusal(format(path), status));
            return;
        }
        String format = format(path);
        boolean stream =
                path.endsWith(":streamGenerateContent") || body.path("stream").asBoolean();
        List<String> golden = CONVERSATIONS.contains(format)
                ? responses.computeIfAbsent(format + (stream ? "/upstream.sse" : "/upstream.json"), this::golden)
                : List.of(responseOf(format, provider));
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
        return switch (path.replaceFirst(".*[/:]", "")) {
            case "completions" -> "openai-chat";
            case "responses" -> "openai-responses";
            case "messages" -> "anthropic-messages";
            case "chat" -> "cohere-v2";
            case "agent" -> "perplexity-agent";
            case "count_tokens" -> Surface.COUNT_TOKENS.label();
            case "input_tokens" -> Surface.INPUT_TOKENS.label();
            case "countTokens" -> Surface.GENERATE_COUNT.label();
            case "embeddings", "embed", "batchEmbedContents" -> Surface.EMBEDDINGS.label();
            case "rerank" -> Surface.RERANK.label();
            case "moderations" -> Surface.MODERATIONS.label();
            case "generations", "images" -> (path.contains("video") ? Surface.VIDEOS : Surface.IMAGES).label();
            case "edits" -> Surface.IMAGE_EDITS.label();
            case "videos" -> Surface.VIDEOS.label();
            case "speech" -> Surface.SPEECH.label();
            case "transcriptions" -> Surface.TRANSCRIPTIONS.label();
            case "translations" -> Surface.TRANSLATIONS.label();
            default -> throw new IllegalArgumentException(path);
        };
    }

    /** Composed from the error pages of OpenAI, Anthropic, Google, Cohere and Perplexity. */
    private static String refusal(String format, int status) {
        return switch (format) {
            case "anthropic-messages" ->
                "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":\"Refused\"},\"request_id\":\"req_1\"}"
                        .formatted(status == 529 ? "overloaded_error" : "invalid_request_error");
            case "gemini" ->
                "{\"error\":{\"code\":%d,\"message\":\"Refused\",\"status\":\"INVALID_ARGUMENT\"}}".formatted(status);
            case "cohere-v2" -> "{\"id\":\"e1\",\"message\":\"Refused\"}";
            default ->
                "{\"error\":{\"message\":\"Refused\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}";
        };
    }

    /** The golden response of the provider, or else of OpenAI. */
    private static String responseOf(String surface, String provider) {
        switch (surface) {
            case "count_tokens" -> {
                return "{\"input_tokens\":12}";
            }
            case "input_tokens" -> {
                return "{\"object\":\"response.input_tokens\",\"input_tokens\":12}";
            }
            case "generate_count" -> {
                return "{\"totalTokens\":12,\"promptTokensDetails\":[{\"modality\":\"TEXT\",\"tokenCount\":12}]}";
            }
            case "transcriptions", "translations" -> {
                return "{\"text\":\"hello\",\"usage\":{\"type\":\"duration\",\"seconds\":1}}";
            }
            default -> {}
        }
        for (String each : List.of(provider, "openai", "compatible", "cohere")) {
            Path golden = FIXTURES.resolve("media/" + surface + "-" + each + "/upstream.json");
            if (Files.exists(golden)) {
                try {
                    return Files.readString(golden);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return "{\"created\":1,\"data\":[{\"b64_json\":\"AAAA\"}]}";
    }

    private static JsonNode fields(String form) {
        ObjectNode fields = ApiDescription.JSON.createObjectNode();
        Matcher field = FIELD.matcher(form);
        while (field.find()) {
            String name = field.group(1);
            String value = field.group(2);
            if (name.endsWith("[]")) {
                fields.withArray("/" + name.replace("[]", "")).add(value);
            } else if (value.matches("[0-9.]+")) {
                fields.put(name, Double.parseDouble(value));
            } else {
                fields.put(name, value);
            }
        }
        return fields;
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
