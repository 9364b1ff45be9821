package dev.sluice.http.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdsTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "req_01", "4bf92f35-77b3:4da6.A_z", "0123456789"})
    void safeIdsAreUsed(String id) {
        assertThat(RequestIds.acceptable(id)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\"b", "a;b", "a/b", "caf\u00e9", "a@b", "a`", "{x}", "a[0]"})
    void unsafeIdsAreReplaced(String id) {
        assertThat(RequestIds.acceptable(id)).isFalse();
    }

    @Test
    void longIdsAreReplaced() {
        assertThat(RequestIds.acceptable("x".repeat(128))).isTrue();
        assertThat(RequestIds.acceptable("x".repeat(129))).isFalse();
    }

    @Test
    void onlySafeIdsAreReturned() throws Exception {
        try (EdgeFixture edge = EdgeFixture.start();
                EdgeClient client = edge.connect()) {
            String refused = "GET /refused HTTP/1.1\r\nHost: a\r\nX-Request-Id: %s\r\n\r\n";

            assertThat(client.exchange(refused.formatted("mine-1")).headers()).containsEntry("x-request-id", "mine-1");
            assertThat(client.exchange(refused.formatted("no <b>")).headers().get("x-request-id"))
                    .startsWith("req_");
            assertThat(client.exchange(refused.formatted("a\r\nX-Request-Id: b"))
                            .headers()
                            .get("x-request-id"))
                    .startsWith("req_");
        }
    }
}
