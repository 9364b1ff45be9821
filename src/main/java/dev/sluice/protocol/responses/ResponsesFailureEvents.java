package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.protocol.error.ClientErrorText;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.spi.FailureEvents;
import dev.sluice.protocol.sse.EventBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The end of a failed stream: an {@code error} event, then {@code response.failed}. OpenAI's Python, Node, Go and Java
 * libraries raise an exception for a member {@code error} at the top level of an event, and for nothing else; the
 * published schema of the {@code error} event has flat members; langchain4j and Codex act on {@code response.failed}
 * only. All of them require the sequence number.
 *
 * <p>The events so far are not parsed: each batch is searched for its last sequence number, and the first event for the
 * identity of the response.
 */
final class ResponsesFailureEvents implements FailureEvents {

    /** A string that contains this has a backslash before its last quote, so it is found as a name only. */
    private static final byte[] NUMBER = bytes("\"sequence_number\"");

    private static final byte[] RESPONSE = bytes("response");
    private static final byte[] ID = bytes("id");
    private static final byte[] MODEL = bytes("model");
    private static final byte[] CREATED_AT = bytes("created_at");

    /** In bytes. Of a larger batch, only the end and the beginning are searched. */
    private static final int SEARCHED = 64 * 1024;

    /** In bytes. An event that begins the response repeats the instructions and tools of the request. */
    private static final int MAX_FIRST_EVENT = 1 << 20;

    private long next;
    private String id;
    private String model;
    private long createdAt;

    @Override
    public void sent(ByteSlice events) {
        if (id == null) {
            identify(events);
        }
        next = Math.max(next, lastNumber(events) + 1);
    }

    @Override
    public ByteSlice of(GatewayError error, String requestId) {
        EventBytes out = new EventBytes();
        ObjectNode event = Json.object()
                .put("type", "error")
                .put("sequence_number", next)
                .put("code", error.code())
                .put("message", ClientErrorText.openAi(error))
                .put("param", error.param());
        event.putObject("error")
                .put("type", error.kind().type())
                .put("code", error.code())
                .put("message", ClientErrorText.openAi(error))
                .put("param", error.param());
        out.event("error", event);
        ObjectNode failed = Json.object().put("type", "response.failed").put("sequence_number", next + 1);
        failed.set("response", response(error, requestId));
        out.event("response.failed", failed);
        return out.drain();
    }

    /** Members that repeat the request have their defaults, because libraries require them. */
    private ObjectNode response(GatewayError error, String requestId) {
        ObjectNode response = Json.object()
                .put("id", id == null ? "resp_" + requestId : id)
                .put("object", "response")
                .put("created_at", createdAt)
                .putNull("completed_at")
                .put("status", "failed")
                .put("background", false);
        response.putObject("error").put("code", code(error)).put("message", ClientErrorText.openAi(error));
        response.putNull("incomplete_details")
                .putNull("instructions")
                .putNull("max_output_tokens")
                .putNull("max_tool_calls")
                .put("model", model == null ? "" : model);
        response.putArray("output");
        response.put("parallel_tool_calls", true)
                .putNull("previous_response_id")
                .putNull("prompt_cache_key")
                .putNull("safety_identifier")
                .put("service_tier", "default")
                .put("store", false)
                .put("temperature", 1)
                .put("tool_choice", "auto")
                .put("top_p", 1)
                .put("top_logprobs", 0)
                .put("presence_penalty", 0)
                .put("frequency_penalty", 0)
                .put("truncation", "disabled")
                .putNull("usage");
        response.putArray("tools");
        response.putObject("metadata");
        response.putObject("reasoning").putNull("effort").putNull("summary");
        response.putObject("text").putObject("format").put("type", "text");
        return response;
    }

    /**
     * A code that OpenAI's schema lists, or one that agents act on: Codex compacts the conversation after
     * {@code context_length_exceeded}, and does not repeat a request without quota or with an invalid prompt.
     */
    private static String code(GatewayError error) {
        return switch (error.kind()) {
            case CONTEXT_LENGTH -> "context_length_exceeded";
            case QUOTA_SPENT -> "insufficient_quota";
            case RATE_LIMITED -> "rate_limit_exceeded";
            case INVALID_REQUEST, CONTENT_FILTER, FOREIGN_REASONING -> "invalid_prompt";
            default -> "server_error";
        };
    }

    /** Reads id, model and time of the response in the first event; keeps none of its bytes. */
    private void identify(ByteSlice events) {
        byte[] array = events.array();
        int start = events.offset();
        while (start < events.end() && array[start] != '{') {
            start++;
        }
        JsonScanner json = new JsonScanner().reset(array, start, Math.min(events.end(), start + MAX_FIRST_EVENT));
        try {
            json.enter();
            while (json.more()) {
                if (json.nameIs(RESPONSE) && json.peek() == '{') {
                    identify(json, array);
                    return;
                }
                json.skip();
            }
        } catch (MalformedJson unreadable) {
            // A comment, or an event that is not JSON: the next batch may have the response.
        }
    }

    private void identify(JsonScanner json, byte[] array) {
        json.enter();
        while ((id == null || model == null || createdAt == 0) && json.more()) {
            boolean isId = json.nameIs(ID);
            boolean isModel = json.nameIs(MODEL);
            boolean isTime = json.nameIs(CREATED_AT);
            byte first = json.peek();
            int from = json.position();
            json.skip();
            if (isId && first == '"') {
                id = JsonScanner.text(array, from, json.position());
            } else if (isModel && first == '"') {
                model = JsonScanner.text(array, from, json.position());
            } else if (isTime) {
                createdAt = Math.max(0, digits(array, from, json.position()));
            }
        }
    }

    /** The sequence number of the last event that has one, or -1. */
    private static long lastNumber(ByteSlice events) {
        byte[] array = events.array();
        int end = events.end();
        int tail = Math.max(events.offset(), end - SEARCHED);
        long last = lastNumber(array, tail, end);
        if (last < 0 && tail > events.offset()) {
            // One large event: its number is at its beginning.
            last = lastNumber(array, events.offset(), Math.min(tail, events.offset() + SEARCHED));
        }
        return last;
    }

    private static long lastNumber(byte[] array, int from, int to) {
        for (int at = to - NUMBER.length - 2; at >= from; at--) {
            if (array[at] == '"'
                    && array[at + 1] == 's'
                    && Arrays.equals(array, at, at + NUMBER.length, NUMBER, 0, NUMBER.length)) {
                long number = afterColon(array, at + NUMBER.length, to);
                if (number >= 0) {
                    return number;
                }
            }
        }
        return -1;
    }

    private static long afterColon(byte[] array, int from, int to) {
        int at = from;
        while (at < to && (array[at] == ':' || array[at] == ' ')) {
            at++;
        }
        return at == from ? -1 : digits(array, at, to);
    }

    /** The whole number that begins here, or -1. */
    private static long digits(byte[] array, int from, int to) {
        long number = -1;
        for (int at = from; at < to && at < from + 15 && array[at] >= '0' && array[at] <= '9'; at++) {
            number = Math.max(0, number) * 10 + array[at] - '0';
        }
        return number;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
