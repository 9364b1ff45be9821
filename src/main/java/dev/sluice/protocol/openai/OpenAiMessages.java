package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Hash;
import dev.sluice.model.chat.Part;
import dev.sluice.model.chat.Turn;
import dev.sluice.model.chat.Turn.Role;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.Receipts;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.ArrayList;
import java.util.List;

/** Writes the turns of a conversation as messages. */
final class OpenAiMessages {

    private final UpstreamModel model;
    private final OpenAiFlavour flavour;
    private final Receipts receipts;
    private final OpenAiContent content;
    private final ArrayNode messages = Json.array();

    OpenAiMessages(UpstreamModel model, OpenAiFlavour flavour, Receipts receipts) {
        this.model = model;
        this.flavour = flavour;
        this.receipts = receipts;
        this.content = new OpenAiContent(model, flavour, receipts);
    }

    ArrayNode write(List<Turn> turns) {
        // What a tool saw follows after the last of the results, where no tool's message may stand any more.
        List<Part> seen = new ArrayList<>();
        for (Turn turn : turns) {
            if (turn.role() != Role.TOOL) {
                flush(seen);
            }
            switch (turn.role()) {
                case SYSTEM -> spoken("system", turn);
                case DEVELOPER -> spoken(flavour.developer() ? "developer" : "system", turn);
                case USER -> spoken("user", turn);
                case ASSISTANT -> assistant(turn);
                case TOOL -> results(turn, seen);
            }
        }
        flush(seen);
        if (model.type().equals("mistral") && endsWithAssistant()) {
            ((ObjectNode) messages.get(messages.size() - 1)).put("prefix", true);
        }
        return messages;
    }

    private boolean endsWithAssistant() {
        return !messages.isEmpty()
                && messages.get(messages.size() - 1).path("role").asText().equals("assistant");
    }

    private void spoken(String role, Turn turn) {
        ObjectNode message = messages.addObject().put("role", role);
        message.set("content", content.write(turn.parts(), role.equals("user")));
        name(turn, message);
    }

    private void name(Turn turn, ObjectNode message) {
        if (turn.name() == null) {
            return;
        }
        if (flavour.names()) {
            message.put("name", turn.name());
        } else {
            receipts.dropped("messages.name");
        }
    }

    private void assistant(Turn turn) {
        List<Part> said = new ArrayList<>();
        List<Part.Thought> thoughts = new ArrayList<>();
        ArrayNode calls = Json.array();
        StringBuilder refusal = new StringBuilder();
        JsonNode audio = null;
        for (Part part : turn.parts()) {
            switch (part) {
                case Part.Text text -> said.add(text);
                case Part.ToolCall call -> calls.add(call(call));
                case Part.Thought thought -> thoughts.add(thought);
                case Part.Refused refused -> refusal.append(refused.text());
                case Part.Native other -> {
                    if (!other.dialect().equals(OpenAiChat.NAME)) {
                        receipts.dropped(
                                "messages." + other.block().path("type").asText("block"));
                    } else if (other.block().has("audio")) {
                        audio = other.block().get("audio");
                    } else {
                        calls.add(other.block());
                    }
                }
                case Part.Image image -> receipts.dropped("messages.image");
                case Part.Audio sound -> receipts.dropped("messages.audio");
                case Part.Document document -> receipts.dropped("messages.document");
                case Part.ToolResult result -> receipts.dropped("messages.tool_result");
            }
        }
        if (said.isEmpty() && thoughts.isEmpty() && calls.isEmpty() && refusal.isEmpty() && audio == null) {
            return;
        }
        ObjectNode message = messages.addObject().put("role", "assistant");
        message.set("content", said.isEmpty() ? null : content.write(said, false));
        name(turn, message);
        if (!refusal.isEmpty()) {
            message.put("refusal", refusal.toString());
        }
        if (audio != null) {
            message.set("audio", audio);
        }
        thoughts(thoughts, !calls.isEmpty(), message);
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
    }

    private JsonNode call(Part.ToolCall call) {
        if (call.cache() != null) {
            receipts.dropped("messages.cache_control");
        }
        ObjectNode written = OpenAiCalls.write(call);
        written.put("id", id(call.id()));
        if (call.signature() != null && !model.type().equals("gemini")) {
            written.remove("extra_content");
            receipts.dropped("messages.thought_signature");
        }
        return written;
    }

    private void thoughts(List<Part.Thought> thoughts, boolean calls, ObjectNode message) {
        if (flavour.reasoning() == null) {
            if (!thoughts.isEmpty()) {
                receipts.dropped("messages.thinking");
            }
            return;
        }
        StringBuilder text = new StringBuilder();
        ArrayNode details = Json.array();
        for (Part.Thought thought : thoughts) {
            text.append(thought.text());
            if (thought.seal() == null) {
                continue;
            }
            if (thought.seal().dialect().equals(OpenAiChat.NAME) && model.type().equals("openrouter")) {
                ReasoningDetails.write(thought, details.size(), details);
            } else {
                receipts.dropped("messages.thinking.signature");
            }
        }
        // DeepSeek wants its thoughts back wherever a tool was called, and takes an empty text for lost ones.
        if (!text.isEmpty() || calls && model.type().equals("deepseek")) {
            message.put(flavour.reasoning(), text.toString());
        }
        if (!details.isEmpty()) {
            message.set("reasoning_details", details);
        }
    }

    private void results(Turn turn, List<Part> seen) {
        for (Part part : turn.parts()) {
            if (part instanceof Part.ToolResult result) {
                result(result, seen);
            }
        }
    }

    private void result(Part.ToolResult result, List<Part> seen) {
        List<Part> texts = new ArrayList<>();
        for (Part part : result.content()) {
            if (part instanceof Part.Text) {
                texts.add(part);
            } else {
                seen.add(part);
            }
        }
        if (result.failed()) {
            texts.addFirst(Part.Text.of("Error: "));
        }
        if (texts.isEmpty()) {
            texts.add(Part.Text.of(seen.isEmpty() ? "" : "(see the next message)"));
        }
        ObjectNode message = messages.addObject().put("role", "tool").put("tool_call_id", id(result.callId()));
        message.set("content", content.write(texts, false));
        if (result.cache() != null) {
            if (flavour.cacheMarks()) {
                message.set("cache_control", result.cache());
            } else {
                receipts.dropped("messages.cache_control");
            }
        }
    }

    /** Only a user's message can show a picture. */
    private void flush(List<Part> seen) {
        if (!seen.isEmpty()) {
            messages.addObject().put("role", "user").set("content", content.write(seen, true));
            seen.clear();
        }
    }

    /** Mistral takes ids of nine letters and digits only; the same id becomes the same one everywhere. */
    private String id(String id) {
        if (!model.type().equals("mistral") || id.matches("[A-Za-z0-9]{9}")) {
            return id;
        }
        long hash = Hash.of(id);
        String digits = Long.toString(hash >>> 1, Character.MAX_RADIX);
        return ("000000000" + digits).substring(digits.length());
    }
}
