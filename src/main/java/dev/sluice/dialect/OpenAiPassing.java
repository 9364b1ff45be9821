package dev.sluice.dialect;

import dev.sluice.config.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Usage;

/** What OpenAI's Chat Completions and Completions have in common when bytes pass. */
abstract class OpenAiPassing implements Dialect {

    @Override
    public StreamReader reader(ClientRequest request, Quirks quirks) {
        boolean hidesUsage = RequestEncoder.asksUsage(request, quirks);
        return new ChatStreamReader(hidesUsage, quirks.reasoningOutside());
    }

    @Override
    public Usage usage(ByteSlice answer, Quirks quirks) {
        ChatEvent whole = new ChatEvent(quirks.reasoningOutside());
        try {
            whole.read(Refusal.withoutByteOrderMark(answer));
        } catch (MalformedJson malformed) {
            return Usage.UNKNOWN;
        }
        return whole.usage() == null ? Usage.UNKNOWN : whole.usage();
    }

    @Override
    public GatewayError refusal(int status, ByteSlice body) {
        return status / 100 == 2 ? Refusal.instead(status, body) : Refusal.of(status, body);
    }

    @Override
    public ByteSlice errorBody(GatewayError error, String requestId) {
        return OpenAiErrors.body(error);
    }

    @Override
    public ByteSlice errorEvent(GatewayError error, String requestId) {
        return OpenAiErrors.event(error);
    }
}
