package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.ResponseAssembler;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.ProviderProtocol;
import dev.sluice.protocol.spi.StreamDecoder;
import dev.sluice.protocol.spi.UpstreamModel;
import dev.sluice.protocol.sse.EventFramer;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks that a streamed response, assembled, equals the whole response. Ids and times are not compared: two calls
 * never have the same ones, and some providers send them in only one of the two.
 */
public final class StreamEqualsWhole {

    private StreamEqualsWhole() {}

    /** Decodes both and compares them. */
    public static void check(ProviderProtocol provider, UpstreamModel model, ByteSlice whole, ByteSlice stream) {
        assertThat(comparable(assembled(provider.streamDecoder(model), stream)))
                .isEqualTo(comparable(provider.decode(whole, model)));
    }

    /** The response assembled from a complete stream. */
    public static ChatResponse assembled(StreamDecoder decoder, ByteSlice stream) {
        ResponseAssembler assembler = new ResponseAssembler();
        events(decoder, stream).forEach(assembler::add);
        return assembler.response();
    }

    /** The events of a complete stream. */
    public static List<ResponseEvent> events(StreamDecoder decoder, ByteSlice stream) {
        List<ResponseEvent> events = new ArrayList<>();
        EventFramer framer = new EventFramer();
        framer.feed(stream);
        while (!decoder.complete() && framer.next()) {
            if (!framer.hasData()) {
                continue;
            }
            String data = framer.data().toText();
            if (data.strip().equals("[DONE]")) {
                decoder.done(events::add);
            } else if (!data.isBlank()) {
                decoder.decode(Json.readOrNull(data), events::add);
            }
        }
        assertThat(decoder.complete() || decoder.endedWithoutMarker(events::add))
                .as("the stream is complete")
                .isTrue();
        return events;
    }

    /** Without what differs from call to call. */
    public static ChatResponse comparable(ChatResponse response) {
        return new ChatResponse(
                null,
                response.model(),
                0,
                response.parts(),
                response.finishReason(),
                response.stopSequence(),
                response.logprobs(),
                response.usage());
    }
}
