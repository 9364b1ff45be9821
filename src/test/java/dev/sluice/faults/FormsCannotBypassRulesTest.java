package dev.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The prompts of a form with an upload meet the sanitizing rules of a route, in memory and in a temporary file. */
class FormsCannotBypassRulesTest {

    private static final String FILE = "ann@example.com in a file";

    private static RawUpstream upstream;
    private static RunningSluice sluice;
    private static HttpClient http;
    private static volatile RawUpstream.Request received;

    @BeforeAll
    static void start() throws IOException {
        upstream = new RawUpstream(FormsCannotBypassRulesTest::respond);
        sluice = RunningSluice.start("""
            server: { port: 0, admin: { port: 0 } }
            providers:
              up: { type: openai_compatible, base_url: "http://127.0.0.1:%1$d/v1", retry: { attempts: 1 } }
            models:
              clean: { targets: [{ provider: up, model: m }], sanitize: { redact: [email], \
            block: ["(?i)top secret"], strip_controls: true } }
              plain: { targets: [{ provider: up, model: m }] }
            """.formatted(upstream.port()));
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void stop() throws IOException {
        http.close();
        sluice.close();
        upstream.close();
    }

    @BeforeEach
    void forget() {
        received = null;
    }

    private static boolean respond(RawUpstream.Request request, int number, OutputStream out) throws IOException {
        received = request;
        RawUpstream.respond(out, "application/json", "{\"text\":\"ok\",\"id\":\"video_1\",\"created\":1,\"data\":[]}");
        return true;
    }

    @ParameterizedTest
    @CsvSource({
        "images/edits,true",
        "images/edits,false",
        "audio/transcriptions,true",
        "audio/translations,false",
        "videos,true",
        "videos,false"
    })
    void promptsOfFormsAreRedacted(String path, boolean announced) {
        HttpResponse<String> response = post(
                path,
                announced,
                part("language", "en")
                        + part("prompt", "größe for ann@example.com!")
                        + part("prompt[]", "bob@example.com")
                        + part("model", "clean"));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(received.body())
                .contains(part("language", "en"), part("prompt[]", "[email]"), part("model", "m"), FILE)
                .containsPattern("gr..?.?.?e for \\[email\\]!")
                .doesNotContain("bob@");
        assertThat(received.complete()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"images/edits,true", "images/edits,false", "audio/transcriptions,true", "videos,true"})
    void promptsOfFormsAreBlocked(String path, boolean announced) {
        HttpResponse<String> response =
                post(path, announced, part("model", "clean") + part("prompt", "this is Top Secret"));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(code(response)).isEqualTo("content_blocked");
        assertThat(received).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "content-disposition: form-data; name=\"prompt\"; filename=\"a\"\r\n\r\nx",
                "content-disposition: form-data; name=\"prompt\"\r\n"
                        + "content-type: text/plain; charset=utf-16le\r\n\r\n"
                        + "x",
                "content-disposition: form-data; name=\"prompt\"\r\ncontent-transfer-encoding: base64\r\n\r\neA==",
                "content-disposition: form-data; name=\"prompt\"\r\n\r\n\u00ff",
                "content-disposition: form-data; name=\"_charset_\"\r\n\r\nutf-7",
                // The removed character would make it the boundary of another part.
                "content-disposition: form-data; name=\"prompt\"\r\n\r\nx\r\n-\u0001-b\r\n"
                        + "content-disposition: form-data; name=\"model\"\r\n\r\nother"
            })
    void formsThatTheRulesCannotReadAreRefused(String part) {
        for (boolean announced : new boolean[] {true, false}) {
            HttpResponse<String> response =
                    post("images/edits", announced, part("model", "clean") + "--b\r\n" + part + "\r\n");

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(code(response)).isEqualTo("unreadable_body");
            assertThat(received).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "clean"})
    void aSecondEncodedNameIsMalformed(String model) {
        HttpResponse<String> response = post(
                "audio/transcriptions",
                true,
                part("model", model)
                        + "--b\r\ncontent-disposition: form-data; name=\"x\"; name*=UTF-8''prompt\r\n\r\ny\r\n");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(code(response)).isEqualTo("invalid_multipart");
        assertThat(received).isNull();
    }

    @Test
    void routesWithoutRulesPassTheForm() {
        HttpResponse<String> response = post(
                "audio/transcriptions", true, part("model", "plain") + part("prompt", "Top Secret ann@example.com"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(received.body()).contains("Top Secret ann@example.com");
    }

    private static String part(String name, String value) {
        return "--b\r\ncontent-disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }

    private static String code(HttpResponse<String> response) {
        return new JsonObject(response.body()).getJsonObject("error").getString("code");
    }

    /** @param announced false for a chunked body, which is received into a file */
    private static HttpResponse<String> post(String path, boolean announced, String parts) {
        String form = parts + "--b\r\ncontent-disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\n" + FILE
                + "\r\n--b--\r\n";
        byte[] bytes = form.indexOf('\u00ff') < 0
                ? form.getBytes(StandardCharsets.UTF_8)
                : form.getBytes(StandardCharsets.ISO_8859_1);
        BodyPublisher body = announced
                ? BodyPublishers.ofByteArray(bytes)
                : BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes));
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + sluice.port() + "/v1/" + path))
                            .header("content-type", "multipart/form-data; boundary=b")
                            .POST(body)
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
