package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.Param;
import dev.sluice.model.chat.Part;
import dev.sluice.model.chat.Turn;
import dev.sluice.protocol.request.Place;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a legacy Completions request as a conversation of one turn. */
final class CompletionRequest {

    private CompletionRequest() {}

    static ChatRequest decode(ClientRequest request) {
        Place body = OpenAiRequest.tree(request);
        Map<String, Param> params = new LinkedHashMap<>();
        String prompt = "";
        for (Place member : body.members()) {
            switch (member.path()) {
                case "model", "stream", "stream_options" -> {}
                case "prompt" -> prompt = prompt(member);
                case "suffix" -> {
                    if (!member.text().isEmpty()) {
                        throw unsupported(member, "no text after the gap: a conversation has none");
                    }
                }
                // Already so; both matter only where they ask for something.
                case "echo" -> {
                    if (member.flag()) {
                        put(params, member.path(), member);
                    }
                }
                case "best_of" -> {
                    if (member.node().asInt() != 1) {
                        put(params, member.path(), member);
                    }
                }
                case "logprobs" -> logprobs(member, params);
                default -> put(params, member.path(), member);
            }
        }
        return new ChatRequest(
                request.model(),
                List.of(Turn.of(Turn.Role.USER, Part.Text.of(prompt))),
                List.of(),
                null,
                null,
                null,
                params,
                request.stream(),
                request.wantsUsage());
    }

    private static String prompt(Place prompt) {
        if (prompt.node().isTextual()) {
            return prompt.text();
        }
        List<Place> prompts = prompt.elements();
        for (Place each : prompts) {
            if (!each.node().isTextual()) {
                throw unsupported(prompt, "a text: this provider cannot be given tokens");
            }
        }
        if (prompts.size() != 1) {
            throw unsupported(prompt, "one text: this provider answers one prompt at a time");
        }
        return prompts.getFirst().text();
    }

    /** A count here, a switch and a count in chat. */
    private static void logprobs(Place member, Map<String, Param> params) {
        JsonNode count = member.node();
        if (!count.isIntegralNumber()) {
            throw member.wrong("a whole number");
        }
        params.put(Param.LOGPROBS, new Param(member.path(), BooleanNode.TRUE));
        if (count.intValue() > 0) {
            params.put(Param.TOP_LOGPROBS, new Param(member.path(), count));
        }
    }

    private static void put(Map<String, Param> params, String name, Place member) {
        params.put(name, new Param(member.path(), member.node()));
    }

    private static GatewayException unsupported(Place place, String expected) {
        return new GatewayException(GatewayError.of(
                        GatewayError.Kind.UNSUPPORTED,
                        "Completions are served by a conversation here, which cannot take '" + place.path()
                                + "' (expected: " + expected + ")")
                .withParam(place.path()));
    }
}
