package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.AnswerEvent;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.Finish;
import dev.sluice.model.chat.Part;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonText;
import dev.sluice.protocol.spi.AnswerWriter;
import dev.sluice.protocol.sse.EventBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes an answer as {@code chat.completion.chunk} events. All but the delta of a chunk is the same from first to last
 * and is rendered once; no tree is built for a text.
 */
final class ChatChunks implements AnswerWriter {

    private static final byte[] CONTENT = bytes("\"content\":");
    private static final byte[] THOUGHT = bytes("\"reasoning_content\":");
    private static final byte[] REFUSAL = bytes("\"refusal\":");
    private static final byte[] CALL = bytes("\"tool_calls\":[{\"index\":");
    private static final byte[] ARGUMENTS = bytes(",\"function\":{\"arguments\":");
    private static final byte[] CALL_END = bytes("}}]");
    private static final byte[] NO_LOGPROBS = bytes("},\"logprobs\":null");
    private static final byte[] GOES_ON = bytes(",\"finish_reason\":null}]");

    private final ChatRequest request;
    private final StringBuilder thought = new StringBuilder();
    private final byte[] tail;
    private OpenAiIdentity identity;
    private byte[] head;
    private int thoughts;
    private int textStart;
    private int textLength;
    private boolean finished;

    /** The place of each call among the calls of all kinds. */
    private final List<Integer> places = new ArrayList<>();

    private int calls;

    ChatChunks(ChatRequest request) {
        this.request = request;
        // With usage asked for, every chunk but the one that has it says that it has none.
        this.tail = bytes(request.wantsUsage() ? ",\"usage\":null}\n\n" : "}\n\n");
    }

    @Override
    public void write(AnswerEvent event, EventBytes out) {
        switch (event) {
            case AnswerEvent.Began began -> begin(began, out);
            case AnswerEvent.TextDelta delta -> {
                close();
                textLength += delta.text().length();
                text(CONTENT, delta.text(), delta.logprobs(), out);
            }
            case AnswerEvent.RefusalDelta delta -> {
                close();
                textStart = textLength;
                text(REFUSAL, delta.text(), List.of(), out);
            }
            case AnswerEvent.ThoughtDelta delta -> {
                textStart = textLength;
                thought.append(delta.text());
                text(THOUGHT, delta.text(), List.of(), out);
            }
            case AnswerEvent.ThoughtSealed sealed -> seal(sealed.seal(), out);
            case AnswerEvent.PartEnded ended -> {
                close();
                textStart = textLength;
            }
            case AnswerEvent.Cited cited -> cite(cited.citation(), out);
            case AnswerEvent.CallBegan call -> {
                close();
                textStart = textLength;
                call(call, out);
            }
            case AnswerEvent.CallDelta delta -> arguments(delta, out);
            case AnswerEvent.CallEnded ended -> {}
            case AnswerEvent.NativePart part -> custom(part.part(), out);
            case AnswerEvent.UsageSeen seen -> {}
            case AnswerEvent.Finished end -> finish(end.finish(), out);
        }
    }

    @Override
    public void end(Usage usage, EventBytes out) {
        if (!finished) {
            finish(Finish.STOP, out);
        }
        if (request.wantsUsage() && usage.known()) {
            out.raw("data: {" + identity.head("chat.completion.chunk") + ",\"choices\":[],\"usage\":"
                    + Json.text(OpenAiUsage.write(usage)) + "}\n\n");
        }
        out.raw("data: [DONE]\n\n");
    }

    private void begin(AnswerEvent.Began began, EventBytes out) {
        identity = OpenAiIdentity.of(began.id(), began.model(), began.created(), "chatcmpl-", request);
        head = bytes("data: {" + identity.head("chat.completion.chunk") + ",\"choices\":[{\"index\":0,\"delta\":{");
        out.raw(head);
        out.raw("\"role\":\"assistant\",\"content\":\"\",\"refusal\":null");
        goOn(out);
    }

    private void text(byte[] member, String text, List<JsonNode> logprobs, EventBytes out) {
        out.raw(head);
        out.raw(member);
        out.quoted(text);
        if (logprobs.isEmpty()) {
            goOn(out);
        } else {
            out.raw("},\"logprobs\":" + Json.text(OpenAiWords.logprobs(logprobs)));
            out.raw(GOES_ON);
            out.raw(tail);
        }
    }

    private void goOn(EventBytes out) {
        out.raw(NO_LOGPROBS);
        out.raw(GOES_ON);
        out.raw(tail);
    }

    private void delta(String members, EventBytes out) {
        out.raw(head);
        out.raw(members);
        goOn(out);
    }

    private void seal(Part.Seal seal, EventBytes out) {
        ArrayNode details = Json.array();
        ReasoningDetails.write(new Part.Thought(thought.toString(), seal), thoughts++, details);
        thought.setLength(0);
        delta("\"reasoning_details\":" + Json.text(details), out);
    }

    /** What follows is no more of the open thought. */
    private void close() {
        thought.setLength(0);
    }

    private void cite(Citation citation, EventBytes out) {
        JsonNode annotation = OpenAiWords.annotation(citation, textStart, textLength);
        if (annotation != null) {
            delta("\"annotations\":[" + Json.text(annotation) + "]", out);
        }
    }

    private void call(AnswerEvent.CallBegan call, EventBytes out) {
        places.add(calls++);
        Part.ToolCall empty = new Part.ToolCall(call.id(), call.name(), "", call.signature(), null);
        if (request.oldFunctions()) {
            if (call.call() == 0) {
                delta("\"function_call\":{\"name\":" + JsonText.quote(call.name()) + ",\"arguments\":\"\"}", out);
            }
            return;
        }
        String written = Json.text(OpenAiCalls.write(empty));
        delta("\"tool_calls\":[{\"index\":" + places.getLast() + "," + written.substring(1) + "]", out);
    }

    private void arguments(AnswerEvent.CallDelta delta, EventBytes out) {
        if (request.oldFunctions()) {
            if (delta.call() == 0) {
                delta("\"function_call\":{\"arguments\":" + JsonText.quote(delta.fragment()) + "}", out);
            }
            return;
        }
        out.raw(head);
        out.raw(CALL);
        out.number(places.get(delta.call()));
        out.raw(ARGUMENTS);
        out.quoted(delta.fragment());
        out.raw(CALL_END);
        goOn(out);
    }

    /** Calls of custom tools come as one and are counted with the others. */
    private void custom(Part.Native part, EventBytes out) {
        if (part.dialect().equals(OpenAiChat.NAME) && part.block().has("custom")) {
            String written = Json.text(part.block());
            delta("\"tool_calls\":[{\"index\":" + calls++ + "," + written.substring(1) + "]", out);
        }
    }

    private void finish(Finish finish, EventBytes out) {
        finished = true;
        boolean old = request.oldFunctions() && finish == Finish.TOOL_CALLS;
        out.raw(head);
        out.raw(NO_LOGPROBS);
        out.raw(",\"finish_reason\":\"" + (old ? "function_call" : OpenAiWords.finish(finish)) + "\"}]");
        out.raw(tail);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
