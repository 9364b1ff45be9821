package dev.sluice.http.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Host headers are names or addresses with an optional port, nothing else. */
class HostHeaderTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "a.example", "my_host-1.example:8080", "127.0.0.1:0", "[::1]", "[2001:db8::1]:65535"
            })
    void namesAndAddressesAreValid(String host) {
        assertThat(HostHeader.valid(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":80",
                "a:",
                "a:65536",
                "a:123456",
                "a:8x",
                "user@a",
                "a b",
                "a%2e",
                "a,b",
                "[]",
                "[::1",
                "[::1]x",
                "[::g]",
                "a/b"
            })
    void everythingElseIsInvalid(String host) {
        assertThat(HostHeader.valid(host)).isFalse();
    }

    @Test
    void lengthIsLimited() {
        assertThat(HostHeader.valid("a".repeat(261))).isTrue();
        assertThat(HostHeader.valid("a".repeat(262))).isFalse();
    }
}
