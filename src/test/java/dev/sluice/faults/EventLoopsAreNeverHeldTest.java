package dev.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * No request and no response of up to 20 MiB holds an event loop for 100 ms, whatever its shape, and none ends in 500:
 * every surface, passed through and translated, with and without sanitizing.
 */
@Timeout(120)
class EventLoopsAreNeverHeldTest {

    private static final long MOST_MILLIS = 100;
    private static final int LARGEST = 19 * 1024 * 1024;
    /** Each shape has its largest size in one of this many places. */
    private static final int LARGEST_EVERY = Integer.getInteger("sluice.loops.largest", 6);
    /** Below and above the size from which on bodies are processed on worker threads. */
    private static final int[] WARM = {60_000, 400_000};

    private static final List<BodyShape> SHAPES = List.of(BodyShape.values());

    private static final String CHAT = "/chat/completions";
    private static final String TOOL =
            "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":#}}]";

    private static final Vertx UPSTREAM = Vertx.vertx();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static final Buffer HELLO = Buffer.buffer("\"hello\"");
    private static volatile Buffer response = HELLO;
    /** The longest step that was reported since the last reset. */
    private static final AtomicLong REPORTED = new AtomicLong();

    private static RunningSluice sluice;
    private static LoopWatch watch;

    /** A body with {@code #} where a shape is put. */
    record Place(String path, String model, String body, boolean text) {

        Place(String path, String model, String body) {
            this(path, model, body, false);
        }

        /** The value is encoded once for all places. */
        HttpRequest.BodyPublisher with(byte[] value) {
            int at = body.indexOf('#');
            return HttpRequest.BodyPublishers.ofByteArrays(List.of(
                    ("{\"model\":\"" + model + "\"," + body.substring(0, at)).getBytes(StandardCharsets.UTF_8),
                    value,
                    (body.substring(at + 1) + "}").getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public String toString() {
            return path + " " + model + " " + body;
        }
    }

    @BeforeAll
    static void start() {
        HttpServer upstream = RunningSluice.await(UPSTREAM.createHttpServer()
                .requestHandler(EventLoopsAreNeverHeldTest::respond)
                .listen(0, "127.0.0.1"));
        String url = "http://127.0.0.1:" + upstream.actualPort();
        sluice = RunningSluice.start(
                RunningSluice.EPHEMERAL + """
                    providers:
                      openai: { type: openai_compatible, base_url: "URL/v1", api_keys: [{ key: test }], QUOTA }
                      anthropic: { type: anthropic, base_url: "URL", api_keys: [{ key: test }], QUOTA }
                      gemini: { type: gemini, base_url: "URL", api_keys: [{ key: test }] }
                      cohere: { type: cohere, base_url: "URL", api_keys: [{ key: test }] }
                    models:
                      clean:
                        targets: [{ provider: openai, model: m }]
                        sanitize:
                          redact: [email, phone, credit_card, iban, ip_address, api_key, private_key, jwt]
                          block: ["forbidden word$"]
                          where: both
                    """.replace("URL", url).replace("QUOTA", "limits: { tpm: 2000000000 }"));
        watch = new LoopWatch(sluice.vertx());
        for (int round = 0; round < 2; round++) {
            for (int bytes : WARM) {
                for (BodyShape shape : SHAPES) {
                    byte[] value = utf8(shape.value(bytes));
                    inPairs(places(), place -> post(place.path(), place.with(value)));
                }
            }
        }
        // The first bodies of this size touch memory that the process has not used before.
        byte[] largest = utf8(BodyShape.PROSE.value(LARGEST));
        inPairs(
                Stream.of(1, 2)
                        .flatMap(round -> places())
                        .filter(place -> place.path().equals(CHAT))
                        .limit(16),
                place -> post(place.path(), place.with(largest)));
    }

    @AfterAll
    static void stop() {
        watch.close();
        sluice.close();
        RunningSluice.await(UPSTREAM.close());
    }

    static Stream<Place> places() {
        String prompt = "\"messages\":[{\"role\":\"user\",\"content\":#}],\"max_tokens\":10";
        String extra = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"max_tokens\":10,\"x\":#";
        String messages = "\"messages\":#,\"max_tokens\":10";
        return Stream.of(
                new Place(CHAT, "openai/m", prompt),
                new Place(CHAT, "openai/m", extra),
                new Place(CHAT, "openai/m", "\"stream\":true," + extra.replace("\"x\"", "\"stream_options\"")),
                new Place(CHAT, "openai/m", extra.replace("\"x\"", "\"sluice\"")),
                new Place(CHAT, "openai/m", extra.replace("\"x\":#", "\"sluice\":{\"only\":#}")),
                new Place(CHAT, "openai/m", extra.replace("\"x\":#", "\"sluice\":{\"session\":#}")),
                new Place(CHAT, "anthropic/m", prompt),
                new Place(CHAT, "anthropic/m", extra),
                new Place(CHAT, "anthropic/m", messages),
                new Place(CHAT, "anthropic/m", prompt.replace("#", "\"hi\"") + "," + TOOL),
                new Place(CHAT, "gemini/m", messages),
                new Place(CHAT, "gemini/m", prompt.replace("#", "\"hi\"") + "," + TOOL),
                new Place(CHAT, "cohere/m", messages),
                new Place(CHAT, "clean", prompt),
                new Place(CHAT, "clean", messages),
                new Place("/messages", "anthropic/m", prompt),
                new Place("/messages", "openai/m", messages),
                new Place("/messages", "openai/m", extra.replace("\"x\"", "\"system\"")),
                new Place("/responses", "openai/m", "\"input\":#"),
                new Place("/responses", "anthropic/m", "\"input\":#"),
                new Place("/messages/count_tokens", "openai/m", prompt),
                new Place("/messages/count_tokens", "openai/m", messages),
                new Place("/responses/input_tokens", "anthropic/m", "\"input\":#"),
                new Place("/embeddings", "openai/m", "\"input\":#"),
                new Place("/embeddings", "gemini/m", "\"input\":#"),
                new Place("/embeddings", "cohere/m", "\"input\":#"),
                new Place("/images/generations", "openai/m", "\"prompt\":\"a\",\"x\":#"));
    }

    /** Every shape in every place; each shape at full size in some places. */
    @ParameterizedTest
    @EnumSource
    void requests(BodyShape shape) {
        byte[] full = utf8(shape.value(LARGEST));
        byte[] part = utf8(shape.value(LARGEST / 16));
        List<Place> places = places().toList();
        List<String> held = Collections.synchronizedList(new ArrayList<>());
        reset();
        inPairs(IntStream.range(0, places.size()).boxed(), at -> {
            Place place = places.get(at);
            boolean large = (at + SHAPES.indexOf(shape)) % LARGEST_EVERY == 0;
            note(held, place.toString(), post(place.path(), place.with(large ? full : part)));
        });
        assertThat(held).isEmpty();
    }

    @Test
    void theWatchSeesAHeldLoop() {
        reset();
        Promise<Void> done = Promise.promise();
        sluice.vertx().runOnContext(now -> {
            long until = System.nanoTime() + 400_000_000;
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            done.complete();
        });
        RunningSluice.await(done.future());
        // The loop reports at its next task, which may come after another loop has served a request.
        await().untilAsserted(() -> assertThat(watch.heldMillis()).isGreaterThan(MOST_MILLIS));
    }

    /** Responses of each format, passed through, translated and sanitized. */
    @ParameterizedTest
    @EnumSource(
            value = BodyShape.class,
            names = {"LONG_WORD", "PROSE", "PERSONAL_DATA", "ESCAPES", "SURROGATES", "EMPTY_LISTS", "NUMBERS"})
    void responses(BodyShape shape) {
        List<String> held = Collections.synchronizedList(new ArrayList<>());
        for (int bytes : new int[] {60_000, 400_000, 60_000, 400_000, LARGEST}) {
            response = Buffer.buffer(utf8(shape.value(bytes)));
            reset();
            for (String model : List.of("openai/m", "anthropic/m", "gemini/m", "cohere/m", "clean")) {
                String body = "{\"model\":\"" + model + "\",\"max_tokens\":10,\"input\":\"hi\","
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
                inPairs(Stream.of(CHAT, "/messages", "/responses", "/embeddings"), path -> {
                    int status = post(path, body, "application/json");
                    if (bytes == LARGEST) {
                        note(held, model + " " + path, status);
                    }
                });
            }
        }
        response = HELLO;
        assertThat(held).isEmpty();
    }

    /** Parts with long heads, many parts, and one long value. */
    @Test
    void forms() {
        List<String> held = new ArrayList<>();
        String part = "--B\r\nContent-Disposition: form-data; name=\"#\"";
        String model = part.replace("#", "model") + "\r\n\r\nopenai/m\r\n";
        String quoted = part.replace("#", "f") + "; filename=\"" + "a".repeat(7_800) + "\"\r\n\r\nx\r\n";
        String escaped = part.replace("#", "f") + "; filename=\"" + "\\a".repeat(3_900) + "\"\r\n\r\nx\r\n";
        String many = part.replace("#", "f") + "; filename=\"a\"\r\n\r\nx\r\n";
        // The first rounds only warm up.
        for (int part16 : new int[] {1, 1, 16}) {
            List<String> forms = List.of(
                    model + quoted.repeat(30 * part16),
                    model + escaped.repeat(30 * part16),
                    model + many.repeat(61 * part16),
                    model + part.replace("#", "prompt") + "\r\n\r\n" + "\r".repeat(250_000 * part16) + "\r\n",
                    model + part.replace("#", "image") + "; filename=\"a\"\r\n\r\n" + "\r\n--A".repeat(243_000 * part16)
                            + "\r\n");
            for (String form : forms) {
                byte[] body = utf8(form + "--B--\r\n");
                for (String path : List.of("/images/edits", "/videos", "/audio/transcriptions")) {
                    reset();
                    int status =
                            post(path, HttpRequest.BodyPublishers.ofByteArray(body), "multipart/form-data; boundary=B");
                    if (part16 == 16) {
                        note(held, path + " " + form.length(), status);
                    }
                }
            }
        }
        assertThat(held).isEmpty();
    }

    /** The fixtures' requests, on the surface of their format, as they are. */
    @Test
    void fixtures() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(Path.of("src/test/resources/fixtures"))) {
            files = all.filter(file -> file.endsWith("request.json")).toList();
        }
        List<String> held = new ArrayList<>();
        for (Path file : files) {
            String body =
                    Files.readString(file).replaceFirst("\"model\"\\s*:\\s*\"[^\"]*\"", "\"model\":\"anthropic/m\"");
            for (String path : List.of(CHAT, "/messages", "/responses", "/messages/count_tokens", "/embeddings")) {
                reset();
                note(held, file + " " + path, post(path, body, "application/json"));
            }
        }
        assertThat(files).isNotEmpty();
        assertThat(held).isEmpty();
    }

    private static void reset() {
        REPORTED.set(0);
        watch.reset();
    }

    /**
     * Two at a time, because a request passes through several threads, one after the other. What held a loop is then
     * one of two, and the stack tells which.
     */
    private static <T> void inPairs(Stream<T> items, Consumer<T> action) {
        ConcurrentLinkedQueue<T> left = new ConcurrentLinkedQueue<>(items.toList());
        try (ExecutorService pair = Executors.newFixedThreadPool(2)) {
            List<Future<?>> both = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                both.add(pair.submit(() -> {
                    for (T next = left.poll(); next != null; next = left.poll()) {
                        action.accept(next);
                    }
                }));
            }
            for (Future<?> one : both) {
                one.get();
            }
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** To be called after the watch was reset and one or two requests were sent. */
    private static void note(List<String> held, String what, int status) {
        // A loop that is still busy reports at its next task.
        post("/messages/count_tokens", "{}", "application/json");
        long millis = watch.heldMillis();
        String stack = watch.stack();
        boolean longest = millis > MOST_MILLIS && REPORTED.getAndUpdate(before -> Math.max(before, millis)) < millis;
        if (longest || status == 500) {
            held.add(what + ": " + status + ", held for " + millis + " ms" + (status == 500 ? "" : stack));
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static int post(String path, HttpRequest.BodyPublisher body) {
        return post(path, body, "application/json");
    }

    private static int post(String path, String body, String type) {
        return post(path, HttpRequest.BodyPublishers.ofString(body), type);
    }

    private static int post(String path, HttpRequest.BodyPublisher body, String type) {
        try {
            return CLIENT.send(
                            HttpRequest.newBuilder(URI.create(sluice.baseUrl() + path))
                                    .timeout(Duration.ofSeconds(60))
                                    .header("content-type", type)
                                    .POST(body)
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException failed) {
            return -1;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    private static void respond(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            String around = response(request.path());
            int at = around.indexOf('#');
            request.response()
                    .putHeader("content-type", "application/json")
                    .end(Buffer.buffer(around.length() + response.length())
                            .appendString(around.substring(0, at))
                            .appendBuffer(response)
                            .appendString(around.substring(at + 1)));
        });
    }

    private static String response(String path) {
        if (path.endsWith("/chat/completions")) {
            return "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                + "\"message\":{\"role\":\"assistant\",\"content\":#},\"finish_reason\":\"stop\"}],"
                + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}";
        } else if (path.endsWith("/messages")) {
            return "{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[{\"type\":\"text\","
                + "\"text\":#}],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}";
        } else if (path.endsWith("/responses")) {
            return "{\"id\":\"r\",\"object\":\"response\",\"status\":\"completed\",\"model\":\"m\",\"output\":[{\"type\":"
                + "\"message\",\"id\":\"m\",\"role\":\"assistant\",\"status\":\"completed\",\"content\":[{\"type\":"
                + "\"output_text\",\"text\":#,\"annotations\":[]}]}],"
                + "\"usage\":{\"input_tokens\":1,\"output_tokens\":1,\"total_tokens\":2}}";
        } else if (path.contains("generateContent")) {
            return "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":#}]},\"finishReason\":\"STOP\"}],"
                + "\"usageMetadata\":{\"promptTokenCount\":1,\"candidatesTokenCount\":1,\"totalTokenCount\":2}}";
        } else if (path.endsWith("/chat")) {
            return "{\"id\":\"c\",\"finish_reason\":\"COMPLETE\",\"message\":{\"role\":\"assistant\",\"content\":[{\"type\":"
                + "\"text\",\"text\":#}]},\"usage\":{\"tokens\":{\"input_tokens\":1,\"output_tokens\":1}}}";
        } else if (path.endsWith("/embed")) {
            return "{\"id\":\"e\",\"embeddings\":{\"float\":[#]},\"meta\":{\"billed_units\":{\"input_tokens\":1}}}";
        } else if (path.contains("mbedContent")) {
            return "{\"embeddings\":[{\"values\":#}]}";
        }
        return "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":#}],\"model\":\"m\","
                + "\"usage\":{\"prompt_tokens\":1,\"total_tokens\":1}}";
    }
}
