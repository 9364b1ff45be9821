package dev.sluice.protocol.openai;

import dev.sluice.model.Usage;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonText;
import dev.sluice.protocol.sse.EventBytes;

/**
 * The id, model and creation time of a response. The provider's values are passed on. Where it sent none, the id is the
 * format's prefix and a hash of the request, the time is 0 and the model the requested one. Neither a clock nor
 * randomness is used, so equal input gives equal output.
 */
record OpenAiResponseIdentity(String id, String model, long created) {

    static OpenAiResponseIdentity of(String id, String model, long created, String prefix, ChatRequest request) {
        return new OpenAiResponseIdentity(
                id == null ? prefix + hash(request) : id, model == null ? request.model() : model, created);
    }

    /** Hash of the last message without its role: the hash of an enum differs in every JVM. */
    private static String hash(ChatRequest request) {
        int count = request.messages().size();
        int last = count == 0 ? 0 : request.messages().getLast().parts().hashCode();
        return Integer.toHexString(31 * last + count);
    }

    /** The first members of the envelope, without braces. */
    String head(String object) {
        return "\"id\":" + JsonText.quote(id) + ",\"object\":\"" + object + "\",\"created\":" + created + ",\"model\":"
                + JsonText.quote(model);
    }

    /** Writes the last events of a stream: its usage, if known, and the terminal marker. */
    void end(String object, Usage usage, EventBytes out) {
        if (usage.known()) {
            out.raw("data: {" + head(object) + ",\"choices\":[],\"usage\":" + Json.text(OpenAiUsage.write(usage))
                    + "}\n\n");
        }
        out.raw("data: [DONE]\n\n");
    }
}
