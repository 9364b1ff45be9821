package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.GatewayException;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.StreamDecoder;
import java.util.function.Consumer;

/**
 * Decodes a streamed response: {@code message_start}, then sequential blocks, each with a start, deltas and a stop,
 * then {@code message_delta} and {@code message_stop}. A complete response has the same parts without deltas.
 */
final class AnthropicStreamDecoder implements StreamDecoder {

    private final AnthropicUsage counts = new AnthropicUsage();
    private AnthropicBlockDecoder block;
    private int calls;
    private boolean started;
    private boolean finished;
    private boolean complete;

    /** Decodes a complete response, whose blocks are complete at their start. */
    void decodeComplete(JsonNode response, Consumer<ResponseEvent> out) {
        begin(response, out);
        JsonNode content = response.get("content");
        if (content == null || !content.isArray()) {
            throw UpstreamErrors.malformedResponse("a response without a list of \"content\"");
        }
        for (JsonNode block : content) {
            start(block, out);
            stop(out);
        }
        usage(response, out);
        finish(response, out);
    }

    @Override
    public void decode(JsonNode data, Consumer<ResponseEvent> out) {
        String type = Json.textAt(data, "type");
        if (type == null) {
            throw data.has("error") ? failure(data) : UpstreamErrors.malformedResponse("an event without a \"type\"");
        }
        switch (type) {
            case "message_start" -> {
                JsonNode message = data.path("message");
                begin(message, out);
                usage(message, out);
            }
            case "content_block_start" -> start(data.path("content_block"), out);
            case "content_block_delta" -> delta(data.path("delta"), out);
            case "content_block_stop" -> stop(out);
            case "message_delta" -> {
                usage(data, out);
                JsonNode delta = data.path("delta");
                if (delta.path("stop_reason").isTextual()) {
                    finish(delta, out);
                }
            }
            case "message_stop" -> {
                if (!finished) {
                    finish(Json.object(), out);
                }
                complete = true;
            }
            case "error" -> throw failure(data);
            default -> {
                // ping, and event types that are not known yet
            }
        }
    }

    @Override
    public boolean complete() {
        return complete;
    }

    /** Starts the response once. Some providers leave {@code message_start} out. */
    private void begin(JsonNode message, Consumer<ResponseEvent> out) {
        if (started) {
            return;
        }
        started = true;
        out.accept(new ResponseEvent.Started(Json.textAt(message, "id"), Json.textAt(message, "model"), 0));
    }

    private void start(JsonNode content, Consumer<ResponseEvent> out) {
        begin(Json.object(), out);
        stop(out);
        String type = Json.textAt(content, "type");
        if (type == null) {
            throw UpstreamErrors.malformedResponse("a block of content without a \"type\"");
        }
        block = AnthropicBlockDecoder.of(type, content, calls, out);
        calls += block instanceof AnthropicBlockDecoder.Call ? 1 : 0;
    }

    private void delta(JsonNode delta, Consumer<ResponseEvent> out) {
        if (block == null) {
            throw UpstreamErrors.malformedResponse("a delta of a block that has not started");
        }
        block.delta(delta, out);
    }

    private void stop(Consumer<ResponseEvent> out) {
        if (block != null) {
            block.stop(out);
            block = null;
        }
    }

    private void usage(JsonNode holder, Consumer<ResponseEvent> out) {
        if (counts.read(holder.get("usage"))) {
            begin(Json.object(), out);
            out.accept(new ResponseEvent.UsageReported(counts.usage()));
        }
    }

    private void finish(JsonNode holder, Consumer<ResponseEvent> out) {
        begin(Json.object(), out);
        stop(out);
        if (finished) {
            return;
        }
        finished = true;
        FinishReason finishReason = AnthropicMappings.read(Json.textAt(holder, "stop_reason"));
        String explanation = Json.textAt(holder.path("stop_details"), "explanation");
        if (finishReason == FinishReason.CONTENT_FILTER && explanation != null && !explanation.isEmpty()) {
            out.accept(new ResponseEvent.RefusalDelta(explanation));
        }
        out.accept(new ResponseEvent.Finished(finishReason, Json.textAt(holder, "stop_sequence")));
    }

    private static GatewayException failure(JsonNode data) {
        return new GatewayException(UpstreamErrors.ofEvent(Json.bytes(data)));
    }
}
