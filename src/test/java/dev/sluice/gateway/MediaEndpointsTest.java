package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.mock.BlackboxMock;
import dev.sluice.testkit.mock.GrokMock;
import dev.sluice.testkit.mock.OpenAiMock;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Media endpoints through a running Sluice: JSON, bytes, forms with files, and resources that are fetched later. */
class MediaEndpointsTest {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static OpenAiMock openai;
    private static BlackboxMock blackbox;
    private static GrokMock grok;
    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        openai = OpenAiMock.open();
        blackbox = BlackboxMock.open();
        grok = GrokMock.open();
        sluice = RunningSluice.start(
                RunningSluice.EPHEMERAL.replace("server:\n", "server:\n  default_provider: up\n")
                        + """
                        providers:
                          up: { type: openai_compatible, base_url: "%s", api_keys: [{ key: "%s" }] }
                          renaming:
                            type: openai_compatible
                            base_url: "%s"
                            api_keys: [{ key: "%s" }]
                            quirks: { rename: { words: prompt }, drop: [speakers], defaults: { temperature: "0" } }
                          blackbox: { type: blackbox, base_url: "%s", api_keys: [{ key: "%s" }] }
                          grok: { type: grok, base_url: "%s", api_keys: [{ key: "%s" }] }
                        models:
                          ears: { targets: [{ provider: up, model: gpt-4o-transcribe }] }
                        """.formatted(
                                        openai.baseUrl(),
                                        openai.key(),
                                        openai.baseUrl(),
                                        openai.key(),
                                        blackbox.baseUrl(),
                                        blackbox.key(),
                                        grok.baseUrl(),
                                        grok.key()),
                Map.of(),
                2);
    }

    @AfterAll
    static void stop() {
        sluice.close();
        openai.close();
        blackbox.close();
        grok.close();
    }

    @Test
    void vectorsAndSoundComeAsTheProviderSentThem() throws Exception {
        JsonObject vectors = new JsonObject(sluice.chat()
                .post("/embeddings", "{\"model\":\"up/text-embedding-3-small\",\"input\":[\"a\",\"b\"]}")
                .body());
        HttpResponse<byte[]> sound = HTTP.send(
                request("/audio/speech")
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(
                                "{\"model\":\"up/gpt-4o-mini-tts\",\"input\":\"hi\",\"voice\":\"alloy\"}"))
                        .build(),
                BodyHandlers.ofByteArray());

        assertThat(vectors.getJsonArray("data")).hasSize(2);
        assertThat(sound.statusCode()).isEqualTo(200);
        assertThat(sound.headers().firstValue("content-type").orElseThrow()).startsWith("audio/");
        assertThat(sound.body()).isNotEmpty();
    }

    @Test
    void anUploadFindsItsModelBehindTheFile() throws Exception {
        byte[] form = form(new byte[1_500_000], "model", "ears");

        HttpResponse<String> whole = upload("/audio/transcriptions", form);
        HttpResponse<String> streamed =
                upload("/audio/transcriptions", form(new byte[2_000], "stream", "true", "model", "ears"));
        HttpResponse<String> unnamed = upload("/audio/transcriptions", form(new byte[10], "language", "en"));

        assertThat(new JsonObject(whole.body()).getString("text")).isEqualTo("heard 1500000 bytes");
        assertThat(streamed.body()).contains("transcript.text.done", "heard 2000 bytes");
        assertThat(unnamed.statusCode()).isEqualTo(400);
        assertThat(unnamed.body()).contains("model");
    }

    @Test
    void quirksApplyToFieldsOfAnUploadBehindItsFile() throws Exception {
        byte[] form =
                form(new byte[1_500_000], "words", "Sluice", "speakers", "2", "model", "renaming/gpt-4o-transcribe");

        HttpResponse<String> response = upload("/audio/transcriptions", form);

        assertThat(new JsonObject(response.body()).getString("text"))
                .as(response.body())
                .startsWith("heard 1500000 bytes");
        assertThat(response.headers().firstValue("x-sluice-dropped").orElseThrow())
                .contains("words->prompt", "speakers");
        assertThat(openai.last().form().get("prompt")).isEqualTo("Sluice");
        assertThat(openai.last().form().get("temperature")).isEqualTo("0");
        assertThat(openai.last().form().contains("speakers")).isFalse();
    }

    @Test
    void filesAndBatchesBelongToOneProvider() throws Exception {
        HttpResponse<String> file = upload("/files", form("{}\n".getBytes(StandardCharsets.UTF_8), "purpose", "batch"));
        String id = new JsonObject(file.body()).getString("id");
        HttpResponse<String> batch = sluice.chat()
                .post(
                        "/batches",
                        new JsonObject()
                                .put("input_file_id", id)
                                .put("endpoint", "/v1/chat/completions")
                                .put("completion_window", "24h")
                                .encode(),
                        "x-sluice-provider",
                        "up");

        assertThat(sluice.chat().get("/files/" + id + "/content").body()).isEqualTo("{}\n");
        assertThat(new JsonObject(sluice.chat().get("/files").body())
                        .getJsonArray("data").stream().map(listed -> ((JsonObject) listed).getString("id")))
                .contains(id);
        assertThat(new JsonObject(batch.body()).getString("input_file_id")).isEqualTo(id);
        assertThat(sluice.chat()
                        .post("/batches", "{}", "x-sluice-provider", "nobody")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void aVideoIsFoundByItsIdAlone() throws Exception {
        JsonObject made = new JsonObject(sluice.chat()
                .post("/videos", "{\"model\":\"up/sora-2\",\"prompt\":\"a cat\"}")
                .body());
        String id = made.getString("id");

        JsonObject polled = Awaitility.await()
                .until(
                        () -> new JsonObject(sluice.chat().get("/videos/" + id).body()),
                        video -> video.getString("status").equals("completed"));
        HttpResponse<byte[]> content =
                HTTP.send(request("/videos/" + id + "/content").build(), BodyHandlers.ofByteArray());

        assertThat(polled.getString("id")).isEqualTo(id);
        assertThat(content.headers().firstValue("content-type")).contains("video/mp4");
        assertThat(sluice.chat().get("/videos/video_bm9uc2Vuc2U").statusCode()).isEqualTo(404);
    }

    @Test
    void blackboxDrawsAndFilmsThroughItsChat() throws Exception {
        JsonObject drawn = new JsonObject(sluice.chat()
                .post(
                        "/images/generations",
                        "{\"model\":\"blackbox/blackboxai/black-forest-labs/flux-pro\",\"prompt\":\"a cat\"}")
                .body());
        JsonObject filmed = new JsonObject(sluice.chat()
                .post("/videos", "{\"model\":\"blackbox/blackboxai/google/veo-2\",\"prompt\":\"a cat\"}")
                .body());

        JsonArray data = drawn.getJsonArray("data");
        assertThat(data).as(drawn.encode()).isNotNull();
        assertThat(data.getJsonObject(0).getString("url")).startsWith("http");
        assertThat(filmed.getString("status")).as(filmed.encode()).isEqualTo("completed");
        HttpResponse<String> content = HTTP.send(
                request("/videos/" + filmed.getString("id") + "/content").build(), BodyHandlers.ofString());
        assertThat(content.statusCode()).isEqualTo(302);
        assertThat(content.headers().firstValue("location").orElseThrow()).startsWith("http");
        for (String header : List.of("x-api-key", "api-key")) {
            HttpResponse<String> refused = HTTP.send(
                    request("/videos/" + filmed.getString("id") + "/content")
                            .header(header, "sk-anything")
                            .build(),
                    BodyHandlers.ofString());
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("key_would_be_disclosed");
            assertThat(refused.headers().firstValue("location")).isEmpty();
        }
    }

    @Test
    void aProvidersLinkIsNotGivenToClientsThatSendTheirKeyThere() throws Exception {
        String id = new JsonObject(sluice.chat()
                        .post("/videos", "{\"model\":\"grok/grok-imagine-video\",\"prompt\":\"a cat\"}")
                        .body())
                .getString("id");
        Awaitility.await().until(() -> sluice.chat().get("/videos/" + id).body().contains("completed"));

        assertThat(sluice.chat().get("/videos/" + id + "/content").statusCode()).isEqualTo(302);
        assertThat(sluice.chat()
                        .get("/videos/" + id + "/content", "authorization", "Bearer sk-any")
                        .statusCode())
                .isEqualTo(302);
        HttpResponse<String> refused = sluice.chat().get("/videos/" + id + "/content", "x-api-key", "sk-any");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("key_would_be_disclosed");
        assertThat(refused.headers().firstValue("location")).isEmpty();
    }

    @Test
    void aFormWithoutFilesGoesWhereOnlyJsonIsTaken() throws Exception {
        String form = "--here\r\ncontent-disposition: form-data; name=\"prompt\"\r\n\r\na cat\r\n"
                + "--here\r\ncontent-disposition: form-data; name=\"model\"\r\n\r\nblackbox/blackboxai/google/veo-2\r\n"
                + "--here--\r\n";

        JsonObject filmed = new JsonObject(
                upload("/videos", form.getBytes(StandardCharsets.US_ASCII)).body());

        assertThat(filmed.getString("status")).as(filmed.encode()).isEqualTo("completed");
    }

    @Test
    void aPictureInAFormBecomesALinkWhereOnlyJsonIsTaken() throws Exception {
        String form = "--here\r\ncontent-disposition: form-data; name=\"image\"; filename=\"cat.png\"\r\n"
                + "content-type: image/png\r\n\r\nPNG\r\n"
                + "--here\r\ncontent-disposition: form-data; name=\"model\"\r\n\r\ngrok/grok-imagine-image\r\n"
                + "--here\r\ncontent-disposition: form-data; name=\"n\"\r\n\r\n2\r\n"
                + "--here\r\ncontent-disposition: form-data; name=\"prompt\"\r\n\r\nwith a hat\r\n--here--\r\n";

        HttpResponse<String> drawn = upload("/images/edits", form.getBytes(StandardCharsets.US_ASCII));

        assertThat(new JsonObject(drawn.body()).getJsonArray("data"))
                .as(drawn.body())
                .hasSize(2);
        assertThat(grok.last().json().getJsonObject("image").getString("url")).isEqualTo("data:image/png;base64,UE5H");
    }

    private static HttpResponse<String> upload(String path, byte[] form) throws Exception {
        return HTTP.send(
                request(path)
                        .header("content-type", "multipart/form-data; boundary=here")
                        .POST(BodyPublishers.ofByteArray(form))
                        .build(),
                BodyHandlers.ofString());
    }

    /** A file first, then fields. */
    private static byte[] form(byte[] file, String... fields) {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        write(
                form,
                "--here\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\n"
                        + "content-type: audio/mpeg\r\n\r\n");
        form.writeBytes(file);
        for (int i = 0; i < fields.length; i += 2) {
            write(
                    form,
                    "\r\n--here\r\ncontent-disposition: form-data; name=\"" + fields[i] + "\"\r\n\r\n" + fields[i + 1]);
        }
        write(form, "\r\n--here--\r\n");
        return form.toByteArray();
    }

    private static void write(ByteArrayOutputStream form, String text) {
        form.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(sluice.baseUrl() + path));
    }
}
