package dev.sluice.dialect;

import dev.sluice.config.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;

/**
 * OpenAI's Chat Completions and Completions, the reference format: what a client of it sends goes to a provider of it
 * as sent, but for the spans that must change.
 */
final class OpenAiChat implements Dialect {

    @Override
    public String name() {
        return "openai-chat";
    }

    @Override
    public ClientRequest read(Surface surface, ByteSlice body) {
        return new RequestReader(surface, body).read();
    }

    @Override
    public UpstreamBody encode(ClientRequest request, String upstreamModel, Quirks quirks) {
        return new RequestEncoder(request, upstreamModel, quirks).encode();
    }

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
    public ByteSlice errorEvent(GatewayError error) {
        return OpenAiErrors.event(error);
    }
}
