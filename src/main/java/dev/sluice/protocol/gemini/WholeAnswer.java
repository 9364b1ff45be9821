package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.chat.AnswerAssembly;
import dev.sluice.model.chat.ChatAnswer;
import dev.sluice.protocol.error.Refusal;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;

/** A whole answer, which is a streamed one that came in one event. */
final class WholeAnswer {

    private WholeAnswer() {}

    /** What a body with status 2xx says instead of an answer, or null. */
    static GatewayError refusal(ByteSlice body) {
        try {
            JsonNode answer = Json.read(Refusal.withoutByteOrderMark(body));
            // An array where events were asked for without alt=sse, or of an error.
            for (JsonNode each : answer.isArray() ? answer : Json.array().add(answer)) {
                GatewayError error = AnswerReader.refusal(each);
                if (error != null) {
                    return error;
                }
            }
            return answer.isContainerNode() ? null : Wrong.malformedAnswer("a body that is not a JSON object");
        } catch (MalformedJson malformed) {
            return Wrong.malformedAnswer("a body that " + malformed.getMessage());
        }
    }

    static ChatAnswer read(ByteSlice body) {
        AnswerReader reader = new AnswerReader();
        AnswerAssembly assembly = new AnswerAssembly();
        try {
            reader.event(Json.read(Refusal.withoutByteOrderMark(body)), assembly::add);
        } catch (MalformedJson malformed) {
            throw Wrong.malformed("a body that " + malformed.getMessage());
        }
        if (!reader.endedWithoutMarker(assembly::add)) {
            throw Wrong.malformed("an answer without \"finishReason\"");
        }
        return assembly.answer();
    }
}
