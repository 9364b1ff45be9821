package dev.sluice.conformance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.conformance.Captures.Capture;
import dev.sluice.conformance.JudgedGateway.Target;
import dev.sluice.conformance.RecordingUpstream.Received;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Recorded conversations of real clients, sent through a running Sluice to every type of provider. */
final class Replays {

    private static final Map<String, String> FORMATS = Map.of(
            "/v1/chat/completions", "openai-chat",
            "/v1/responses", "openai-responses",
            "/v1/messages", "anthropic-messages");

    private static final String GEMINI = "gemini";

    /** Types whose Chat Completions are translated for clients of the same format. */
    private static final Set<String> TRANSLATED = Set.of("grok", "mistral", "deepseek");

    private final JudgedGateway gateway;
    private final Judges judges;
    private final Deviations deviations;

    Replays(JudgedGateway gateway, Judges judges, Deviations deviations) {
        this.gateway = gateway;
        this.judges = judges;
        this.deviations = deviations;
    }

    void run(List<Capture> recorded) {
        List<Capture> captures =
                recorded.stream().filter(capture -> format(capture) != null).toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<?>> running = JudgedGateway.CONVERSATIONS.stream()
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

    /** Null if the request is no conversation. */
    private static String format(Capture capture) {
        return capture.path().endsWith("enerateContent") ? GEMINI : FORMATS.get(capture.path());
    }

    private void send(Capture capture, Target target) {
        String format = format(capture);
        String example = capture.name() + " to " + target.name();
        ObjectNode body = capture.body().deepCopy();
        String path = capture.path();
        if (format.equals(GEMINI)) {
            path = generate(target, path.replaceFirst(".*:", ""));
        } else {
            body.put("model", target.name() + "/" + target.model());
        }
        HttpResponse<String> response = gateway.post(path, capture.headers(), body.toString(), example);
        Received received = gateway.upstream.take(target.name());
        if (received == null) {
            deviations.judged(
                    "refusal " + format + " to " + target.type(),
                    List.of(response.statusCode() + " " + response.body()),
                    example);
            new ResponseJudge(judges, deviations, format, example).error(response.body());
            return;
        }
        judgeRequest(capture, format, target, received, example);
        boolean passed = received.format().equals(format)
                && !(format.equals("openai-chat") && TRANSLATED.contains(target.type()));
        if (!passed) {
            judgeResponse(format, response, example);
        }
    }

    private static String generate(Target target, String operation) {
        return "/v1beta/models/" + target.name() + "/" + target.model() + ":" + operation
                + (operation.startsWith("stream") ? "?alt=sse" : "");
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
}
