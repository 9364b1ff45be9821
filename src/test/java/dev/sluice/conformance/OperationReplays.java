package dev.sluice.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.conformance.Captures.Capture;
import dev.sluice.conformance.JudgedGateway.Target;
import dev.sluice.conformance.RecordingUpstream.Received;
import dev.sluice.model.Surface;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Requests of operations that are no conversations, sent through a running Sluice: those of
 * {@code conformance/operations.psv} and the recorded ones.
 */
final class OperationReplays {

    private static final Path OPERATIONS = Path.of("src/test/resources/conformance/operations.psv");
    private static final String GEMINI = "gemini";
    private static final String ANTHROPIC = "anthropic-messages";
    private static final String MODEL = "some-model";
    private static final List<String[]> JSON = List.<String[]>of(new String[] {"content-type", "application/json"});

    private final JudgedGateway gateway;
    private final Judges judges;
    private final OperationJudges operations;
    private final Deviations deviations;

    OperationReplays(JudgedGateway gateway, Judges judges, Deviations deviations) {
        this.gateway = gateway;
        this.judges = judges;
        this.operations = new OperationJudges(judges);
        this.deviations = deviations;
    }

    void run(List<Capture> recorded) {
        for (Capture each : recorded) {
            surface(each.path()).ifPresent(surface -> {
                for (Target target : JudgedGateway.CONVERSATIONS) {
                    if (surface.isCount() || serves(target, surface)) {
                        String model = surface.isCount() ? target.model() : model(target);
                        send(surface, target, model, each.headers(), each.body(), each.name());
                    }
                }
            });
        }
        for (String line : lines()) {
            String[] columns = line.split(" \\| ");
            Surface surface = surface(columns[0].strip()).orElseThrow();
            for (String name : columns[1].strip().split(",")) {
                Target target = JudgedGateway.target(name);
                send(surface, target, model(target), JSON, json(columns[2]), columns[2]);
            }
        }
        forms();
        arrays();
        modelLists();
    }

    private static boolean serves(Target target, Surface surface) {
        return surface == Surface.EMBEDDINGS
                && List.of("openai", "gemini", "cohere", "mistral", "perplexity", "groq", "vllm", "openrouter")
                        .contains(target.name());
    }

    /** Perplexity's description names its models. */
    private static String model(Target target) {
        return target.name().equals("perplexity") ? "pplx-embed-v1-0.6b" : MODEL;
    }

    private static Optional<Surface> surface(String path) {
        for (Surface each : Surface.values()) {
            if (each.path().equals(path) || each.label().equals(path)) {
                return Optional.of(each).filter(surface -> surface.hasBody() && !surface.isConversation());
            }
        }
        return path.endsWith(":countTokens") ? Optional.of(Surface.GENERATE_COUNT) : Optional.empty();
    }

    private void send(
            Surface surface, Target target, String model, List<String[]> headers, JsonNode client, String name) {
        ObjectNode body = client.deepCopy();
        String path = surface.path();
        if (surface.modelInPath()) {
            path = path.replace("{model}", target.name() + "/" + model);
        } else {
            body.put("model", target.name() + "/" + model);
        }
        String example = name + " to " + target.name();
        HttpResponse<String> response = gateway.post(path, headers, body.toString(), example);
        judge(surface, target, client, response, example);
    }

    private void judge(Surface surface, Target target, JsonNode client, HttpResponse<String> response, String example) {
        Received received = gateway.upstream.take(target.name());
        String what = surface.label() + " to " + target.type();
        if (received == null && response.statusCode() != 200) {
            deviations.judged("refusal " + what, List.of(response.statusCode() + " " + response.body()), example);
            new ResponseJudge(judges, deviations, format(surface), example).error(response.body());
            return;
        }
        if (received != null) {
            boolean betas = received.anthropicBeta() != null;
            for (ApiSchema schema : operations.ofRequest(surface, target.type(), betas)) {
                List<String> own = client == null ? List.of() : schema.violations(client);
                boolean passes = target.type().equals("openai") || surface.isCount();
                List<String> violations = schema.violations(received.body()).stream()
                        .filter(each -> !passes || !own.contains(each))
                        .toList();
                deviations.judged("request " + what + " by " + schema.name(), violations, example);
            }
        }
        if (received == null || !response.body().equals(received.golden())) {
            whole("response " + surface.label(), operations.ofResponse(surface), response, example);
        }
    }

    /** Recordings of speech, as forms. */
    private void forms() {
        String boundary = "--boundary";
        List<String[]> headers =
                List.<String[]>of(new String[] {"content-type", "multipart/form-data; boundary=boundary"});
        for (String name : List.of("openai", "azure", "groq", "mistral", "openrouter", "vllm")) {
            StringBuilder form = new StringBuilder();
            for (String field : List.of(
                    "model=" + name + "/" + MODEL,
                    "language=en",
                    "prompt=Tram",
                    "response_format=json",
                    "temperature=0",
                    "timestamp_granularities[]=segment")) {
                String[] parts = field.split("=");
                form.append(boundary + "\r\ncontent-disposition: form-data; name=\"" + parts[0] + "\"\r\n\r\n"
                        + parts[1] + "\r\n");
            }
            form.append(boundary + "\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\n"
                    + "content-type: audio/mpeg\r\n\r\nID3\r\n" + boundary + "--\r\n");
            HttpResponse<String> response =
                    gateway.post(Surface.TRANSCRIPTIONS.path(), headers, form.toString(), "transcription");
            judge(Surface.TRANSCRIPTIONS, JudgedGateway.target(name), null, response, "transcription to " + name);
        }
    }

    /** Streams of Gemini's API are one JSON array, unless the client asks for events. */
    private void arrays() {
        String body = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"x\"}]}]}";
        for (Target target : JudgedGateway.FAILING) {
            String path = "/v1beta/models/" + target.name() + "/" + target.model() + ":streamGenerateContent";
            JsonNode elements = json(gateway.post(path, JSON, body, path).body());
            gateway.upstream.take(target.name());
            deviations.judged(
                    "stream gemini", elements.isArray() ? List.of() : List.of("is no array: " + elements), path);
            for (JsonNode element : elements) {
                for (ApiSchema schema : judges.ofEvent(GEMINI)) {
                    deviations.judged("event gemini by " + schema.name(), schema.violations(element), path);
                }
            }
        }
    }

    private void modelLists() {
        String[] anthropic = {"anthropic-version", "2023-06-01"};
        whole("models openai", operations.ofModelList("openai"), gateway.get("/v1/models"), "models");
        whole("models openai", operations.ofModel("openai"), gateway.get("/v1/models/fast"), "model");
        whole("models anthropic", operations.ofModelList(ANTHROPIC), gateway.get("/v1/models", anthropic), "models");
        whole("models anthropic", operations.ofModel(ANTHROPIC), gateway.get("/v1/models/fast", anthropic), "model");
        whole("models gemini", operations.ofModelList(GEMINI), gateway.get("/v1beta/models"), "models");
        whole("models gemini", operations.ofModel(GEMINI), gateway.get("/v1beta/models/fast"), "model");
    }

    private void whole(String what, List<ApiSchema> schemas, HttpResponse<String> response, String example) {
        if (response.statusCode() != 200) {
            deviations.judged(what, List.of(response.statusCode() + " " + response.body()), example);
            return;
        }
        for (ApiSchema schema : schemas) {
            deviations.judged(what + " by " + schema.name(), schema.violations(json(response.body())), example);
        }
    }

    private static String format(Surface surface) {
        return switch (surface) {
            case COUNT_TOKENS -> ANTHROPIC;
            case GENERATE_COUNT -> GEMINI;
            default -> "openai-chat";
        };
    }

    private static List<String> lines() {
        try {
            return new ArrayList<>(Files.readAllLines(OPERATIONS).stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode json(String text) {
        try {
            return ApiDescription.JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }
}
