package dev.sluice.protocol.responses;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.json.JsonText;
import dev.sluice.protocol.json.MalformedJson;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A {@code response.create} event, with which a WebSocket client of the Responses API starts a response: the members
 * that concern its connection, and the body of the same request over HTTP.
 *
 * <p>Source: OpenAI's guide "WebSocket mode" and {@code ResponsesClientEvent} of openai-node 7.59, read 2026-11.
 */
public final class ResponseCreate {

    /** The type of this event. */
    public static final String TYPE = "response.create";

    private static final ByteSlice START = ByteSlice.of("{\"stream\":true");
    private static final ByteSlice COMMA = ByteSlice.of(",");
    private static final ByteSlice INPUT = ByteSlice.of(",\"input\":");
    private static final ByteSlice ITEMS = ByteSlice.of(",\"input\":[");
    private static final ByteSlice ITEMS_END = ByteSlice.of("]");
    private static final ByteSlice END = ByteSlice.of("}");

    private final ByteSlice message;
    /** The members of the request, as positions in the message. */
    private final List<ByteSlice> members = new ArrayList<>();

    private String type;
    private String streamId;
    private String previous;
    private boolean store = true;
    private boolean warmUp;
    private boolean conversation;
    /** The value of {@code input}, null without one. */
    private ByteSlice input;

    private ResponseCreate(ByteSlice message) {
        this.message = message;
    }

    /**
     * Reads an event of any type.
     *
     * @throws GatewayException INVALID_REQUEST if it is not a JSON object, or a member that is read here is malformed
     */
    public static ResponseCreate read(ByteSlice message) {
        ResponseCreate event = new ResponseCreate(message);
        try {
            event.scan(new JsonScanner().reset(message));
        } catch (MalformedJson malformed) {
            throw malformed.ofRequestBody();
        }
        return event;
    }

    /** Null without one. */
    public String type() {
        return type;
    }

    /** The lane of the connection in which responses follow each other; null for the one without a name. */
    public String streamId() {
        return streamId;
    }

    /** The response to continue; null without one. */
    public String previousResponseId() {
        return previous;
    }

    /** Whether the provider may store the response, so that it can be continued without the connection's memory. */
    public boolean stored() {
        return store;
    }

    /** Whether the items of the conversation are in the request, and not at the provider. */
    public boolean hasAllItems() {
        return !conversation;
    }

    /**
     * The body of the request over HTTP, which is streamed.
     *
     * @param earlier the items of the conversation up to {@link #previousResponseId}, as elements of arrays; null where
     *     they are not known: the provider may know the response
     */
    public ByteSlice body(List<ByteSlice> earlier) {
        List<ByteSlice> parts = new ArrayList<>();
        parts.add(START);
        if (!store && hasAllItems()) {
            parts.add(COMMA);
            parts.add(RememberedReasoning.MARK_MEMBER);
        }
        for (ByteSlice member : members) {
            parts.add(COMMA);
            parts.add(member);
        }
        if (earlier == null && previous != null) {
            parts.add(ByteSlice.of(",\"previous_response_id\":" + JsonText.quote(previous)));
        }
        if (earlier != null) {
            List<ByteSlice> pieces = new ArrayList<>(earlier);
            pieces.add(items());
            parts.add(ITEMS);
            parts.addAll(InputItems.separated(pieces));
            parts.add(ITEMS_END);
        } else if (input != null) {
            parts.add(INPUT);
            parts.add(input);
        }
        parts.add(END);
        return ByteSlice.joined(parts);
    }

    /** The items before, the input, and the output of the response, as elements of one array. */
    public ByteSlice itemsBetween(List<ByteSlice> before, ByteSlice output) {
        List<ByteSlice> pieces = new ArrayList<>(before);
        pieces.add(items());
        pieces.add(output);
        return ByteSlice.joined(InputItems.separated(pieces));
    }

    /** What is neither text nor array is left to the provider, which refuses it. */
    private ByteSlice items() {
        ByteSlice items = input == null ? null : InputItems.of(input);
        return items == null ? ByteSlice.EMPTY : items;
    }

    private void scan(JsonScanner json) {
        if (json.peek() != '{') {
            throw invalid("The event must be a JSON object.", null);
        }
        Set<String> seen = new HashSet<>();
        json.enter();
        while (json.more()) {
            String name = json.name();
            int keyStart = json.keyStart();
            byte first = json.peek();
            int start = json.position();
            json.skip();
            ByteSlice value = slice(start, json.position());
            boolean read = read(name, first, value);
            if (read && !seen.add(name)) {
                throw invalid("Member " + name + " occurs twice.", name);
            }
            if (!read) {
                members.add(slice(keyStart, json.position()));
            }
        }
        json.finish();
    }

    /** @return false for a member that is left in the request as it is */
    private boolean read(String name, byte first, ByteSlice value) {
        switch (name) {
            case "type" -> type = first == '"' ? text(value) : null;
            case "stream_id" -> streamId = first == 'n' ? null : first == '"' ? text(value) : "";
            case "previous_response_id" -> {
                if (first != '"' && first != 'n') {
                    return false;
                }
                previous = first == 'n' ? null : text(value);
            }
            case "input" -> input = value;
            case "stream", "background" -> {}
            case "generate" -> {
                if (first != 'f' && first != 't' && first != 'n') {
                    throw invalid("'generate' must be true or false.", name);
                }
                warmUp = first == 'f';
                return !warmUp;
            }
            case "store" -> {
                store = first != 'f';
                return false;
            }
            case "conversation" -> {
                conversation = first != 'n';
                return false;
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private ByteSlice slice(int start, int end) {
        return new ByteSlice(message.array(), start, end - start);
    }

    private static String text(ByteSlice string) {
        return JsonScanner.text(string.array(), string.offset(), string.end());
    }

    private static GatewayException invalid(String message, String param) {
        return new GatewayException(GatewayError.invalid(message, param, "invalid_value"));
    }
}
