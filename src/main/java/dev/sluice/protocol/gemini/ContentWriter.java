package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.model.chat.Part;
import dev.sluice.model.chat.Turn;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.Receipts;
import java.util.List;

/**
 * Writes the turns of a conversation: system turns apart, the others as {@code user} and {@code model} by turns, so
 * that neighbours of one role become one.
 */
final class ContentWriter {

    /** Google's word for "this call has no signature, and that is meant". */
    private static final String NO_SIGNATURE = "skip_thought_signature_validator";

    private final boolean needsSignature;
    private final Receipts receipts;
    private final PartWriter writer;
    private final ResultWriter results;
    private final ArrayNode system = Json.array();
    private final ArrayNode contents = Json.array();

    ContentWriter(ModelFacts facts, Receipts receipts) {
        this.needsSignature = facts.has(Trait.THINKING_LEVEL);
        this.receipts = receipts;
        this.writer = new PartWriter(receipts);
        this.results = new ResultWriter(writer, receipts);
    }

    void write(List<Turn> turns, ObjectNode body) {
        for (Turn turn : turns) {
            if (turn.name() != null) {
                receipts.dropped("messages.name");
            }
            if (turn.role() != Turn.Role.TOOL) {
                results.flush(this::user);
            }
            switch (turn.role()) {
                case SYSTEM, DEVELOPER -> system(turn);
                case USER -> said("user", turn);
                case ASSISTANT -> assistant(turn);
                case TOOL -> turn.parts().forEach(results::add);
            }
        }
        if (turns.isEmpty() || turns.getLast().role() == Turn.Role.TOOL) {
            results.flush(this::user);
        }
        if (contents.isEmpty()) {
            throw Wrong.unsupported("messages", "a conversation needs a turn that is not the system's");
        }
        if (!system.isEmpty()) {
            body.putObject("systemInstruction").set("parts", system);
        }
        body.set("contents", contents);
    }

    private void system(Turn turn) {
        if (!contents.isEmpty()) {
            receipts.adjusted("messages.system", "first");
        }
        for (Part part : turn.parts()) {
            if (!(part instanceof Part.Text)) {
                throw Wrong.unsupported("messages.content", "instructions are text");
            }
            writer.write(part, system);
        }
    }

    private void said(String role, Turn turn) {
        ArrayNode parts = Json.array();
        turn.parts().forEach(part -> writer.write(part, parts));
        add(role, parts);
    }

    private void user(ArrayNode parts) {
        add("user", parts);
    }

    private void assistant(Turn turn) {
        ArrayNode parts = Json.array();
        ObjectNode firstCall = null;
        boolean signed = false;
        for (Part part : turn.parts()) {
            switch (part) {
                case Part.ToolCall call -> {
                    ObjectNode written = call(call, parts);
                    firstCall = firstCall == null ? written : firstCall;
                    signed |= call.signature() != null;
                }
                case Part.Thought thought -> thought(thought, parts);
                case Part.Refused refused -> writer.write(Part.Text.of(refused.text()), parts);
                case Part.Text text -> writer.write(text, parts);
                case Part.Image image -> writer.write(image, parts);
                case Part.Audio audio -> writer.write(audio, parts);
                case Part.Document document -> writer.write(document, parts);
                case Part.Native hosted -> writer.write(hosted, parts);
                case Part.ToolResult result -> writer.write(result, parts);
            }
        }
        if (needsSignature && firstCall != null && !signed) {
            // Of calls side by side only the first is signed.
            firstCall.put("thoughtSignature", NO_SIGNATURE);
            receipts.adjusted("messages.tool_calls.signature", "none");
        }
        add("model", parts);
    }

    private ObjectNode call(Part.ToolCall call, ArrayNode parts) {
        if (call.cache() != null) {
            receipts.dropped("messages.cache_control");
        }
        JsonNode arguments = call.arguments().isBlank() ? Json.object() : Json.readOrNull(call.arguments());
        if (arguments == null || !arguments.isObject()) {
            throw Wrong.invalid("messages.tool_calls.function.arguments", "a JSON object");
        }
        results.expect(call);
        ObjectNode part = parts.addObject();
        ObjectNode function = part.putObject("functionCall");
        if (call.id() != null) {
            function.put("id", call.id());
        }
        function.put("name", call.name()).set("args", arguments);
        if (call.signature() != null) {
            part.put("thoughtSignature", call.signature());
        }
        return part;
    }

    /** A signature belongs to the part it came on: a thought without words carries that of the text before it. */
    private void thought(Part.Thought thought, ArrayNode parts) {
        Part.Seal seal = thought.seal();
        if (seal == null || !seal.dialect().equals(Gemini.NAME) || seal.signature() == null) {
            receipts.dropped("messages.reasoning");
            return;
        }
        JsonNode last = parts.isEmpty() ? null : parts.get(parts.size() - 1);
        if (thought.text().isEmpty() && last instanceof ObjectNode before && isPlainText(before)) {
            before.put("thoughtSignature", seal.signature());
            return;
        }
        ObjectNode part = parts.addObject().put("text", thought.text());
        if (!thought.text().isEmpty()) {
            part.put("thought", true);
        }
        part.put("thoughtSignature", seal.signature());
    }

    private static boolean isPlainText(ObjectNode part) {
        return part.has("text") && !part.has("thought") && !part.has("thoughtSignature");
    }

    private void add(String role, ArrayNode parts) {
        if (parts.isEmpty()) {
            return;
        }
        JsonNode last = contents.isEmpty() ? null : contents.get(contents.size() - 1);
        if (last != null && role.equals(Json.textAt(last, "role"))) {
            ((ArrayNode) last.get("parts")).addAll(parts);
        } else {
            contents.addObject().put("role", role).set("parts", parts);
        }
    }
}
