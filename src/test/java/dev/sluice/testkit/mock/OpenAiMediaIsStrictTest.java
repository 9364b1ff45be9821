package dev.sluice.testkit.mock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The surfaces beside text of the OpenAI stand-in: forms, bytes, jobs that are polled for, and a socket. */
final class OpenAiMediaIsStrictTest {

    private static final String BOUNDARY = "mock-boundary";

    private static OpenAiMock mock;
    private static MockClient asking;

    @BeforeAll
    static void open() {
        mock = OpenAiMock.open();
        asking = new MockClient(mock.baseUrl(), "authorization", "Bearer " + mock.key());
    }

    @AfterAll
    static void close() {
        mock.close();
    }

    @Test
    void embedsAsFloatsAndAsBase64() {
        JsonObject body = Json.obj("model", "text-embedding-3-small", "input", Json.arr("a", "b"));
        JsonObject floats = asking.post("/embeddings", body).json();
        JsonObject packed = asking.post("/embeddings", body.put("encoding_format", "base64"))
                .json();

        assertThat(floats.getJsonArray("data").getJsonObject(1).getJsonArray("embedding"))
                .hasSize(4);
        byte[] bytes = Base64.getDecoder()
                .decode(packed.getJsonArray("data").getJsonObject(0).getString("embedding"));
        assertThat(ByteBuffer.wrap(bytes)
                        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                        .getFloat())
                .isEqualTo(0.125f);
        assertThat(asking.post("/embeddings", body.put("input", Json.arr())).status())
                .isEqualTo(400);
    }

    @Test
    void drawsFromJsonAndEditsAForm() {
        JsonObject image = Json.obj("model", "gpt-image-2", "prompt", "a tram", "n", 2);
        MockClient.Response edit = form("/images/edits", "prompt=a tram", "image:PNG");
        RecordedRequest sent = mock.last();

        assertThat(asking.post("/images/generations", image).json().getJsonArray("data"))
                .hasSize(2);
        assertThat(asking.post("/images/generations", image.copy().put("response_format", "url"))
                        .status())
                .isEqualTo(400);
        assertThat(asking.post("/images/generations", image.copy().put("stream", true))
                        .body())
                .contains("event: image_generation.completed");
        assertThat(asking.post("/images/generations", image.put("model", "dall-e-3"))
                        .status())
                .isEqualTo(404);
        assertThat(edit.json().getJsonArray("data")).hasSize(1);
        assertThat(sent.files()).containsKey("image");
        assertThat(form("/images/edits", "prompt=a tram").status()).isEqualTo(400);
        assertThat(asking.post("/images/edits", image).status()).isEqualTo(400);
    }

    @Test
    void speaksInBytes() throws IOException, InterruptedException {
        JsonObject body = Json.obj("model", "tts-1", "input", "hi", "voice", "alloy");
        HttpRequest request = asking.request("/audio/speech")
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.encode()))
                .build();
        HttpResponse<byte[]> spoken;
        try (HttpClient client = HttpClient.newHttpClient()) {
            spoken = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        }

        assertThat(spoken.body()).isEqualTo(OpenAiMedia.SOUND.getBytes());
        assertThat(spoken.headers().firstValue("content-type")).contains("audio/mpeg");
        body.remove("voice");
        assertThat(asking.post("/audio/speech", body).status()).isEqualTo(400);
    }

    @Test
    void transcribesAForm() {
        assertThat(form("/audio/transcriptions", "model=whisper-1", "file:SOUND")
                        .json()
                        .getString("text"))
                .isEqualTo("heard 5 bytes");
        assertThat(form("/audio/transcriptions", "model=whisper-1", "response_format=srt", "file:SOUND")
                        .body())
                .startsWith("1\n00:00");
        assertThat(form("/audio/transcriptions", "model=whisper-1").body())
                .contains("Missing required parameter: 'file'");
        assertThat(form("/audio/transcriptions", "model=whisper-1", "nonsense=1", "file:SOUND")
                        .status())
                .isEqualTo(400);
        assertThat(form("/audio/transcriptions", "model=gpt-4o-transcribe", "stream=true", "file:SOUND")
                        .body())
                .contains("transcript.text.done");
    }

    @Test
    void moderatesAndCompletes() {
        JsonObject judged = asking.post("/moderations", Json.obj("input", Json.arr("tea", "violence")))
                .json();
        JsonObject legacy = Json.obj("model", "gpt-3.5-turbo-instruct", "prompt", "hi", "stream", true);

        assertThat(judged.getJsonArray("results").getJsonObject(0).getBoolean("flagged"))
                .isFalse();
        assertThat(judged.getJsonArray("results").getJsonObject(1).getBoolean("flagged"))
                .isTrue();
        assertThat(asking.post("/completions", legacy).body())
                .contains("text_completion")
                .endsWith("[DONE]\n\n");
        assertThat(asking.post("/completions", legacy.put("model", "gpt-4o")).status())
                .isEqualTo(404);
    }

    @Test
    void keepsFilesAndRunsBatches() {
        String file = form("/files", "purpose=batch", "file:{}").json().getString("id");
        JsonObject wanted = Json.obj("input_file_id", file, "endpoint", "/v1/chat/completions");
        assertThat(asking.post("/batches", wanted).body()).contains("completion_window");
        String batch = asking.post("/batches", wanted.put("completion_window", "24h"))
                .json()
                .getString("id");

        assertThat(form("/files", "purpose=nonsense", "file:{}").status()).isEqualTo(400);
        assertThat(asking.get("/files/" + file + "/content").body()).isEqualTo("{}");
        assertThat(asking.get("/batches/" + batch).json().getString("status")).isEqualTo("in_progress");
        assertThat(asking.get("/batches/" + batch).json().getString("output_file_id"))
                .isEqualTo(file);
        assertThat(asking.send(asking.request("/files/" + file).DELETE()).json().getBoolean("deleted"))
                .isTrue();
        assertThat(asking.get("/files/" + file).status()).isEqualTo(404);
    }

    @Test
    void filmsStepByStep() {
        String id = asking.post("/videos", Json.obj("prompt", "a tram", "seconds", "4"))
                .json()
                .getString("id");

        assertThat(asking.get("/videos/" + id + "/content").status()).isEqualTo(400);
        assertThat(asking.get("/videos/" + id).json().getString("status")).isEqualTo("in_progress");
        assertThat(asking.get("/videos/" + id).json().getString("status")).isEqualTo("completed");
        assertThat(asking.get("/videos/" + id + "/content").header("content-type"))
                .isEqualTo("video/mp4");
    }

    @Test
    void echoesOnTheSocket() {
        Heard heard = new Heard();
        String url = mock.baseUrl().replace("http", "ws") + "/realtime?model=gpt-realtime";
        HttpClient client = HttpClient.newHttpClient();
        WebSocket socket = client.newWebSocketBuilder()
                .header("authorization", "Bearer " + mock.key())
                .buildAsync(URI.create(url), heard)
                .join();
        JsonObject part = Json.obj("type", "input_text", "text", "hi there");
        JsonObject item = Json.obj("type", "message", "role", "user", "content", Json.arr(part));
        for (JsonObject event : List.of(
                Json.obj("type", "nonsense"),
                Json.obj("type", "conversation.item.create", "item", item),
                Json.obj("type", "response.create"))) {
            socket.sendText(event.encode(), true).join();
        }
        try {
            await().until(() -> heard.types().contains("response.done"));
        } finally {
            socket.abort();
            client.shutdownNow();
        }

        assertThat(heard.types()).startsWith("session.created", "error", "conversation.item.created");
        assertThat(String.join("", heard.texts)).contains("echo:", " there");
    }

    /** @param parts {@code name=value} for a field, {@code name:content} for a file */
    private static MockClient.Response form(String path, String... parts) {
        StringBuilder body = new StringBuilder();
        for (String part : parts) {
            boolean field = part.matches("(?s)[\\w\\[\\]]+=.*");
            String[] pair = part.split(field ? "=" : ":", 2);
            body.append("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"")
                    .append(pair[0])
                    .append('"');
            body.append(field ? "" : "; filename=\"a.bin\"\r\nContent-Type: application/octet-stream");
            body.append("\r\n\r\n").append(pair[1]).append("\r\n");
        }
        return asking.send(asking.request(path)
                .header("content-type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(HttpRequest.BodyPublishers.ofString(body + "--" + BOUNDARY + "--\r\n")));
    }

    private static final class Heard implements WebSocket.Listener {

        private final List<String> texts = new CopyOnWriteArrayList<>();

        List<String> types() {
            return texts.stream()
                    .map(text -> new JsonObject(text).getString("type"))
                    .toList();
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            texts.add(text.toString());
            return WebSocket.Listener.super.onText(socket, text, last);
        }
    }
}
