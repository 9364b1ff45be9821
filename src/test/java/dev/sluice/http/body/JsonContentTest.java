package dev.sluice.http.body;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.GatewayError;
import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonContentTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON",
                "application/json; charset=utf-8",
                "application/json;charset=\"UTF-8\"",
                "application/json; charset=utf8; profile=x",
                "application/vnd.api+json"
            })
    void jsonIsAccepted(String type) {
        assertThat(JsonContent.refusal(declaring(type))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text/plain",
                "text/json",
                "application/x-www-form-urlencoded",
                "application/jsonp",
                "application/+json",
                "application/json, text/plain",
                "application/json; charset=utf-16",
                "application/json; charset=iso-8859-1",
                "multipart/form-data; boundary=application/json"
            })
    void otherTypesAreRefused(String type) {
        assertThat(JsonContent.refusal(declaring(type)))
                .extracting(GatewayError::status)
                .isEqualTo(415);
    }

    @Test
    void missingAndRepeatedTypesAreRefused() {
        assertThat(JsonContent.refusal(MultiMap.caseInsensitiveMultiMap())).isNotNull();
        assertThat(JsonContent.refusal(declaring("application/json").add("content-type", "application/json")))
                .isNotNull();
    }

    @Test
    void compressedContentIsRefused() {
        assertThat(JsonContent.refusal(declaring("application/json").add("content-encoding", "identity")))
                .isNull();
        assertThat(JsonContent.refusal(declaring("application/json").add("content-encoding", "")))
                .isNull();
        assertThat(JsonContent.refusal(declaring("application/json").add("content-encoding", "zstd"))
                        .message())
                .isEqualTo("content-encoding zstd is not supported (expected: none)");
    }

    private static MultiMap declaring(String type) {
        return MultiMap.caseInsensitiveMultiMap().add("content-type", type);
    }
}
