package dev.sluice.protocol.continuation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ByteSlice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A stream is cut anywhere and continued, in any fragmentation and with or without repeated words: the client reads one
 * response, each word once.
 */
class ContinuationTest {

    private static final List<String> WORDS = List.of(
            "ocean ",
            "\"quoted\" ",
            "na\u00efve ",
            "\ud83d\ude00",
            "back\\slash ",
            "line\nline ",
            "\u6f22\u5b57 ",
            "tab\there ",
            "</p> ",
            "\ud83e\uddd1\u200d\ud83d\ude80 ",
            "{\"a\":1} ",
            "end.  ",
            "\u0001 ",
            "data: ");

    @Property(tries = 1500)
    void theTextIsCompleteWhereverTheFirstStreamWasCut(
            @ForAll StreamFormat format,
            @ForAll long seed,
            @ForAll boolean prefill,
            @ForAll @IntRange(max = 3) int repeating) {
        Random random = new Random(seed);
        String text = text(random);
        List<String> first = format.events("one", pieces(text, random));
        List<String> received = first.subList(0, random.nextInt(1, first.size() + 1 - format.closingEvents()));

        Continuation continuation = Continuation.of(format.request());
        for (ByteSlice fragment : fragments(String.join("", received), random)) {
            assertThat(continuation.observe(fragment)).isSameAs(fragment);
        }
        assertThat(continuation.canResume()).isTrue();
        String words = promptOf(format, continuation, prefill);
        int again = again(repeating, words.length(), prefill, random);
        List<String> second = format.events("another", pieces(text.substring(words.length() - again), random));
        StringBuilder seen = new StringBuilder(String.join("", received));
        seen.append(continuation.resumeComment("p", "m").toText());
        for (ByteSlice fragment : fragments(String.join("", second), random)) {
            seen.append(continuation.resume(fragment).toText());
        }

        String stream = seen.toString();
        assertThat(text).startsWith(words);
        assertThat(format.assembledBySdk(stream)).isEqualTo(text);
        assertThat(stream).containsOnlyOnce(format.openingMarker()).containsOnlyOnce(format.endMarker());
        assertThat(stream.replace("msg_another", "")).doesNotContain("another");
        assertThat(continuation.canResume()).isFalse();
        assertThat(continuation.diverged()).isFalse();
    }

    /** Readers of streams accept larger events than the default of the framer. */
    @ParameterizedTest
    @EnumSource
    void eventsOfSeveralMegabytesAreContinued(StreamFormat format) {
        String word = "x".repeat(1_500_000) + " ";
        List<String> first = format.events("one", List.of(word, "cut"));
        Continuation continuation = Continuation.of(format.request());
        String told = String.join("", first.subList(0, first.size() - format.closingEvents()));
        continuation.observe(ByteSlice.of(told));

        assertThat(continuation.canResume()).isTrue();
        promptOf(format, continuation, false);
        String second = continuation
                .resume(ByteSlice.of(String.join("", format.events("two", List.of("y".repeat(1_500_000))))))
                .toText();

        assertThat(continuation.diverged()).isFalse();
        assertThat(format.assembledBySdk(told + second)).isEqualTo(word + "cut" + "y".repeat(1_500_000));
    }

    @Property(tries = 200)
    void aStreamMayBeContinuedTwice(@ForAll StreamFormat format, @ForAll long seed, @ForAll boolean prefill) {
        Random random = new Random(seed);
        String text = text(random);
        List<String> pieces = pieces(text, random);
        Continuation continuation = Continuation.of(format.request());
        StringBuilder seen = new StringBuilder();
        List<String> first = format.events("one", pieces);
        first.subList(0, random.nextInt(1, first.size() + 1 - format.closingEvents()))
                .forEach(event -> {
                    seen.append(continuation.observe(ByteSlice.of(event)).toText());
                });
        String words = promptOf(format, continuation, prefill);
        List<String> second = format.events("two", pieces(text.substring(words.length()), random));
        second.subList(0, random.nextInt(1, second.size() + 1 - format.closingEvents()))
                .forEach(event -> {
                    seen.append(continuation.resume(ByteSlice.of(event)).toText());
                });
        assertThat(continuation.canResume()).isTrue();
        words = promptOf(format, continuation, prefill);
        format.events("three", pieces(text.substring(words.length()), random)).forEach(event -> {
            seen.append(continuation.resume(ByteSlice.of(event)).toText());
        });

        assertThat(format.assembledBySdk(seen.toString())).isEqualTo(text);
        assertThat(seen.toString()).containsOnlyOnce(format.openingMarker()).containsOnlyOnce(format.endMarker());
    }

    @Property(tries = 1500)
    void anyBytesAreReadWithoutException(@ForAll StreamFormat format, @ForAll long seed, @ForAll boolean prefill) {
        Random random = new Random(seed);
        String text = text(random);
        Continuation continuation = Continuation.of(format.request());
        damaged(format.events("one", pieces(text, random)), random).forEach(continuation::observe);
        continuation.nextRequest(prefill);

        for (ByteSlice fragment : damaged(format.events("two", pieces(text, random)), random)) {
            boolean over = continuation.diverged();
            ByteSlice visible = continuation.resume(fragment);
            assertThat(over && !visible.isEmpty()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(StreamFormat.class)
    void aDifferentResponseIsNotAppended(StreamFormat format) {
        String beginning = "It was a bright cold day in April, and the clocks were striking thirteen; Winston Smith, "
                + "his chin nuzzled into his breast";
        Continuation continuation = Continuation.of(format.request());
        List<String> first = format.events("one", List.of(beginning, " in an effort"));
        continuation.observe(ByteSlice.of(String.join("", first.subList(0, first.size() - format.closingEvents()))));
        continuation.nextRequest(false);

        StringBuilder seen = new StringBuilder();
        for (String event : format.events("two", List.of(beginning, " or so they said"))) {
            seen.append(continuation.resume(ByteSlice.of(event)).toText());
        }

        assertThat(continuation.diverged()).isTrue();
        assertThat(seen.toString()).doesNotContain("so they").doesNotContain(format.endMarker());
    }

    /** Events lost, repeated, reordered, or with damaged bytes. */
    private static List<ByteSlice> damaged(List<String> events, Random random) {
        List<String> some = new ArrayList<>(events);
        for (int i = random.nextInt(4); i > 0; i--) {
            some.add(random.nextInt(some.size()), some.remove(random.nextInt(some.size())));
            some.add(random.nextInt(some.size()), events.get(random.nextInt(events.size())));
        }
        byte[] bytes = String.join("", some).getBytes(StandardCharsets.UTF_8);
        String marks = "\"{}[]:,0\\n\n";
        for (int i = random.nextInt(3); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) marks.charAt(random.nextInt(marks.length()));
        }
        return List.of(ByteSlice.of(bytes));
    }

    /** The response so far in the request of the next target, which otherwise has the client's own bytes. */
    private static String promptOf(StreamFormat format, Continuation continuation, boolean prefill) {
        String body = continuation.nextRequest(prefill).body().toText();
        String before = format.request().body().toText();
        if (body.equals(before)) {
            return "";
        }
        String end = format == StreamFormat.COMPLETIONS ? "\"}" : before.substring(before.indexOf("}]") + 1);
        int at = before.length() - end.length();
        assertThat(body).startsWith(before.substring(0, at)).endsWith(end);
        String added = body.substring(at, body.length() - end.length());
        if (format == StreamFormat.COMPLETIONS) {
            return WrittenRequests.text("\"" + added + "\"");
        }
        return WrittenRequests.assistant("[{\"role\":\"user\"}" + added + "]", prefill);
    }

    private static int again(int repeating, int words, boolean prefill, Random random) {
        int least = prefill ? Overlap.MIN_PREFILLED : Overlap.MIN_ASKED;
        return switch (repeating) {
            case 1, 2 -> words < least ? 0 : Math.min(words, least + random.nextInt(Overlap.WINDOW - least));
            case 3 -> words < least ? 0 : words;
            default -> 0;
        };
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int words = random.nextInt(60);
        for (int i = 0; i < words; i++) {
            text.append(WORDS.get(random.nextInt(WORDS.size()))).append(random.nextInt(100_000, 1_000_000));
        }
        return text.toString();
    }

    private static List<String> pieces(String text, Random random) {
        List<String> pieces = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end = Math.min(text.length(), at + 1 + random.nextInt(12));
            pieces.add(text.substring(at, end));
            at = end;
        }
        pieces.add("");
        return pieces;
    }

    private static List<ByteSlice> fragments(String stream, Random random) {
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        List<ByteSlice> fragments = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int length = Math.min(bytes.length - at, 1 + random.nextInt(random.nextBoolean() ? 20 : 2000));
            fragments.add(new ByteSlice(bytes, at, length));
            at += length;
        }
        return fragments;
    }
}
