package dev.sluice.protocol.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ByteSlice;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnstoredResponseTest {

    private static final String OUTPUT = "[{\"type\":\"message\",\"id\":\"msg_1\",\"content\":[{\"id\":\"inner\"}]},"
            + " {\"id\":\"fc_1\"},{\"no\":\"id\"},7]";
    private static final String RESPONSE =
            "{\"id\":\"resp_1\",\"output\":" + OUTPUT + ",\"error\":null,\"store\":false,\"usage\":null}";

    private static List<String> texts(UnstoredResponse response) {
        assertThat(response.id()).isEqualTo("resp_1");
        return response.items().stream()
                .map(item -> item.id() + "=" + item.json().toText())
                .toList();
    }

    private static String event(String type, String response) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\",\"sequence_number\":7,\"response\":" + response
                + "}\n\n";
    }

    @Test
    void itemsOfABodyAreFoundByTheirId() {
        assertThat(texts(UnstoredResponse.ofBody(ByteSlice.of(RESPONSE))))
                .containsExactly(
                        "msg_1={\"type\":\"message\",\"id\":\"msg_1\",\"content\":[{\"id\":\"inner\"}]}",
                        "fc_1={\"id\":\"fc_1\"}",
                        "null={\"no\":\"id\"}",
                        "null=7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "data: [DONE]\n\n", ": ping\n\n", "\r\n"})
    void itemsOfAStreamAreThoseOfItsLastEvent(String marker) {
        String events = event("response.output_text.done", "{}") + event("response.completed", RESPONSE) + marker;
        byte[] within = ("xx" + events + "yy").getBytes(java.nio.charset.StandardCharsets.UTF_8);

        assertThat(texts(UnstoredResponse.ofEvents(new ByteSlice(within, 2, within.length - 4))))
                .hasSize(4);
        assertThat(texts(UnstoredResponse.ofEvents(ByteSlice.of(event("response.incomplete", RESPONSE)))))
                .hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":\"resp_1\",\"output\":[{\"id\":\"a\"}],\"store\":true}",
                "{\"id\":\"resp_1\",\"output\":[{\"id\":\"a\"}]}",
                "{\"id\":\"resp_1\",\"store\":false}",
                "{\"output\":[{\"id\":\"a\"}],\"store\":false}",
                "{\"output\":{\"id\":\"a\"},\"store\":false}",
                "{\"output\":[{\"id\":\"a\"}],\"store\":false",
                "[1]",
                "nothing"
            })
    void storedAndUnreadableResponsesAreNone(String response) {
        assertThat(UnstoredResponse.ofBody(ByteSlice.of(response))).isNull();
        assertThat(UnstoredResponse.ofEvents(ByteSlice.of(event("response.completed", response))))
                .isNull();
    }

    @Test
    void aFailedOrUnfinishedStreamHasNone() {
        assertThat(UnstoredResponse.ofEvents(ByteSlice.of(event("response.failed", RESPONSE))))
                .isNull();
        assertThat(UnstoredResponse.ofEvents(ByteSlice.of("data"))).isNull();
        assertThat(UnstoredResponse.ofEvents(ByteSlice.EMPTY)).isNull();
    }
}
