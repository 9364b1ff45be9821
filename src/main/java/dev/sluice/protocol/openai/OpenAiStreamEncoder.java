package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.codec.GeneratedImage;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonText;
import dev.sluice.protocol.spi.CustomInputReader;
import dev.sluice.protocol.spi.StreamEncoder;
import dev.sluice.protocol.sse.EventBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a response as {@code chat.completion.chunk} events. Everything but the delta is the same in all chunks and is
 * rendered once; no tree is built for text.
 */
final class OpenAiStreamEncoder implements StreamEncoder {

    private static final byte[] CONTENT = bytes("\"content\":");
    private static final byte[] REASONING = bytes("\"reasoning_content\":");
    private static final byte[] REFUSAL = bytes("\"refusal\":");
    private static final byte[] CALL = bytes("\"tool_calls\":[{\"index\":");
    private static final byte[] ARGUMENTS = bytes(",\"function\":{\"arguments\":");
    private static final byte[] INPUT = bytes(",\"custom\":{\"input\":");
    private static final byte[] CALL_END = bytes("}}]");
    private static final byte[] NO_LOGPROBS = bytes("},\"logprobs\":null");
    private static final byte[] UNFINISHED = bytes(",\"finish_reason\":null}]");

    private final ChatRequest request;
    private final StringBuilder openReasoning = new StringBuilder();
    private final byte[] tail;
    private OpenAiResponseIdentity identity;
    private byte[] head;
    private int reasoningParts;
    private int textStart;
    private int textLength;
    private boolean finished;

    /** The index of each function call among the calls of all kinds. */
    private final List<Integer> callIndexes = new ArrayList<>();

    /** The reader of each function call that is one of a custom tool, else null. */
    private final List<CustomInputReader> customInputs = new ArrayList<>();

    private int images;
    private int calls;

    OpenAiStreamEncoder(ChatRequest request) {
        this.request = request;
        // When the client requests usage, every chunk but the last has "usage": null.
        this.tail = bytes(request.wantsUsage() ? ",\"usage\":null}\n\n" : "}\n\n");
    }

    @Override
    public void write(ResponseEvent event, EventBytes out) {
        switch (event) {
            case ResponseEvent.Started started -> start(started, out);
            case ResponseEvent.TextDelta delta -> {
                endReasoning();
                textLength += delta.text().length();
                text(CONTENT, delta.text(), delta.logprobs(), out);
            }
            case ResponseEvent.RefusalDelta delta -> {
                endReasoning();
                textStart = textLength;
                text(REFUSAL, delta.text(), List.of(), out);
            }
            case ResponseEvent.ReasoningDelta delta -> {
                textStart = textLength;
                openReasoning.append(delta.text());
                text(REASONING, delta.text(), List.of(), out);
            }
            case ResponseEvent.ReasoningSigned signed -> writeOpaque(signed.opaque(), out);
            case ResponseEvent.PartEnded ended -> {
                endReasoning();
                textStart = textLength;
            }
            case ResponseEvent.CitationAdded added -> writeCitation(added.citation(), out);
            case ResponseEvent.ToolCallStarted call -> {
                endReasoning();
                textStart = textLength;
                call(call, out);
            }
            case ResponseEvent.ToolCallDelta delta -> arguments(delta, out);
            case ResponseEvent.ToolCallEnded ended -> endCall(ended.call(), out);
            case ResponseEvent.NativePart part -> writeNative(part.part(), out);
            case ResponseEvent.UsageReported reported -> {}
            case ResponseEvent.Finished end -> finish(end.finishReason(), out);
        }
    }

    @Override
    public void end(Usage usage, EventBytes out) {
        if (!finished) {
            finish(FinishReason.STOP, out);
        }
        identity.end("chat.completion.chunk", request.wantsUsage() ? usage : Usage.UNKNOWN, out);
    }

    private void start(ResponseEvent.Started started, EventBytes out) {
        identity = OpenAiResponseIdentity.of(started.id(), started.model(), started.created(), "chatcmpl-", request);
        head = bytes("data: {" + identity.head("chat.completion.chunk") + ",\"choices\":[{\"index\":0,\"delta\":{");
        out.raw(head);
        out.raw("\"role\":\"assistant\",\"content\":\"\",\"refusal\":null");
        endChunk(out);
    }

    private void text(byte[] member, String text, List<JsonNode> logprobs, EventBytes out) {
        out.raw(head);
        out.raw(member);
        out.quoted(text);
        if (logprobs.isEmpty()) {
            endChunk(out);
        } else {
            out.raw("},\"logprobs\":" + Json.text(OpenAiMappings.logprobs(logprobs)));
            out.raw(UNFINISHED);
            out.raw(tail);
        }
    }

    private void endChunk(EventBytes out) {
        out.raw(NO_LOGPROBS);
        out.raw(UNFINISHED);
        out.raw(tail);
    }

    private void delta(String members, EventBytes out) {
        out.raw(head);
        out.raw(members);
        endChunk(out);
    }

    private void writeOpaque(ContentPart.OpaqueReasoning opaque, EventBytes out) {
        ArrayNode details = Json.array();
        ReasoningDetails.write(new ContentPart.Reasoning(openReasoning.toString(), opaque), reasoningParts++, details);
        openReasoning.setLength(0);
        delta("\"reasoning_details\":" + Json.text(details), out);
    }

    /** Ends the open reasoning part. */
    private void endReasoning() {
        openReasoning.setLength(0);
    }

    private void writeCitation(Citation citation, EventBytes out) {
        JsonNode annotation = OpenAiMappings.annotation(citation, textStart, textLength);
        if (annotation != null) {
            delta("\"annotations\":[" + Json.text(annotation) + "]", out);
        }
    }

    private void call(ResponseEvent.ToolCallStarted call, EventBytes out) {
        callIndexes.add(calls++);
        ContentPart.ToolCall empty = new ContentPart.ToolCall(call.id(), call.name(), "", call.signature(), null);
        if (request.legacyFunctions()) {
            if (call.call() == 0) {
                delta("\"function_call\":{\"name\":" + JsonText.quote(call.name()) + ",\"arguments\":\"\"}", out);
            }
            return;
        }
        boolean custom = OpenAiCustomTools.isCustom(request, call.name());
        customInputs.add(custom ? new CustomInputReader() : null);
        String written = Json.text(custom ? OpenAiCustomTools.write(empty) : OpenAiToolCalls.write(empty));
        delta("\"tool_calls\":[{\"index\":" + callIndexes.getLast() + "," + written.substring(1) + "]", out);
    }

    private void arguments(ResponseEvent.ToolCallDelta delta, EventBytes out) {
        if (request.legacyFunctions()) {
            if (delta.call() == 0) {
                delta("\"function_call\":{\"arguments\":" + JsonText.quote(delta.fragment()) + "}", out);
            }
            return;
        }
        CustomInputReader input = customInputs.get(delta.call());
        String fragment = input == null ? delta.fragment() : input.add(delta.fragment());
        if (input == null || !fragment.isEmpty()) {
            callPiece(delta.call(), input == null ? ARGUMENTS : INPUT, fragment, out);
        }
    }

    private void endCall(int call, EventBytes out) {
        CustomInputReader input = request.legacyFunctions() ? null : customInputs.get(call);
        String rest = input == null ? "" : input.rest();
        if (!rest.isEmpty()) {
            callPiece(call, INPUT, rest, out);
        }
    }

    private void callPiece(int call, byte[] member, String piece, EventBytes out) {
        out.raw(head);
        out.raw(CALL);
        out.number(callIndexes.get(call));
        out.raw(member);
        out.quoted(piece);
        out.raw(CALL_END);
        endChunk(out);
    }

    /** Calls of custom tools arrive in one piece and share the index with function calls. */
    private void writeNative(ContentPart.Native part, EventBytes out) {
        ContentPart.Source image = GeneratedImage.of(part);
        if (image != null) {
            ArrayNode list = Json.array();
            list.add(OpenAiMappings.image(image, images++));
            delta("\"images\":" + Json.text(list), out);
        }
        if (part.protocol().equals(ChatCompletionsProtocol.NAME) && part.block().has("custom")) {
            String written = Json.text(part.block());
            delta("\"tool_calls\":[{\"index\":" + calls++ + "," + written.substring(1) + "]", out);
        }
    }

    private void finish(FinishReason finishReason, EventBytes out) {
        finished = true;
        boolean legacy = request.legacyFunctions() && finishReason == FinishReason.TOOL_CALLS;
        out.raw(head);
        out.raw(NO_LOGPROBS);
        out.raw(",\"finish_reason\":\"" + (legacy ? "function_call" : OpenAiMappings.finish(finishReason)) + "\"}]");
        out.raw(tail);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
