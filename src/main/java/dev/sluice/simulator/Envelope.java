package dev.sluice.simulator;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** The JSON envelope of one response, the same in each of its chunks. */
record Envelope(OpenAiShapes shape, String id, long created, SimulatedRequest request, SimulatedResponse response) {

    private static final AtomicLong NEXT = new AtomicLong();

    static Envelope of(OpenAiShapes shape, SimulatedRequest request, SimulatedResponse response) {
        String id = shape.idPrefix + "sim" + Long.toString(NEXT.incrementAndGet(), 36);
        return new Envelope(shape, id, Instant.now().getEpochSecond(), request, response);
    }

    /**
     * A chunk with a choice. Its usage is null when the client requested usage, which is sent later, and absent
     * otherwise.
     */
    String chunk(String choice) {
        return head(shape.chunkObject) + "\"choices\":[" + choice + "]"
                + (request.includeUsage() ? ",\"usage\":null}" : "}");
    }

    String chunkWithUsage(String choice) {
        return head(shape.chunkObject) + "\"choices\":[" + choice + "],\"usage\":" + usage() + "}";
    }

    String body() {
        return head(shape.object) + "\"choices\":[" + shape.completeChoice(response) + "],\"usage\":" + usage() + "}";
    }

    private String head(String object) {
        return "{\"id\":\"" + id + "\",\"object\":\"" + object + "\",\"created\":" + created + ",\"model\":"
                + JsonStrings.string(request.model()) + ",\"system_fingerprint\":\"fp_simulator\",";
    }

    private String usage() {
        int total = request.promptTokens() + response.tokens();
        return "{\"prompt_tokens\":" + request.promptTokens() + ",\"completion_tokens\":" + response.tokens()
                + ",\"total_tokens\":"
                + total + ",\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0}"
                + ",\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0}}";
    }
}
