package dev.sluice.protocol.openai;

import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Usage;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.request.RequestRewriter;
import dev.sluice.protocol.spi.FailureEvents;
import dev.sluice.protocol.spi.Protocol;
import dev.sluice.protocol.spi.StreamReader;

/** The pass-through that Chat Completions and Completions share. */
abstract class OpenAiPassThrough implements Protocol {

    @Override
    public StreamReader reader(ClientRequest request, Quirks quirks) {
        boolean hidesUsage = RequestRewriter.requestsUsage(request, quirks);
        return new ChatPassThroughReader(hidesUsage, quirks.reasoningOutside());
    }

    @Override
    public Usage usage(ByteSlice response, Quirks quirks) {
        return inspect(200, response, quirks).usage();
    }

    @Override
    public Outcome inspect(int status, ByteSlice response, Quirks quirks) {
        if (status / 100 != 2) {
            return new Outcome(UpstreamErrors.of(status, response), Usage.UNKNOWN);
        }
        ChatEventScanner scanner = new ChatEventScanner(quirks.reasoningOutside());
        GatewayError error = ErrorInSuccess.find(status, response, scanner);
        return new Outcome(error, error != null || scanner.usage() == null ? Usage.UNKNOWN : scanner.usage());
    }

    @Override
    public GatewayError errorOf(int status, ByteSlice body) {
        return inspect(status, body, Quirks.NONE).error();
    }

    @Override
    public FailureEvents failureEvents() {
        return OpenAiErrors.FAILURE_EVENTS;
    }
}
