package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.StreamEncoder;
import dev.sluice.protocol.sse.EventBytes;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes a response as {@code text_completion}, streamed or complete. A completion is plain text: reasoning and
 * refusals are left out, and there are no tool calls, since the request has no tools.
 */
final class CompletionsEncoder implements StreamEncoder {

    private static final byte[] NO_LOGPROBS = bytes(",\"index\":0,\"logprobs\":null");
    private static final byte[] UNFINISHED = bytes(",\"finish_reason\":null}]");

    private final ChatRequest request;
    private final byte[] tail;
    private OpenAiResponseIdentity identity;
    private byte[] head;
    private int offset;
    private boolean finished;

    CompletionsEncoder(ChatRequest request) {
        this.request = request;
        this.tail = bytes(request.wantsUsage() ? ",\"usage\":null}\n\n" : "}\n\n");
    }

    static ByteSlice encodeComplete(ChatResponse response, ChatRequest request) {
        StringBuilder text = new StringBuilder();
        for (ContentPart part : response.parts()) {
            if (part instanceof ContentPart.Text textPart) {
                text.append(textPart.text());
            }
        }
        OpenAiResponseIdentity identity =
                OpenAiResponseIdentity.of(response.id(), response.model(), response.created(), "cmpl-", request);
        ObjectNode written = Json.object()
                .put("id", identity.id())
                .put("object", "text_completion")
                .put("created", identity.created())
                .put("model", identity.model());
        ObjectNode choice = written.putArray("choices")
                .addObject()
                .put("text", text.toString())
                .put("index", 0);
        choice.set("logprobs", response.logprobs().isEmpty() ? null : logprobs(response.logprobs(), 0));
        choice.put("finish_reason", finish(response.finishReason()));
        if (response.usage().known()) {
            written.set("usage", OpenAiUsage.write(response.usage()));
        }
        return Json.bytes(written);
    }

    @Override
    public void write(ResponseEvent event, EventBytes out) {
        if (event instanceof ResponseEvent.Started started) {
            identity = OpenAiResponseIdentity.of(started.id(), started.model(), started.created(), "cmpl-", request);
            head = bytes("data: {" + identity.head("text_completion") + ",\"choices\":[{\"text\":");
        } else if (event instanceof ResponseEvent.TextDelta delta) {
            text(delta, out);
        } else if (event instanceof ResponseEvent.Finished end) {
            finish(end.finishReason(), out);
        }
    }

    @Override
    public void end(Usage usage, EventBytes out) {
        if (!finished) {
            finish(FinishReason.STOP, out);
        }
        identity.end("text_completion", request.wantsUsage() ? usage : Usage.UNKNOWN, out);
    }

    private void text(ResponseEvent.TextDelta delta, EventBytes out) {
        out.raw(head);
        out.quoted(delta.text());
        if (delta.logprobs().isEmpty()) {
            out.raw(NO_LOGPROBS);
        } else {
            out.raw(",\"index\":0,\"logprobs\":" + Json.text(logprobs(delta.logprobs(), offset)));
        }
        offset += delta.text().length();
        out.raw(UNFINISHED);
        out.raw(tail);
    }

    private void finish(FinishReason finishReason, EventBytes out) {
        finished = true;
        out.raw(head);
        out.raw("\"\"");
        out.raw(NO_LOGPROBS);
        out.raw(",\"finish_reason\":\"" + finish(finishReason) + "\"}]");
        out.raw(tail);
    }

    private static String finish(FinishReason finishReason) {
        return finishReason == FinishReason.TOOL_CALLS ? "stop" : OpenAiMappings.finish(finishReason);
    }

    /** Converts the list of tokens of a chat response to the four lists of a completion. */
    private static ObjectNode logprobs(List<JsonNode> tokens, int offset) {
        ObjectNode written = Json.object();
        ArrayNode texts = written.putArray("tokens");
        ArrayNode probabilities = written.putArray("token_logprobs");
        ArrayNode tops = written.putArray("top_logprobs");
        ArrayNode offsets = written.putArray("text_offset");
        int at = offset;
        for (JsonNode token : tokens) {
            String text = token.path("token").asText();
            texts.add(text);
            probabilities.add(token.path("logprob"));
            ObjectNode top = tops.addObject();
            for (JsonNode other : token.path("top_logprobs")) {
                top.set(other.path("token").asText(), other.path("logprob"));
            }
            offsets.add(at);
            at += text.length();
        }
        return written;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
