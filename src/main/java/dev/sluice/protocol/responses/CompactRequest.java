package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.request.RequestReader;

/**
 * A request that compacts a conversation ({@code POST /v1/responses/compact}), as a request for a response whose input
 * ends with a compaction trigger; and its response: the messages of the user and one compaction.
 *
 * <p>Source: OpenAI's API reference, {@code CompactResponseMethodPublicBody} and {@code CompactResource}, read 2026-11.
 */
public final class CompactRequest {

    private final ClientRequest request;
    private final ArrayNode userMessages;

    private CompactRequest(ClientRequest request, ArrayNode userMessages) {
        this.request = request;
        this.userMessages = userMessages;
    }

    /** @throws GatewayException INVALID_REQUEST if the input is not a text or a list */
    public static CompactRequest of(ClientRequest compact) {
        try {
            ObjectNode body = (ObjectNode) Json.readRequest(compact.body());
            // Without input, the conversation is what the request names: previous_response_id.
            ArrayNode input = body.has("input") ? items(body.get("input")) : Json.array();
            ArrayNode userMessages = userMessages(input);
            input.addObject().put("type", Compaction.TRIGGER);
            body.set("input", input);
            body.put("store", false).remove("stream");
            return new CompactRequest(RequestReader.again(compact, Json.bytes(body)), userMessages);
        } catch (MalformedJson malformed) {
            throw malformed.ofRequestBody();
        }
    }

    /** The request for a response. */
    public ClientRequest request() {
        return request;
    }

    /**
     * The compacted conversation.
     *
     * @param body of the response
     * @throws GatewayException if it has no compaction, or one that was cut or refused: the client would replace the
     *     conversation by it
     */
    public ByteSlice response(ByteSlice body) {
        JsonNode response = Json.readOrNull(body.toText());
        String status = response == null ? null : Json.textAt(response, "status");
        if (status != null && !status.equals("completed")) {
            String reason = Json.textAt(response.path("incomplete_details"), "reason");
            throw new GatewayException(GatewayError.of(
                    Kind.UPSTREAM,
                    "the provider did not complete the compaction of the conversation, which is unchanged: "
                            + (reason == null ? status : reason)));
        }
        JsonNode compaction = null;
        for (JsonNode item : response == null ? Json.array() : response.path("output")) {
            if (Compaction.ITEM.equals(Json.textAt(item, "type"))) {
                compaction = item;
            }
        }
        if (compaction == null) {
            throw new GatewayException(
                    GatewayError.of(Kind.UPSTREAM, "the provider returned no compaction of the conversation"));
        }
        ObjectNode compacted =
                Json.object().put("id", Json.textAt(response, "id")).put("object", "response.compaction");
        compacted.set("created_at", response.get("created_at"));
        compacted.set("output", userMessages.deepCopy().add(compaction));
        compacted.set("usage", response.get("usage"));
        return Json.bytes(compacted);
    }

    private static ArrayNode items(JsonNode input) {
        if (input instanceof ArrayNode items) {
            return items;
        }
        if (!input.isTextual()) {
            throw new GatewayException(GatewayError.invalid(
                    "'input' is invalid (expected: a string or an array of items)", "input", "invalid_type"));
        }
        ArrayNode items = Json.array();
        items.addObject().put("type", "message").put("role", "user").set("content", input);
        return items;
    }

    /** With the members that the schema of a response requires. */
    private static ArrayNode userMessages(ArrayNode input) {
        ArrayNode messages = Json.array();
        for (JsonNode item : input) {
            if ("user".equals(Json.textAt(item, "role")) && !Compaction.isSummary(item)) {
                ObjectNode message = item.deepCopy();
                message.put("type", "message").put("status", "completed");
                if (!message.path("id").isTextual()) {
                    message.put("id", "msg_compacted_" + messages.size());
                }
                if (message.path("content").isTextual()) {
                    JsonNode text = message.get("content");
                    message.putArray("content")
                            .addObject()
                            .put("type", "input_text")
                            .set("text", text);
                }
                messages.add(message);
            }
        }
        return messages;
    }
}
