package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.ResponseLimits;
import java.util.function.Consumer;

/** Decodes the open content block of a response. Unknown delta types are ignored. */
sealed interface AnthropicBlockDecoder {

    /** Creates the decoder from the start of the block, which is the complete block in a complete response. */
    static AnthropicBlockDecoder of(String type, JsonNode content, int call, Consumer<ResponseEvent> out) {
        return switch (type) {
            case "text" -> new Text(content, out);
            case "thinking" -> new Thinking(content, out);
            case "redacted_thinking" -> new Redacted(content);
            case "tool_use" -> new Call(call, content, out);
            default -> new Native(content);
        };
    }

    void delta(JsonNode delta, Consumer<ResponseEvent> out);

    void stop(Consumer<ResponseEvent> out);

    /** Text with its citations. */
    final class Text implements AnthropicBlockDecoder {

        private boolean anyDelta;

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
            if (anyDelta) {
                out.accept(new ResponseEvent.PartEnded());
            }
        }

        private void text(JsonNode holder, Consumer<ResponseEvent> out) {
            String text = Json.textAt(holder, "text");
            if (text != null && !text.isEmpty()) {
                anyDelta = true;
                out.accept(ResponseEvent.TextDelta.of(text));
            }
        }

        private void cite(JsonNode citation, Consumer<ResponseEvent> out) {
            if (citation.isObject()) {
                anyDelta = true;
                out.accept(new ResponseEvent.CitationAdded(AnthropicCitations.read(citation)));
            }
        }
    }

    /** Readable reasoning; its text may be empty beside the signature. */
    final class Thinking implements AnthropicBlockDecoder {

        private final StringBuilder signature = new StringBuilder();
        private boolean anyDelta;

        private Thinking(JsonNode content, Consumer<ResponseEvent> out) {
            delta(content, out);
        }

        @Override
        public void delta(JsonNode delta, Consumer<ResponseEvent> out) {
            String thinking = Json.textAt(delta, "thinking");
            if (thinking != null && !thinking.isEmpty()) {
                anyDelta = true;
                out.accept(new ResponseEvent.ReasoningDelta(thinking));
            }
            String fragment = Json.textAt(delta, "signature");
            if (fragment != null) {
                ResponseLimits.checkHeld(signature.length());
                signature.append(fragment);
            }
        }

        @Override
        public void stop(Consumer<ResponseEvent> out) {
            ContentPart.OpaqueReasoning opaque =
                    AnthropicReasoning.thinking("", signature.toString()).opaque();
            if (opaque != null) {
                out.accept(new ResponseEvent.ReasoningSigned(opaque));
            } else if (anyDelta) {
                out.accept(new ResponseEvent.PartEnded());
            }
        }
    }

    /** Redacted thinking, which only the provider can read, or a seal of another Sluice. It has no deltas. */
    final class Redacted implements AnthropicBlockDecoder {

        private final String data;

        private Redacted(JsonNode content) {
            this.data = Json.textAt(content, "data");
        }

        @Override
        public void delta(JsonNode delta, Consumer<ResponseEvent> out) {}

        @Override
        public void stop(Consumer<ResponseEvent> out) {
            ContentPart.OpaqueReasoning opaque =
                    AnthropicReasoning.redacted(data).opaque();
            if (opaque != null) {
                out.accept(new ResponseEvent.ReasoningSigned(opaque));
            }
        }
    }

    /** A call of a client's tool. */
    final class Call implements AnthropicBlockDecoder {

        private final int call;
        private final JsonNode input;
        private boolean anyDelta;

        private Call(int call, JsonNode content, Consumer<ResponseEvent> out) {
            ResponseLimits.checkCalls(call);
            this.call = call;
            this.input = content.path("input");
            String name = Json.textAt(content, "name");
            if (name == null) {
                throw UpstreamErrors.malformedResponse("a tool_use without a \"name\"");
            }
            String id = Json.textAt(content, "id");
            out.accept(new ResponseEvent.ToolCallStarted(call, id == null ? "toolu_" + call : id, name, null));
        }

        @Override
        public void delta(JsonNode delta, Consumer<ResponseEvent> out) {
            String fragment = Json.textAt(delta, "partial_json");
            if (fragment != null && !fragment.isEmpty()) {
                anyDelta = true;
                out.accept(new ResponseEvent.ToolCallDelta(call, fragment));
            }
        }

        @Override
        public void stop(Consumer<ResponseEvent> out) {
            if (!anyDelta) {
                out.accept(new ResponseEvent.ToolCallDelta(call, input.isObject() ? Json.text(input) : "{}"));
            }
            out.accept(new ResponseEvent.ToolCallEnded(call));
        }
    }

    /** A server tool, its result, or an unknown block type: emitted when it is complete. */
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
                ResponseLimits.checkHeld(input.length());
                input.append(fragment);
            }
        }

        @Override
        public void stop(Consumer<ResponseEvent> out) {
            JsonNode whole = content;
            JsonNode parsed = input.isEmpty() ? null : Json.readOrNull(input.toString());
            if (parsed != null && content.isObject()) {
                ObjectNode filled = content.deepCopy();
                filled.set("input", parsed);
                whole = filled;
            }
            out.accept(new ResponseEvent.NativePart(new ContentPart.Native(AnthropicProtocol.NAME, whole)));
        }
    }
}
