package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.request.RequestReader;
import dev.sluice.protocol.spi.ConversationSummary;
import dev.sluice.protocol.spi.ReasoningSeal;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Compaction of a conversation at a provider that cannot compact: the model writes a summary, which an item
 * {@code compaction} carries as a seal. Back in a request, the item is a message with the summary.
 *
 * <p>Source: OpenAI's API reference, {@code CompactionTriggerItemParam} and {@code CompactionSummaryItemParam}, and
 * requests of Codex 0.171, read 2026-11.
 */
public final class Compaction {

    /** The type of the last item of a request that compacts its conversation. */
    static final String TRIGGER = "compaction_trigger";

    /** The type of the item that stands for a conversation. */
    static final String ITEM = "compaction";

    private static final String PROMPT = """
        Summarize this conversation. The summary replaces it: another model continues the work and sees nothing else \
        of what came before, except messages of the user. Include

        - what the user wants, with all requirements, preferences and limits;
        - what was done and found out, and which decisions were made and why;
        - names of files, functions, commands and ids, and texts and results that are needed again, word for word;
        - what is unfinished, what failed, and the next steps.

        Respond with the summary only. Do not call tools and do not continue the work.\
        """;

    /** In bytes; it has no member but its type. */
    private static final int LONGEST_TRIGGER = 200;

    private static final byte[] TYPE = "type".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ITEM_MARK = ITEM.getBytes(StandardCharsets.US_ASCII);

    private Compaction() {}

    /**
     * The request with the summaries of compactions that Sluice wrote, as messages; the same instance when it has none.
     * Called before limits and sanitizing, which could not read the items.
     */
    public static ClientRequest expanded(ClientRequest request) {
        boolean responses = request.surface() == Surface.RESPONSES || request.surface() == Surface.INPUT_TOKENS;
        if (!responses
                || !ReasoningSeal.mayBeIn(request, "input")
                || !ReasoningSeal.anyStringBegins(request, "input", ITEM_MARK)) {
            return request;
        }
        try {
            ObjectNode body = (ObjectNode) Json.readRequest(request.body());
            return body.get("input") instanceof ArrayNode input && replaceIn(input)
                    ? RequestReader.again(request, Json.bytes(body))
                    : request;
        } catch (MalformedJson malformed) {
            throw malformed.ofRequestBody();
        }
    }

    /** Whether the input ends with a {@link #TRIGGER}. Reads only its end. */
    public static boolean isRequested(ClientRequest request) {
        ClientRequest.Member input = request.member("input");
        byte[] array = request.body().array();
        if (input == null || array[input.valueStart()] != '[') {
            return false;
        }
        int end = input.valueEnd() - 1;
        while (array[end - 1] <= ' ') {
            end--;
        }
        int start = end - 1;
        int first = Math.max(input.valueStart(), end - LONGEST_TRIGGER);
        while (start > first && array[start] != '{') {
            start--;
        }
        JsonScanner json = new JsonScanner().reset(array, start, end);
        try {
            return json.peek() == '{' && TRIGGER.equals(type(json, array));
        } catch (MalformedJson withinText) {
            return false;
        }
    }

    /** The message in place of a {@link #TRIGGER}. */
    static ChatMessage trigger() {
        return ChatMessage.of(ChatMessage.Role.USER, ContentPart.Text.of(PROMPT));
    }

    /** Whether the response to these messages is a summary. */
    static boolean isWanted(List<ChatMessage> messages) {
        return !messages.isEmpty()
                && messages.getLast().parts().size() == 1
                && messages.getLast().parts().getFirst() instanceof ContentPart.Text text
                && text.text().equals(PROMPT);
    }

    static boolean isWanted(ChatRequest request) {
        return isWanted(request.messages());
    }

    static ObjectNode write(String id, String summary) {
        return Json.object().put("type", ITEM).put("id", id).put("encrypted_content", ReasoningSeal.ofSummary(summary));
    }

    /** Whether an item is the message in place of a compaction. */
    static boolean isSummary(JsonNode item) {
        return ConversationSummary.isText(item.path("content").asText(""));
    }

    private static String type(JsonScanner item, byte[] array) {
        String type = null;
        item.enter();
        while (item.more()) {
            boolean isType = item.nameIs(TYPE) && item.peek() == '"';
            int from = isType ? item.position() : 0;
            item.skip();
            type = isType ? JsonScanner.text(array, from, item.position()) : type;
        }
        item.finish();
        return type;
    }

    private static boolean replaceIn(ArrayNode input) {
        boolean replaced = false;
        for (int i = 0; i < input.size(); i++) {
            JsonNode item = input.get(i);
            String summary = ITEM.equals(Json.textAt(item, "type"))
                    ? ReasoningSeal.readSummary(Json.textAt(item, "encrypted_content"))
                    : null;
            if (summary != null) {
                ObjectNode message = Json.object().put("type", "message").put("role", "user");
                input.set(i, message.put("content", ConversationSummary.text(summary)));
                replaced = true;
            }
        }
        return replaced;
    }
}
