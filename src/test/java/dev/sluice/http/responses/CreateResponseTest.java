package dev.sluice.http.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.json.Json;
import org.junit.jupiter.api.Test;

class CreateResponseTest {

    @Test
    void anErrorEventHasACodeWhereTheErrorHasNone() {
        assertThat(errorEvent("{\"type\":\"invalid_request_error\",\"message\":\"m\",\"param\":null,\"code\":null}"))
                .isEqualTo(
                        "{\"type\":\"error\",\"stream_id\":\"lane\",\"status\":400,\"error\":{\"type\":"
                            + "\"invalid_request_error\",\"message\":\"m\",\"param\":null,\"code\":\"invalid_request_error\"}}");
        assertThat(errorEvent("{\"type\":\"t\",\"code\":\"c\"}")).contains("\"code\":\"c\"");
    }

    private static String errorEvent(String error) {
        return CreateResponse.errorEvent("lane", 400, Json.readOrNull(error), Json.object());
    }
}
