package dev.sluice.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Usage;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.json.MalformedJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of a streamed response: complete, failed, too large, malformed or truncated. */
class EventStreamReaderTest {

    private static final int MAX_EVENT = 32;

    private final CountingReader reader = new CountingReader();

    @Test
    void aTerminalMarkerCompletesTheStreamAndLaterBytesAreIgnored() {
        assertThat(read("data: 1\n\ndata: 2\n\ndata: end\n\ndata: 3\n\n")).isEqualTo("1 2 ");

        assertThat(reader.complete()).isTrue();
        assertThat(reader.error()).isNull();
        assertThat(reader.events()).isEqualTo(2);
        assertThat(read("data: 4\n\n")).isEmpty();
        assertThat(reader.finish().toText()).isEmpty();
        assertThat(reader.events()).isEqualTo(2);
    }

    @Test
    void anErrorEventFailsTheStreamAfterTheEventsBeforeIt() {
        assertThat(read("data: 1\n\ndata: bad\n\ndata: 2\n\n")).isEqualTo("1 ");

        assertThat(reader.error().kind()).isEqualTo(GatewayError.Kind.RATE_LIMITED);
        assertThat(reader.complete()).isFalse();
        assertThat(read("data: end\n\n")).isEmpty();
        assertThat(reader.finish().toText()).isEmpty();
        assertThat(reader.error().kind()).isEqualTo(GatewayError.Kind.RATE_LIMITED);
    }

    @Test
    void anEventOfTheLargestSizeIsAcceptedAndOneByteMoreIsNot() {
        String largest = "data: " + "1".repeat(MAX_EVENT - "data: \n\n".length()) + "\n\n";
        read(largest);
        assertThat(reader.error()).isNull();
        assertThat(reader.events()).isEqualTo(1);

        read("data: 1" + largest.substring("data: ".length()));
        assertTooLarge();
    }

    /** The bytes that are held are bounded too. */
    @Test
    void anEventIsTooLargeBeforeItsEndArrives() {
        read("data: 1\n\ndata: " + "1".repeat(MAX_EVENT - "data: ".length()));
        assertThat(reader.error()).isNull();

        read("1");
        assertTooLarge();
    }

    @Test
    void aMalformedEventInTheStreamIsNamedByItsNumber() {
        read("data: 1\n\ndata: [1\n\ndata: 2\n\n");

        assertThat(reader.error().kind()).isEqualTo(GatewayError.Kind.UPSTREAM);
        assertThat(reader.error().code()).isEqualTo(FailureCode.MALFORMED_EVENT.code());
        assertThat(reader.error().message()).startsWith("the provider sent a malformed response: event 2 ");
        assertThat(reader.events()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"data: [1", "data: [1\n", "data: [1\r\n"})
    void aMalformedEventAtTheCutIsATruncatedStream(String cut) {
        read("data: 1\n\n" + cut);
        assertThat(reader.error()).isNull();

        assertThat(reader.finish().toText()).isEmpty();
        assertTruncated("stream ended after 1 events without its terminal marker");
    }

    @ParameterizedTest
    @ValueSource(strings = {"data: 2", "data: 2\n", "data: 2\r\n"})
    void aWholeEventAtTheCutCountsAndTheStreamIsTruncated(String cut) {
        read("data: 1\n\n" + cut);

        assertThat(reader.finish().toText()).isEqualTo("2 ");
        assertTruncated("stream ended after 2 events without its terminal marker");
    }

    @Test
    void anEmptyStreamIsTruncated() {
        assertThat(reader.finish().toText()).isEmpty();
        assertTruncated("stream ended after 0 events without its terminal marker");
    }

    @Test
    void aMarkerWithoutItsBlankLineCompletesTheStream() {
        read("data: 1\n\ndata: end");
        assertThat(reader.complete()).isFalse();

        assertThat(reader.finish().toText()).isEmpty();
        assertThat(reader.complete()).isTrue();
        assertThat(reader.error()).isNull();
    }

    @Test
    void aFinishedResponseNeedsNoMarker() {
        reader.finished = true;
        read("data: 1\n\n");

        assertThat(reader.finish().toText()).isEqualTo("marker");
        assertThat(reader.complete()).isTrue();
        assertThat(reader.error()).isNull();
    }

    @Test
    void theEndDoesNotDependOnTheFragmentation() {
        String stream = "data: 1\r\n\r\ndata: 2\r\n\r\ndata: end\r\n\r\n";
        StringBuilder output = new StringBuilder();
        for (int i = 0; i < stream.length(); i++) {
            output.append(read(stream.substring(i, i + 1)));
        }

        assertThat(output).hasToString("1 2 ");
        assertThat(reader.complete()).isTrue();
        assertThat(reader.events()).isEqualTo(2);
    }

    private String read(String bytes) {
        return reader.accept(ByteSlice.of(bytes)).toText();
    }

    private void assertTooLarge() {
        assertThat(reader.error().kind()).isEqualTo(GatewayError.Kind.UPSTREAM);
        assertThat(reader.error().code()).isEqualTo(FailureCode.EVENT_TOO_LARGE.code());
        assertThat(reader.error().message()).isEqualTo("the provider sent an event of more than 32 bytes");
        assertThat(reader.complete()).isFalse();
    }

    private void assertTruncated(String message) {
        assertThat(reader.error().kind()).isEqualTo(GatewayError.Kind.TRUNCATED);
        assertThat(reader.error().message()).isEqualTo(message);
        assertThat(reader.complete()).isFalse();
    }

    /** A format of JSON values, where {@code end} is the terminal marker and {@code bad} an error. */
    private static final class CountingReader extends EventStreamReader {

        private final StringBuilder output = new StringBuilder();
        private boolean finished;

        CountingReader() {
            super(MAX_EVENT);
        }

        @Override
        public boolean started() {
            return events() > 0;
        }

        @Override
        public Usage usage() {
            return Usage.UNKNOWN;
        }

        @Override
        protected void received(ByteSlice chunk) {
            output.setLength(0);
        }

        @Override
        protected void event() {
            String data = framer().data().toText();
            switch (data) {
                case "end" -> completed();
                case "bad" -> throw new GatewayException(GatewayError.of(GatewayError.Kind.RATE_LIMITED, "slow down"));
                default -> {
                    try {
                        JsonScanner json = new JsonScanner().reset(framer().data());
                        json.skip();
                        json.finish();
                        countEvent();
                        output.append(data).append(' ');
                    } catch (MalformedJson malformed) {
                        malformed(malformed);
                    }
                }
            }
        }

        @Override
        protected ByteSlice output(ByteSlice chunk) {
            return ByteSlice.of(output.toString());
        }

        @Override
        protected ByteSlice finishWithoutMarker(ByteSlice last) {
            if (!finished) {
                truncated();
                return last;
            }
            completed();
            return ByteSlice.of(last.toText() + "marker");
        }
    }
}
