package dev.sluice.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Judges one response of Sluice by the descriptions of the client's API. */
final class ResponseJudge {

    private final Judges judges;
    private final Deviations deviations;
    private final String format;
    private final String example;

    ResponseJudge(Judges judges, Deviations deviations, String format, String example) {
        this.judges = judges;
        this.deviations = deviations;
        this.format = format;
        this.example = example;
    }

    void whole(String body) {
        judge("response " + format, judges.ofResponse(format), body);
    }

    /** Of a request that failed. */
    void error(String body) {
        judge("error " + format, judges.ofError(format), body);
    }

    /** Of the Responses API over a WebSocket, which has members for the connection beside those of the stream. */
    void socketEvent(String text) {
        ObjectNode event = (ObjectNode) read(text);
        judge("socket event", judges.ofSocketEvent(), text);
        event.remove(List.of("headers", "stream_id"));
        judge("event " + format, judges.ofEvent(format), event.toString());
    }

    void socketError(String text) {
        judge("socket error", judges.ofSocketError(), text);
    }

    /** Each event. Comments and the end marker of OpenAI's formats are no events. */
    void stream(String body) {
        for (String block : body.split("\r?\n\r?\n")) {
            StringBuilder data = new StringBuilder();
            block.lines()
                    .filter(line -> line.startsWith("data:"))
                    .forEach(line -> data.append(line.substring("data:".length())));
            String text = data.toString().strip();
            if (!text.isEmpty() && !text.equals("[DONE]")) {
                event(text);
            }
        }
    }

    private void event(String text) {
        JsonNode event = read(text);
        boolean error = event.path("type").asText().equals("error") && format.equals("anthropic-messages")
                || event.has("error") && (format.equals("openai-chat") || format.equals("gemini"));
        if (error) {
            judge("error " + format, judges.ofError(format), text);
        } else if (!event.path("type").asText().equals("ping")) {
            judge("event " + format, judges.ofEvent(format), text);
        }
    }

    private void judge(String what, List<ApiSchema> schemas, String text) {
        JsonNode value = read(text);
        String type = value.path("type").asText();
        for (ApiSchema schema : schemas) {
            List<String> violations = schema.violations(value);
            deviations.judged(
                    what + " by " + schema.name(),
                    violations.stream()
                            .map(each -> (type.isEmpty() ? "" : type + " ") + each)
                            .toList(),
                    example);
        }
    }

    private static JsonNode read(String text) {
        try {
            return ApiDescription.JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }
}
