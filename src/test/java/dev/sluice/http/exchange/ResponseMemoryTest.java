package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.binding.ByteSize;
import dev.sluice.config.ServerConfig.StoredResponses;
import dev.sluice.http.exchange.ResponseMemory.Input;
import dev.sluice.model.ByteSlice;
import dev.sluice.observe.Metrics.Reference;
import dev.sluice.protocol.responses.OutputItem;
import dev.sluice.protocol.responses.UnstoredResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ResponseMemoryTest {

    private static final StoredResponses SETTINGS = settings(80_000, Duration.ofMinutes(1));

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final ResponseMemory memory = new ResponseMemory(nanos::get);

    private static StoredResponses settings(long bytes, Duration ttl) {
        return new StoredResponses(new ByteSize(bytes), ttl);
    }

    /** A response with the id {@code resp_N} and one item {@code N}. */
    private void keep(String owner, String number, String item) {
        keep(owner, number, item, null);
    }

    private void keep(String owner, String number, String item, Input input) {
        UnstoredResponse response =
                new UnstoredResponse("resp_" + number, List.of(new OutputItem(number, ByteSlice.of(item), false)));
        memory.keep(owner, response, input, SETTINGS);
    }

    private static Input input(String previous, String items) {
        return new Input(previous, ByteSlice.of(items));
    }

    private String item(String owner, String id) {
        ByteSlice item = memory.item(owner, id, SETTINGS);
        return item == null ? null : item.toText();
    }

    private String conversation(String owner, String id) {
        List<ByteSlice> items = memory.conversation(owner, id, SETTINGS);
        return items == null
                ? null
                : String.join(" ", items.stream().map(ByteSlice::toText).toList());
    }

    @Test
    void responsesBelongToTheirOwner() {
        byte[] bytes = "[{1},{22}]".getBytes(StandardCharsets.UTF_8);
        memory.keep(
                "team:a",
                new UnstoredResponse(
                        "resp_1",
                        List.of(
                                new OutputItem("x", new ByteSlice(bytes, 1, 3), false),
                                new OutputItem(null, new ByteSlice(bytes, 5, 4), false))),
                new Input(null, new ByteSlice(bytes, 0, 1)),
                SETTINGS);
        bytes[0] = '9';
        bytes[2] = '9';

        assertThat(item("team:a", "x")).isEqualTo("{1}");
        assertThat(conversation("team:a", "resp_1")).isEqualTo("[ {1} {22}");
        assertThat(item("team:b", "x")).isNull();
        assertThat(conversation("team:b", "resp_1")).isNull();
        assertThat(memory.hasResponses("team:b")).isFalse();
    }

    @Test
    void aConversationIsAllInputsAndItemsInOrder() {
        keep("a", "1", "out1", input(null, "in1"));
        keep("a", "2", "out2", input("resp_1", "in2"));
        keep("a", "3", "out3", input("resp_2", "in3"));
        keep("a", "4", "out4", input("resp_1", "in4"));
        keep("a", "5", "out5");
        keep("a", "6", "out6", input("resp_5", "in6"));

        assertThat(conversation("a", "resp_3")).isEqualTo("in1 out1 in2 out2 in3 out3");
        assertThat(conversation("a", "resp_4")).isEqualTo("in1 out1 in4 out4");
        assertThat(Stream.of("resp_5", "resp_6", "resp_7").map(id -> conversation("a", id)))
                .containsOnlyNulls();
    }

    @Test
    void responsesAreForgottenSomeTimeAfterTheirLastUse() {
        keep("a", "1", "out1", input(null, "in1"));
        keep("a", "2", "out2", input("resp_1", "in2"));
        keep("a", "3", "out3");
        nanos.addAndGet(Duration.ofSeconds(59).toNanos());
        assertThat(conversation("a", "resp_2")).isEqualTo("in1 out1 in2 out2");
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(item("a", "3")).isNull();
        assertThat(conversation("a", "resp_2")).isEqualTo("in1 out1 in2 out2");
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(conversation("a", "resp_2")).isNull();
        assertThat(memory.usedBytes()).isPositive();

        memory.sweep(SETTINGS);

        assertThat(memory.usedBytes()).isZero();
        assertThat(memory.hasResponses("a")).isFalse();
    }

    @Test
    void anIdOfTwoDifferentResponsesFindsNeither() {
        keep("a", "1", "{1}", input(null, "in"));
        keep("a", "1", "{1}", input(null, "in"));
        assertThat(item("a", "1")).isEqualTo("{1}");
        for (String other : List.of("{2}", "{1}")) {
            keep("a", "1", other, input(null, "in"));
            assertThat(item("a", "1")).isNull();
            assertThat(conversation("a", "resp_1")).isNull();
        }
    }

    @Test
    void anOwnerWithoutRoomLosesItsOldestResponses() {
        keep("b", "x", "{}");
        keep("a", "first", "{}", input(null, "in"));
        for (int i = 0; i < 3; i++) {
            keep("a", "x" + i, "x".repeat(9_000), input(null, "y".repeat(9_000)));
        }
        assertThat(Stream.of("resp_first", "resp_x0").map(id -> conversation("a", id)))
                .containsOnlyNulls();
        assertThat(conversation("a", "resp_x1")).hasSize(18_001);
        assertThat(conversation("a", "resp_x2")).hasSize(18_001);

        for (int i = 3; i < 20; i++) {
            keep("a", "x" + i, "x".repeat(9_000));
        }

        assertThat(item("b", "x")).isEqualTo("{}");
        assertThat(item("a", "x19")).isNotNull();
        assertThat(item("a", "first")).isNull();
        assertThat(memory.usedBytes()).isBetween(30_000L, 41_000L);

        keep("a", "last", "{}", input(null, "y".repeat(9_000)));
        assertThat(conversation("a", "resp_last"))
                .as("a full memory takes inputs, too")
                .isNotNull();
    }

    /** As those of clients that repeat the whole conversation in each request, and refer to its items. */
    @Test
    void inputsThatTakeMostOfTheRoomAreLostFirst() {
        for (int i = 0; i < 10; i++) {
            keep("a", "x" + i, "{}", input(null, "y".repeat(9_000)));
        }

        assertThat(conversation("a", "resp_x0")).isNull();
        assertThat(conversation("a", "resp_x9")).isNotNull();
        for (int i = 0; i < 10; i++) {
            assertThat(item("a", "x" + i)).isEqualTo("{}");
        }
    }

    @Test
    void whatIsTooLargeIsNotKept() {
        keep("a", "1", "x".repeat(10_001));
        assertThat(memory.hasResponses("a")).isFalse();

        keep("a", "2", "{}", input(null, "x".repeat(10_001)));
        assertThat(item("a", "2")).isEqualTo("{}");
        assertThat(conversation("a", "resp_2")).isNull();
    }

    @Test
    void eachReferenceIsCountedByItsOutcome() {
        keep("a", "1", "out1", input(null, "in1"));
        keep("a", "big", "x".repeat(10_001));
        keep("a", "half", "{}", input(null, "x".repeat(10_001)));
        conversation("a", "resp_1");
        item("a", "1");
        conversation("a", "resp_big");
        conversation("a", "resp_half");
        conversation("b", "resp_1");
        item("a", "never");
        assertThat(counts()).isEqualTo("FOUND 2 TOO_LARGE 2 UNKNOWN 2");

        keep("a", "next", "{}", input("resp_1", "y"));
        for (int i = 0; i < 20; i++) {
            keep("a", "x" + i, "x".repeat(9_000), input(null, "y".repeat(9_000)));
        }
        conversation("a", "resp_1");
        conversation("a", "resp_next");
        item("a", "x0");
        assertThat(counts()).isEqualTo("FOUND 2 EVICTED 3 TOO_LARGE 2 UNKNOWN 2");

        assertThat(conversation("a", "resp_x19")).isNotNull();
        assertThat(memory.responses()).isPositive();
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        conversation("a", "resp_x19");
        memory.sweep(SETTINGS);
        conversation("a", "resp_x19");
        item("a", "x19");
        assertThat(counts()).isEqualTo("FOUND 3 EXPIRED 3 EVICTED 3 TOO_LARGE 2 UNKNOWN 2");
        assertThat(memory.responses()).isZero();
    }

    private String counts() {
        return Stream.of(Reference.values())
                .filter(outcome -> memory.references(outcome) > 0)
                .map(outcome -> outcome + " " + memory.references(outcome))
                .collect(Collectors.joining(" "));
    }

    @Test
    void zeroSwitchesItOff() {
        keep("a", "1", "{}");

        for (StoredResponses off : List.of(settings(0, Duration.ofHours(1)), settings(100_000, Duration.ZERO))) {
            memory.keep("b", new UnstoredResponse("resp_1", List.of()), input(null, "{}"), off);
            assertThat(memory.hasResponses("b")).isFalse();
            memory.sweep(off);
            assertThat(memory.usedBytes()).isZero();
        }
    }
}
