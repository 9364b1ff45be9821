package dev.sluice.conformance;

import dev.sluice.conformance.JudgedGateway.Target;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Requests that fail, at a provider or at Sluice: the error is judged by the description of the client's API. */
final class ErrorReplays {

    private static final List<String[]> JSON = List.<String[]>of(new String[] {"content-type", "application/json"});
    private static final String MODEL = "{model}";

    private static final Map<String, String> FORMATS = Map.of(
            "/v1/chat/completions", "openai-chat",
            "/v1/responses", "openai-responses",
            "/v1/messages", "anthropic-messages",
            "/v1/messages/count_tokens", "anthropic-messages",
            "/v1beta/models/{model}:generateContent", "gemini",
            "/v1beta/models/{model}:countTokens", "gemini",
            "/v1/embeddings", "openai-chat",
            "/v1/images/generations", "openai-chat",
            "/v1/responses/input_tokens", "openai-responses");

    private final JudgedGateway gateway;
    private final Judges judges;
    private final Deviations deviations;

    ErrorReplays(JudgedGateway gateway, Judges judges, Deviations deviations) {
        this.gateway = gateway;
        this.judges = judges;
        this.deviations = deviations;
    }

    void run() {
        FORMATS.forEach((path, format) -> {
            for (String body :
                    List.of("", "{", "[]", "{\"model\":1}", "{\"model\":\"fast\"}", body(path, "nobody/has"))) {
                judge(format, gateway.post(path.replace(MODEL, "nobody/has"), JSON, body, path));
            }
            judge(format, gateway.get(path.replace(MODEL, "fast")));
        });
        for (String path :
                List.of("/v1beta/nothing", "/v1beta/models/a:nothing", "/v1/messages/nothing", "/v1/nothing")) {
            String format = path.startsWith("/v1beta") ? "gemini" : "openai-chat";
            judge(path.contains("messages") ? "anthropic-messages" : format, gateway.post(path, JSON, "{}", path));
        }
        for (Target target : JudgedGateway.FAILING) {
            Stream.of(400, 403, 404, 413, 422, 500, 503, 529, 401, 429).forEach(status -> refused(target, status));
        }
    }

    private void refused(Target target, int status) {
        for (String path : List.of(
                "/v1/chat/completions",
                "/v1/responses",
                "/v1/messages",
                "/v1beta/models/{model}:generateContent",
                "/v1beta/models/{model}:streamGenerateContent?alt=sse")) {
            String model = target.name() + "/refused-" + status;
            judge(
                    FORMATS.getOrDefault(path, "gemini"),
                    gateway.post(path.replace(MODEL, model), JSON, body(path, model), path + " " + model));
        }
    }

    private void judge(String format, HttpResponse<String> response) {
        String example = response.statusCode() + " " + response.request().uri().getPath();
        if (response.statusCode() < 400) {
            deviations.judged("error " + format, List.of("no error: " + response.body()), example);
            return;
        }
        new ResponseJudge(judges, deviations, format, example).error(response.body());
    }

    private static String body(String path, String model) {
        if (path.startsWith("/v1beta")) {
            return "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hello\"}]}]}";
        }
        return "{\"model\":\"" + model + "\",\"max_tokens\":16,\"input\":\"Hello\",\"prompt\":\"Hello\","
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    }
}
