package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.ResponseLimits;
import java.util.function.Consumer;

/** The block of an answer that is being told. Deltas of a kind that is not known add nothing. */
sealed interface AnthropicBlockDecoder {

    /** Takes what the block begins with, which is all of it when the answer is not streamed. */
    static AnthropicBlockDecoder of(String type, JsonNode content, int call, Consumer<ResponseEvent> out) {
        return switch (type) {
            case "text" -> new Text(content, out);
            case "thinking" -> new Thought(content, out);
            case "redacted_thinking" -> new Redacted(content);
            case "tool_use" -> new Call(call, content, out);
            default -> new Native(content);
        };
    }

    void delta(JsonNode delta, Consumer<ResponseEvent> out);

    void stop(Consumer<ResponseEvent> out);

    /** Words for the reader, with where they come from. */
    final class Text implements AnthropicBlockDecoder {

        private boolean said;

        private Text(JsonNode content, Consumer<ResponseEvent> out) {
            text(content, out);
            for (JsonNode citation : content.path("citations")) {
                cite(citation, out);
            }
        }

        @Override
        public void delta(JsonNode delta, Consumer<ResponseEvent> out) {
            text(delta, out);
            if (delta.path("citation").isObject()) {
                cite(delta.get("citation"), out);
            }
        }

        @Override
        public void stop(Consumer<ResponseEvent> out) {
            if (said) {
                out.accept(new ResponseEvent.PartEnded());
            }
        }

        private void text(JsonNode holder, Consumer<ResponseEvent> out) {
            String text = Json.textAt(holder, "text");
            if (text != null && !text.isEmpty()) {
                said = true;
                out.accept(ResponseEvent.TextDelta.of(text));
            }
        }

        private void cite(JsonNode citation, Consumer<ResponseEvent> out) {
            if (citation.isObject()) {
                said = true;
                out.accept(new ResponseEvent.CitationAdded(AnthropicCitations.read(citation)));
            }
        }
    }

    /** Reasoning that may be read, perhaps with nothing in it but its signature. */
    final class Thought implements AnthropicBlockDecoder {

        private final StringBuilder signature = new StringBuilder();
        private boolean said;

        private Thought(JsonNode content, Consumer<ResponseEvent> out) {
            delta(content, out);
        }

        @Override
        public void delta(JsonNode delta, Consumer<ResponseEvent> out) {
            String thinking = Json.textAt(delta, "thinking");
            if (thinking != null && !thinking.isEmpty()) {
                said = true;
                out.accept(new ResponseEvent.ReasoningDelta(thinking));
            }
            String sealed = Json.textAt(delta, "signature");
            if (sealed != null) {
                ResponseLimits.held(signature.length());
                signature.append(sealed);
            }
        }

        @Override
        public void stop(Consumer<ResponseEvent> out) {
            if (!signature.isEmpty()) {
                out.accept(new ResponseEvent.ReasoningSigned(
                        new ContentPart.OpaqueReasoning(AnthropicProtocol.NAME, null, signature.toString(), null)));
            } else if (said) {
                out.accept(new ResponseEvent.PartEnded());
            }
        }
    }

    /** Reasoning that only the provider can read; it comes as one. */
    final class Redacted implements AnthropicBlockDecoder {

        private final String data;

        private Redacted(JsonNode content) {
            this.data = Json.textAt(content, "data");
        }

        @Override
        public void delta(JsonNode delta, Consumer<ResponseEvent> out) {}

        @Override
        public void stop(Consumer<ResponseEvent> out) {
            if (data != null) {
                out.accept(new ResponseEvent.ReasoningSigned(
                        new ContentPart.OpaqueReasoning(AnthropicProtocol.NAME, null, null, data)));
            }
        }
    }

    /** The model calls a tool of the client's. */
    final class Call implements AnthropicBlockDecoder {

        private final int call;
        private final JsonNode input;
        private boolean said;

        private Call(int call, JsonNode content, Consumer<ResponseEvent> out) {
            ResponseLimits.calls(call);
            this.call = call;
            this.input = content.path("input");
            String name = Json.textAt(content, "name");
            if (name == null) {
                throw AnthropicStreamDecoder.nonsense("a tool_use without a \"name\"");
            }
            String id = Json.textAt(content, "id");
            out.accept(new ResponseEvent.ToolCallStarted(call, id == null ? "toolu_" + call : id, name, null));
        }

        @Override
        public void delta(JsonNode delta, Consumer<ResponseEvent> out) {
            String fragment = Json.textAt(delta, "partial_json");
            if (fragment != null && !fragment.isEmpty()) {
                said = true;
                out.accept(new ResponseEvent.ToolCallDelta(call, fragment));
            }
        }

        @Override
        public void stop(Consumer<ResponseEvent> out) {
            if (!said) {
                out.accept(new ResponseEvent.ToolCallDelta(call, input.isObject() ? Json.text(input) : "{}"));
            }
            out.accept(new ResponseEvent.ToolCallEnded(call));
        }
    }

    /** A server's tool, its result, or what is new: told when it is whole. */
    final class Native implements AnthropicBlockDecoder {

        private final JsonNode content;
        private final StringBuilder input = new StringBuilder();

        private Native(JsonNode content) {
            this.content = content;
        }

        @Override
        public void delta(JsonNode delta, Consumer<ResponseEvent> out) {
            String fragment = Json.textAt(delta, "partial_json");
            if (fragment != null) {
                ResponseLimits.held(input.length());
                input.append(fragment);
            }
        }

        @Override
        public void stop(Consumer<ResponseEvent> out) {
            JsonNode whole = content;
            JsonNode told = input.isEmpty() ? null : Json.readOrNull(input.toString());
            if (told != null && content.isObject()) {
                ObjectNode filled = content.deepCopy();
                filled.set("input", told);
                whole = filled;
            }
            out.accept(new ResponseEvent.NativePart(new ContentPart.Native(AnthropicProtocol.NAME, whole)));
        }
    }
}
