package dev.sluice.protocol.multipart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.model.Upload;
import dev.sluice.protocol.media.Multipart;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields are found at the same positions in any fragmentation, and malformed forms are rejected. */
class MultipartScannerTest {

    private static final String TYPE = "multipart/form-data; boundary=B-1";
    private static final String FILE = "--B-1\r\n"
            + "Content-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n"
            + "Content-Type: audio/wav\r\n\r\n";
    private static final String MODEL = "--B-1\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n";
    private static final String END = "--B-1--\r\n";

    @Property(tries = 300)
    void fieldsAreFoundAtAnyPositionInAnyFragmentation(
            @ForAll("files") String data, @ForAll("cuts") List<Integer> cuts) {
        String before = FILE + data + "\r\n" + MODEL;
        byte[] body = bytes(before + "whisper-1\r\n" + FILE + data + "\r\n" + END);

        List<ByteSlice> chunks = cut(body, cuts);
        MultipartScanner scanner = Multipart.scanner(TYPE);
        chunks.forEach(scanner::feed);
        scanner.finish();

        FormField model = scanner.field("model");
        assertThat(model)
                .isEqualTo(new FormField("model", "whisper-1", bytes(before).length, bytes(before).length + 9));
        List<Upload.Part> parts = scanner.parts();
        assertThat(parts).extracting(Upload.Part::name).containsExactly("file", "model", "file");
        assertThat(parts)
                .allSatisfy(part -> assertThat(between(body, part.nameStart(), part.nameEnd()))
                        .isEqualTo('"' + part.name() + '"'));
        assertThat(between(body, parts.get(1).start(), parts.get(1).end())).isEqualTo(MODEL + "whisper-1\r\n");
        assertThat(parts.getFirst().start()).isZero();
        assertThat(between(body, parts.getLast().end(), body.length)).isEqualTo(END);
    }

    @Property(tries = 200)
    void malformedFormsAreRejectedInAnyFragmentation(@ForAll("files") String data, @ForAll("cuts") List<Integer> cuts) {
        byte[] whole = bytes(FILE + data + "\r\n" + MODEL + "m\r\n" + END);
        byte[] body = Arrays.copyOf(whole, Math.floorMod(data.hashCode(), whole.length - 2));

        GatewayError atOnce = refusal(List.of(ByteSlice.of(body)));
        GatewayError cut = refusal(cut(body, cuts));

        assertThat(cut).isEqualTo(atOnce);
        assertThat(cut.code()).isEqualTo("invalid_multipart");
    }

    /** Counted, not timed: bytes copied for each byte of a header show as allocation. */
    @Test
    void workIsLinearInTheLengthOfAHead() {
        byte[] few = bytes(headOf(2_000, "a") + "\r\n" + END);
        byte[] many = bytes(headOf(8_000, "a") + "\r\n" + END);
        scan(many);

        long forFew = allocatedBy(() -> scan(few));
        long forMany = allocatedBy(() -> scan(many));

        assertThat(forMany).isLessThan(6 * forFew);
    }

    /** A regular expression that recurses for each character of a value needs more stack than this thread has. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "\\\"", "\\\\", "ab\\c", "\u00e9", ";", " "})
    void longQuotedValuesNeedNoStack(String piece) throws InterruptedException {
        byte[] body = bytes(headOf(8_000, piece) + "\r\n" + END);
        List<Object> found = new ArrayList<>();
        Runnable work = () -> {
            try {
                found.add(scan(body).parts().size());
            } catch (StackOverflowError overflow) {
                found.add(overflow);
            }
        };

        Thread small = new Thread(null, work, "small stack", 200_000);
        small.start();
        small.join();

        assertThat(found).containsExactly(1);
    }

    private static String headOf(int length, String piece) {
        return "--B-1\r\nContent-Disposition: form-data; name=\"f\"; filename=\""
                + piece.repeat(length / bytes(piece).length) + "\"\r\n\r\n";
    }

    private static MultipartScanner scan(byte[] body) {
        MultipartScanner scanner = Multipart.scanner(TYPE);
        scanner.feed(ByteSlice.of(body));
        scanner.finish();
        return scanner;
    }

    private static long allocatedBy(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                " " + MODEL + "m\r\n" + END,
                "\r\n" + MODEL + "m\r\n" + END,
                MODEL + "m\r\n--B-1-",
                MODEL + "m\r\n--B-1--\r",
                MODEL + "m\r\n--B-1--\r\nmore",
                MODEL + "m\r\n--B-1 \r\n",
                "--B-1\nContent-Disposition: form-data; name=\"model\"\n\nm\n--B-1--",
                "--B-1\r\nContent-Disposition: form-data; name=\"model\"\n\r\nm\r\n--B-1--",
                "--B-1\r\nContent-Disposition: form-data; name=\"a\"\r\n folded\r\n\r\nm\r\n--B-1--",
                "--B-1\r\nContent-Disposition: form-data\r\n\r\nm\r\n--B-1--",
                "--B-1\r\nContent-Disposition: attachment; name=\"model\"\r\n\r\nm\r\n--B-1--",
                "--B-1\r\nContent-Disposition: form-data; name=\"a\"; name=\"model\"\r\n\r\nm\r\n--B-1--",
                "--B-1\r\nContent-Disposition: form-data; name=\"a\r\n\r\nm\r\n--B-1--",
                "--B-1\r\n"
                        + "Content-Disposition: form-data; name=a\r\n"
                        + "Content-Disposition: form-data; name=b\r\n\r\n"
                        + "m\r\n"
                        + "--B-1--",
                "--B-1\r\nContent-Type: text/plain\r\n\r\nm\r\n--B-1--",
                "--B-1\r\n: x\r\n\r\nm\r\n--B-1--",
                MODEL + "--B-1--\r\n",
                FILE + "a\r\n--B-1.\r\n" + END,
            })
    void invalidFormsAreRejected(String body) {
        assertThat(refusal(List.of(ByteSlice.of(body))).code()).isEqualTo("invalid_multipart");
    }

    @Test
    void aDuplicateOrFileOrLongModelIsRejected() {
        assertThat(refusal(List.of(ByteSlice.of(MODEL + "m\r\n" + MODEL + "n\r\n" + END)))
                        .code())
                .isEqualTo("duplicate_key");
        assertThat(refusal(List.of(ByteSlice.of(FILE.replace("\"file\"", "model") + "m\r\n" + END))))
                .satisfies(error -> assertThat(error.param()).isEqualTo("model"))
                .satisfies(error -> assertThat(error.code()).isEqualTo("invalid_type"));
        String longest = "m".repeat(MultipartScanner.MAX_VALUE);
        assertThat(refusal(List.of(ByteSlice.of(MODEL + longest + "\r\n" + END))))
                .isNull();
        assertThat(refusal(List.of(ByteSlice.of(MODEL + longest + "m\r\n" + END)))
                        .code())
                .isEqualTo("invalid_value");
    }

    @Test
    void headsAndPartsAreBounded() {
        String header = "X-A: " + "a".repeat(MultipartScanner.MAX_HEADERS) + "\r\n";
        assertThat(refusal(List.of(ByteSlice.of("--B-1\r\n" + header))).message())
                .contains("headers of a part");
        assertThat(refusal(List.of(ByteSlice.of(FILE.concat("\r\n").repeat(MultipartScanner.MAX_PARTS + 1))))
                        .message())
                .contains("more than " + MultipartScanner.MAX_PARTS + " parts");
    }

    @Test
    void aWholeFormIsARequest() {
        String form =
                FILE + "RIFF\r\n" + MODEL + "whisper\r\n" + MODEL.replace("\"model\"", "stream") + "true\r\n" + END;

        ClientRequest request = Multipart.read(Surface.TRANSCRIPTIONS, ByteSlice.of(form), TYPE);

        assertThat(request.model()).isEqualTo("whisper");
        assertThat(request.stream()).isTrue();
        assertThat(Multipart.contentType(request.body())).isEqualTo("multipart/form-data; boundary=B-1");
        assertThat(Multipart.contentType(ByteSlice.of("--a:b\r\n"))).isEqualTo("multipart/form-data; boundary=\"a:b\"");
    }

    @Test
    void aContentTypeWithoutFormOrBoundaryIsRejected() {
        assertThat(Multipart.boundary("Multipart/Form-Data; charset=utf-8; Boundary=\"x:y\""))
                .isEqualTo("x:y");
        for (String type : Arrays.asList(null, "application/json", "multipart/mixed; boundary=x")) {
            assertThat(catchThrowableOfType(GatewayException.class, () -> Multipart.boundary(type))
                            .error()
                            .kind())
                    .isEqualTo(GatewayError.Kind.UNSUPPORTED_MEDIA_TYPE);
        }
        for (String type : List.of("multipart/form-data", "multipart/form-data; boundary=", TYPE + "x".repeat(70))) {
            assertThat(catchThrowableOfType(GatewayException.class, () -> Multipart.boundary(type))
                            .error()
                            .code())
                    .isEqualTo("invalid_multipart");
        }
    }

    @Provide
    Arbitrary<String> files() {
        Arbitrary<String> pieces = Arbitraries.of(
                "RIFF", "\r", "\n", "\r\n", "\r\n-", "\r\n--", "\r\n--B-", "\r\r\n--B-", "--B-1", "é", "\0");
        return pieces.list()
                .ofMaxSize(12)
                .map(list -> String.join("", list) + ".")
                .filter(data -> !("\r\n" + data).contains("\r\n--B-1"));
    }

    @Provide
    Arbitrary<List<Integer>> cuts() {
        Arbitrary<List<Integer>> few =
                Arbitraries.integers().between(0, 600).list().ofMaxSize(20);
        Arbitrary<List<Integer>> every = Arbitraries.just(
                java.util.stream.IntStream.range(0, 600).boxed().toList());
        return Combinators.combine(few, every, Arbitraries.of(true, false)).as((some, all, each) -> each ? all : some);
    }

    private static GatewayError refusal(List<ByteSlice> chunks) {
        MultipartScanner scanner = new MultipartScanner("B-1", Set.of("model"));
        GatewayException refusal = catchThrowableOfType(GatewayException.class, () -> {
            chunks.forEach(scanner::feed);
            scanner.finish();
        });
        return refusal == null ? null : refusal.error();
    }

    private static List<ByteSlice> cut(byte[] body, List<Integer> cuts) {
        List<ByteSlice> chunks = new ArrayList<>();
        int from = 0;
        for (int cut : new TreeSet<>(cuts)) {
            int to = Math.min(cut, body.length);
            chunks.add(ByteSlice.of(Arrays.copyOfRange(body, from, to)));
            from = to;
        }
        chunks.add(ByteSlice.of(Arrays.copyOfRange(body, from, body.length)));
        return chunks;
    }

    private static String between(byte[] body, long from, long to) {
        return new String(body, (int) from, (int) (to - from), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
