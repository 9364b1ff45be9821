package dev.sluice.protocol.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.protocol.UpstreamModels;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestReader;
import dev.sluice.protocol.spi.ProviderCodec;
import dev.sluice.protocol.spi.UpstreamModel;
import dev.sluice.testkit.mock.BlackboxMock;
import dev.sluice.testkit.mock.CohereMock;
import dev.sluice.testkit.mock.GeminiMock;
import dev.sluice.testkit.mock.GrokMock;
import dev.sluice.testkit.mock.MistralMock;
import dev.sluice.testkit.mock.MockProvider;
import dev.sluice.testkit.mock.OpenRouterMock;
import dev.sluice.testkit.mock.PerplexityMock;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Encoded requests are accepted by stand-ins that validate like the real providers. */
class MediaRequestsPassStrictMocksTest {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String TEXTS = "\"input\":[\"a\",\"b\"],\"user\":\"u\",\"encoding_format\":\"float\"";

    private static Vertx vertx;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void embeddingsAreAccepted() {
        try (MockProvider cohere = CohereMock.open(vertx);
                MockProvider gemini = GeminiMock.open(vertx);
                MockProvider perplexity = PerplexityMock.open(vertx)) {
            assertThat(response(cohere, "/v2/embed", "cohere-embed", "embed-v4.0", Surface.EMBEDDINGS, TEXTS))
                    .contains("\"index\":1");
            assertThat(response(
                            gemini,
                            "/v1beta/models/gemini-embedding-001:batchEmbedContents",
                            "gemini-embed",
                            "gemini-embedding-001",
                            Surface.EMBEDDINGS,
                            TEXTS))
                    .contains("\"index\":1");
            assertThat(response(
                            perplexity,
                            "/v1/embeddings",
                            "perplexity-embed",
                            "pplx-embed-v1-4b",
                            Surface.EMBEDDINGS,
                            TEXTS))
                    .contains("[1,64,-64,127]");
        }
    }

    @Test
    void rankingsAndModerationsAreAccepted() {
        try (MockProvider cohere = CohereMock.open(vertx);
                MockProvider mistral = MistralMock.open(vertx)) {
            assertThat(response(
                            cohere,
                            "/v2/rerank",
                            "cohere-rerank",
                            "rerank-v3.5",
                            Surface.RERANK,
                            "\"query\":\"q\",\"documents\":[\"a\",{\"text\":\"b\"}],\"return_documents\":true"))
                    .contains("\"document\":{\"text\":\"b\"}");
            assertThat(response(
                            mistral,
                            "/v1/moderations",
                            "mistral-moderations",
                            "mistral-moderation-latest",
                            Surface.MODERATIONS,
                            "\"input\":\"violence\",\"user\":\"u\""))
                    .contains("\"flagged\":true");
        }
    }

    @Test
    void imagesAreAccepted() {
        String members = "\"prompt\":\"a tram\",\"size\":\"1024x1024\",\"n\":1,\"background\":\"auto\"";
        try (MockProvider blackbox = BlackboxMock.open(vertx);
                MockProvider grok = GrokMock.open(vertx)) {
            String flux = "blackboxai/black-forest-labs/flux-pro";
            assertThat(response(blackbox, "/chat/completions", "blackbox-images", flux, Surface.IMAGES, members))
                    .contains("\"url\":\"http");
            assertThat(response(
                            grok,
                            "/v1/images/generations",
                            "xai-images",
                            "grok-imagine-image",
                            Surface.IMAGES,
                            members))
                    .contains("\"url\":\"http");
            assertThat(response(
                            grok,
                            "/v1/images/edits",
                            "xai-images",
                            "grok-imagine-image",
                            Surface.IMAGE_EDITS,
                            members + ",\"image\":\"https://a/b.png\""))
                    .contains("\"url\":\"http");
        }
    }

    @Test
    void videosAreAcceptedFromCreationToContent() throws Exception {
        String members = "\"prompt\":\"a tram\",\"seconds\":\"6\",\"size\":\"1280x720\"";
        try (MockProvider grok = GrokMock.open(vertx);
                MockProvider openRouter = OpenRouterMock.open(vertx)) {
            String made = response(
                    grok, "/v1/videos/generations", "xai-videos", "grok-imagine-video-1.5", Surface.VIDEOS, members);
            assertThat(poll(grok, "/v1/videos/", "xai-videos", made)).contains("\"in_progress\",\"progress\":50");
            assertThat(poll(grok, "/v1/videos/", "xai-videos", made)).contains("\"completed\"");
            String routed = response(
                    openRouter, "/api/v1/videos", "openrouter-videos", "google/veo-3", Surface.VIDEOS, members);
            assertThat(poll(openRouter, "/api/v1/videos/", "openrouter-videos", routed))
                    .contains("\"in_progress\"");
            assertThat(poll(openRouter, "/api/v1/videos/", "openrouter-videos", routed))
                    .contains("\"completed\"");
        }
    }

    private static String poll(MockProvider provider, String path, String format, String made) throws Exception {
        String id = Json.read(ByteSlice.of(made)).get("id").textValue();
        ProviderCodec codec = codecFor(format, VideoId.decode(id).request(Surface.VIDEO), "any");
        return send(provider, path + codec.id(), codec);
    }

    private static String response(
            MockProvider provider, String path, String format, String model, Surface surface, String members) {
        ClientRequest request = new RequestReader(surface, ByteSlice.of("{\"model\":\"c\"," + members + "}")).read();
        return send(provider, path, codecFor(format, request, model));
    }

    private static ProviderCodec codecFor(String format, ClientRequest request, String model) {
        UpstreamModel target =
                new UpstreamModel("p", UpstreamModels.variant("t"), model, null, Quirks.NONE, ModelFacts.UNKNOWN);
        return new MediaTranslatingCodec(MediaFormats.named(format), request, target);
    }

    private static String send(MockProvider provider, String path, ProviderCodec codec) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(provider.origin() + path))
                .timeout(Duration.ofSeconds(10))
                .header("content-type", "application/json")
                .header("authorization", "Bearer " + provider.key())
                .header("x-goog-api-key", provider.key())
                .method(
                        codec.method(),
                        HttpRequest.BodyPublishers.ofByteArray(
                                codec.body().joined().toBytes()))
                .build();
        HttpResponse<byte[]> response = CLIENT.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
                .join();
        ByteSlice body = ByteSlice.of(response.body());
        assertThat(codec.errorOf(response.statusCode(), body)).isNull();
        return codec.completeResponse(body).body().toText();
    }
}
