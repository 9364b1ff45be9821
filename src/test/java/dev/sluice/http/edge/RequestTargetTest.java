package dev.sluice.http.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Request targets that a proxy and the router could read differently have a flaw. */
class RequestTargetTest {

    private final RequestTarget target = new RequestTarget(List.of("/v1/models/"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/v1/chat/completions",
                "/v1/models/openai%2Fgpt-4o",
                "/a...b/.c/d.",
                "/a?b=/../c&d=%2F",
                "http://host",
                "http://host:8080/v1/models?limit=1"
            })
    void unambiguousTargetsHaveNone(String text) {
        assertThat(target.flaw(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "'', must begin with /",
        "v1, must begin with /",
        "*, must begin with /",
        "/a/../b, dot segment",
        "/a/., dot segment",
        "/%2e%2e/b, dot segment",
        "/a%2Fb, encoded separator",
        "/a%5Cb, encoded separator",
        "/a%00, control character",
        "/v1/models/a%5Cb, encoded separator",
        "/v1/models/a%2F..%2Fb, dot segment",
        "//v1/models, empty segment",
        "/v1//models, empty segment",
        "http://host//a, empty segment",
        "/v1/%66iles/a, encoded letter",
        "/v1/file%31, encoded letter or digit",
        "/a%2, invalid percent-encoding",
        "/a%zz, invalid percent-encoding",
        "/a\\b, must be percent-encoded",
        "/a#b, must be percent-encoded",
        "/ä, must be percent-encoded",
        "/a?b=%00, invalid percent-encoding",
        "'/a?b c', must be percent-encoded",
        "http://host/../a, dot segment"
    })
    void ambiguousTargetsHaveOne(String text, String flaw) {
        assertThat(target.flaw(text)).contains(flaw);
    }

    @Test
    void aTailFollowsThePrefixAsItIsSpelled() {
        assertThat(RequestTarget.tail("/v1/files/a%20b?c=/v1/files", "/v1/files"))
                .isEqualTo("/a%20b?c=/v1/files");
        assertThat(RequestTarget.tail("http://v1/v1/files", "/v1/files")).isEmpty();
        assertThatThrownBy(() -> RequestTarget.tail("/v1/%66iles/a?b=/v1/files/c", "/v1/files"))
                .hasMessageContaining("/v1/files literally");
    }

    @Test
    void authorityIsThatOfAbsoluteTargets() {
        assertThat(RequestTarget.authorityOf("/a")).isNull();
        assertThat(RequestTarget.authorityOf("http://host:80/a")).isEqualTo("host:80");
        assertThat(RequestTarget.authorityOf("HTTPS://host")).isEqualTo("host");
    }
}
