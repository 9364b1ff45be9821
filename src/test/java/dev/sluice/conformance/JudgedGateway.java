package dev.sluice.conformance;

import dev.sluice.testkit.ResponsesSocketClient;
import dev.sluice.testkit.RunningSluice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** A running Sluice with a provider of every type, whose requests are recorded. */
final class JudgedGateway implements AutoCloseable {

    /** Set by the client of the JDK itself, or kept out of the recordings. */
    private static final Set<String> OWN_HEADERS = Set.of(
            "host",
            "connection",
            "content-length",
            "transfer-encoding",
            "expect",
            "upgrade",
            "accept-encoding",
            "authorization",
            "x-api-key",
            "x-goog-api-key");

    static final List<Target> CONVERSATIONS = List.of(
            new Target("openai", "openai", "gpt-4o"),
            new Target("openai-6", "openai", "gpt-6-sol"),
            new Target("anthropic", "anthropic", "claude-sonnet-4-5"),
            new Target("anthropic-5", "anthropic", "claude-opus-5"),
            new Target("gemini", "gemini", "gemini-2.5-flash"),
            new Target("gemini-3", "gemini", "gemini-3.8-flash"),
            new Target("cohere", "cohere", "command-a-reasoning-08-2025"),
            new Target("mistral", "mistral", "magistral-medium"),
            new Target("grok", "grok", "grok-4.7"),
            new Target("perplexity", "perplexity", "openai/gpt-5.5"),
            new Target("openrouter", "openrouter", "anthropic/claude-sonnet-4.6"),
            new Target("groq", "groq", "openai/gpt-oss-120b"),
            new Target("deepseek", "deepseek", "deepseek-flash"),
            new Target("vllm", "vllm", "qwen"));

    static final Target AZURE = new Target("azure", "azure_openai", "some-deployment");

    /** One target of each envelope. They cool down, so that they are asked last. */
    static final List<Target> FAILING = Stream.of("openai", "anthropic", "gemini", "cohere", "perplexity")
            .map(JudgedGateway::target)
            .toList();

    final RecordingUpstream upstream = new RecordingUpstream();
    private final RunningSluice sluice = RunningSluice.start(yaml(upstream));
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** @param name of the provider in the configuration */
    record Target(String name, String type, String model) {}

    /** @throws java.util.NoSuchElementException if there is none of that name */
    static Target target(String name) {
        return Stream.concat(CONVERSATIONS.stream(), Stream.of(AZURE))
                .filter(target -> target.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    ResponsesSocketClient connect() {
        return ResponsesSocketClient.connect(sluice.vertx(), sluice.port(), null);
    }

    /**
     * @param path with the query
     * @param example the request's name, for failures
     */
    HttpResponse<String> post(String path, List<String[]> headers, String body, String example) {
        HttpRequest.Builder request = request(path).POST(HttpRequest.BodyPublishers.ofString(body));
        headers.stream()
                .filter(header -> !OWN_HEADERS.contains(header[0].toLowerCase(Locale.ROOT)))
                .forEach(header -> request.header(header[0], header[1]));
        return send(request.build(), example);
    }

    HttpResponse<String> get(String path, String... header) {
        HttpRequest.Builder request = request(path);
        return send((header.length == 0 ? request : request.headers(header)).build(), path);
    }

    @Override
    public void close() {
        client.close();
        sluice.close();
        upstream.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + sluice.port() + path));
    }

    private HttpResponse<String> send(HttpRequest request, String example) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(example, e);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    private static String yaml(RecordingUpstream upstream) {
        StringBuilder yaml = new StringBuilder(RunningSluice.EPHEMERAL).append("providers:\n");
        for (Target each : CONVERSATIONS) {
            yaml.append(provider(each, upstream));
        }
        return yaml.append(provider(AZURE, upstream))
                .append("models:\n  fast: { targets: [{ provider: openai, model: gpt-4o }] }\n")
                .toString();
    }

    private static String provider(Target target, RecordingUpstream upstream) {
        return "  %s: { type: %s, base_url: \"%s\", api_keys: [{ key: some-key }], breaker: { min_calls: 100000 }, retry: { attempts: 1 } }\n"
                .formatted(target.name(), target.type(), upstream.url(target.name()));
    }
}
