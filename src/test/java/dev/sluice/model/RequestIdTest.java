package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest {

    @Test
    void idsAreShortPrintableAndDistinct() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            ids.add(RequestId.next());
        }
        assertThat(ids).hasSize(10_000).allMatch(id -> id.matches("req_[0-9a-z]{26}"));
    }

    /** The moment of the example of the specification of ULIDs, {@code 01ARZ3NDEKTSV4RRFFQ69G5FAV}. */
    @Test
    void theyBeginWithTheirTime() {
        long moment = 1_469_922_850_259L;

        assertThat(RequestId.of(moment)).startsWith("req_01arz3ndek");
        assertThat(RequestId.epochMillis(RequestId.of(moment))).hasValue(moment);
        assertThat(RequestId.of(moment)).isLessThan(RequestId.of(moment + 1));
        assertThat(RequestId.epochMillis(RequestId.of(0))).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "mine",
                "req_01arz3ndektsv4rrffq69g5fa",
                "req_01arz3ndektsv4rrffq69g5fau",
                "req_01ARZ3NDEKTSV4RRFFQ69G5FAV",
                "rex_01arz3ndektsv4rrffq69g5fav"
            })
    void anIdOfAClientTellsNoTime(String id) {
        assertThat(RequestId.epochMillis(id)).isEmpty();
    }
}
