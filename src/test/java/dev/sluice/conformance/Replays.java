package dev.sluice.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.conformance.Captures.Capture;
import dev.sluice.conformance.RecordingUpstream.Received;
import dev.sluice.testkit.RunningSluice;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Recorded requests of real clients, sent through a running Sluice to every type of provider. */
final class Replays implements AutoCloseable {

    private static final int MOST_OF_ONE_RESPONSE = 2;

    private static final Map<String, String> FORMATS = Map.of(
            "/v1/chat/completions", "openai-chat",
            "/v1/responses", "openai-responses",
            "/v1/messages", "anthropic-messages");

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

    /** Types whose Chat Completions are translated for clients of the same format. */
    private static final Set<String> TRANSLATED = Set.of("grok", "mistral", "deepseek");

    private static final List<Target> TARGETS = List.of(
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

    private final RecordingUpstream upstream = new RecordingUpstream();
    private final RunningSluice sluice = RunningSluice.start(yaml(upstream));
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, Integer> judgedResponses = new ConcurrentHashMap<>();
    private final Judges judges;
    private final Deviations deviations;

    private record Target(String name, String type, String model) {}

    Replays(Judges judges, Deviations deviations) {
        this.judges = judges;
        this.deviations = deviations;
    }

    void run() {
        List<Capture> read = Captures.read(judges.captures()).stream()
                .filter(capture -> FORMATS.containsKey(capture.path()))
                .toList();
        List<Capture> captures = Boolean.getBoolean("sluice.conformance.all") ? read : Captures.distinct(read);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<?>> running = TARGETS.stream()
                    .<Future<?>>map(target -> threads.submit(() -> captures.forEach(each -> send(each, target))))
                    .toList();
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException failed) {
            throw new AssertionError(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public void close() {
        client.close();
        sluice.close();
        upstream.close();
    }

    private void send(Capture capture, Target target) {
        String format = FORMATS.get(capture.path());
        ObjectNode body = capture.body().deepCopy();
        body.put("model", target.name() + "/" + target.model());
        HttpResponse<String> response = post(capture, body);
        Received received = upstream.take(target.name());
        String example = capture.name() + " to " + target.name();
        if (received == null) {
            deviations.judged(
                    "refusal " + format + " to " + target.type(),
                    List.of(response.statusCode() + " " + response.body()),
                    example);
            return;
        }
        judgeRequest(capture, format, target, received, example);
        boolean passed = received.format().equals(format)
                && !(format.equals("openai-chat") && TRANSLATED.contains(target.type()));
        if (!passed && first(format + target.name() + received.golden())) {
            judgeResponse(format, response, example);
        }
    }

    /** What the client itself sends in the provider's own format is its own fault. */
    private void judgeRequest(Capture capture, String format, Target target, Received received, String example) {
        String version = received.anthropicVersion();
        boolean betas = received.anthropicBeta() != null;
        for (ApiSchema schema : judges.ofRequest(target.type(), received.format(), version, betas)) {
            List<String> violations = schema.violations(received.body());
            if (!violations.isEmpty() && received.format().equals(format)) {
                List<String> own = schema.violations(capture.body());
                violations =
                        violations.stream().filter(each -> !own.contains(each)).toList();
            }
            deviations.judged(
                    "request " + received.format() + " to " + target.type() + " by " + schema.name(),
                    violations,
                    example);
        }
    }

    /** Each golden response is judged for some requests, as it is the same for all but what it repeats of them. */
    private boolean first(String key) {
        return judgedResponses.merge(key, 1, Integer::sum) <= MOST_OF_ONE_RESPONSE;
    }

    private void judgeResponse(String format, HttpResponse<String> response, String example) {
        ResponseJudge judge = new ResponseJudge(judges, deviations, format, example);
        if (response.statusCode() != 200) {
            deviations.judged("response " + format, List.of(response.statusCode() + " " + response.body()), example);
        } else if (response.headers().firstValue("content-type").orElse("").contains("event-stream")) {
            judge.stream(response.body());
        } else {
            judge.whole(response.body());
        }
    }

    private HttpResponse<String> post(Capture capture, JsonNode body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + sluice.port() + capture.path()))
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
        capture.headers().stream()
                .filter(header -> !OWN_HEADERS.contains(header[0].toLowerCase(java.util.Locale.ROOT)))
                .forEach(header -> request.header(header[0], header[1]));
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(capture.name(), e);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    private static String yaml(RecordingUpstream upstream) {
        StringBuilder yaml = new StringBuilder(RunningSluice.EPHEMERAL).append("providers:\n");
        for (Target each : TARGETS) {
            yaml.append(
                    "  %s: { type: %s, base_url: \"%s\", api_keys: [{ key: some-key }], breaker: { min_calls: 100000 } }\n"
                            .formatted(each.name(), each.type(), upstream.url(each.name())));
        }
        return yaml.toString();
    }
}
