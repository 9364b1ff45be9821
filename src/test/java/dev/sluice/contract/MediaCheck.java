package dev.sluice.contract;

import com.openai.client.OpenAIClient;
import com.openai.core.MultipartField;
import com.openai.core.http.HttpResponse;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.audio.speech.SpeechCreateParams;
import com.openai.models.audio.transcriptions.TranscriptionCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.files.FileContentParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import com.openai.models.images.Image;
import com.openai.models.images.ImageEditParams;
import com.openai.models.images.ImageGenerateParams;
import com.openai.models.moderations.ModerationCreateParams;
import com.openai.models.videos.Video;
import com.openai.models.videos.VideoCreateParams;
import dev.sluice.contract.Cell.Outcome;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * Requests media endpoints by openai-java; rankings, which it does not support, as plain JSON. Results that are not
 * text are compared where they mean the same everywhere: usage and categories differ by provider.
 */
final class MediaCheck {

    private static final String UNSUPPORTED = "unsupported_by_provider";

    private final ContractFixture fixture;
    private final OpenAIClient client;
    private final ProviderRow row;
    private final MediaFeature media;
    private final String model;

    MediaCheck(ContractFixture fixture, ProviderRow row, MediaFeature media) {
        this.fixture = fixture;
        this.client = fixture.openai();
        this.row = row;
        this.media = media;
        this.model = row.model(media);
    }

    /** A provider that has no model for it is asked all the same: it must be said that it is not offered. */
    Cell run() {
        String asked = model == null ? row.model(Feature.TEXT) : model;
        try {
            return came(asked) ? Cell.of(Outcome.OK) : Cell.failed(media + " of " + asked + " came to nothing");
        } catch (OpenAIServiceException refused) {
            boolean said = refused.code().orElse("").equals(UNSUPPORTED);
            if (said && refused.statusCode() == 400) {
                return Cell.of(model == null ? Outcome.ABSENT : Outcome.REFUSED);
            }
            return Cell.failed(media + " of " + asked + ": " + refused.statusCode() + " " + refused.body());
        } catch (RuntimeException failed) {
            return Cell.failed(media + " of " + asked + ": " + failed);
        }
    }

    private boolean came(String asked) {
        return switch (media) {
            case EMBEDDINGS -> embedded(asked);
            case RERANK -> ranked(asked);
            case MODERATIONS ->
                client.moderations()
                        .create(ModerationCreateParams.builder()
                                .model(asked)
                                .input("violence")
                                .build())
                        .results()
                        .get(0)
                        .flagged();
            case IMAGES ->
                drawn(client.images()
                        .generate(ImageGenerateParams.builder()
                                .model(asked)
                                .prompt("a tram")
                                .build())
                        .data()
                        .orElse(List.of()));
            case IMAGE_EDITS ->
                drawn(client.images()
                        .edit(ImageEditParams.builder()
                                .model(asked)
                                .prompt("a tram")
                                .image(MultipartField.<ImageEditParams.Image>builder()
                                        .value(ImageEditParams.Image.ofInputStream(
                                                new ByteArrayInputStream(new byte[] {1, 2, 3})))
                                        .filename("tram.png")
                                        .contentType("image/png")
                                        .build())
                                .build())
                        .data()
                        .orElse(List.of()));
            case SPEECH -> spoken(asked);
            case TRANSCRIPTIONS -> heard(asked);
            case VIDEOS -> filmed(asked);
            case FILES -> kept();
        };
    }

    private boolean embedded(String asked) {
        var vectors = client.embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model(asked)
                        .inputOfArrayOfStrings(List.of("a", "b"))
                        .build())
                .data();
        return vectors.size() == 2
                && vectors.get(1).index() == 1
                && !vectors.get(1).embedding().isEmpty();
    }

    private boolean ranked(String asked) {
        String body = new JsonObject()
                .put("model", asked)
                .put("query", "q")
                .put("documents", List.of("a", "b"))
                .encode();
        var response = fixture.sluice().chat().post("/rerank", body);
        JsonObject json = new JsonObject(response.body());
        if (response.statusCode() != 200) {
            throw com.openai.errors.BadRequestException.builder()
                    .headers(com.openai.core.http.Headers.builder().build())
                    .error(com.openai.models.ErrorObject.builder()
                            .code(json.getJsonObject("error").getString("code"))
                            .message(json.getJsonObject("error").getString("message"))
                            .param(java.util.Optional.empty())
                            .type("")
                            .build())
                    .build();
        }
        return json.getJsonArray("results").size() == 2
                && json.getJsonArray("results").getJsonObject(0).getNumber("relevance_score") != null;
    }

    private static boolean drawn(List<Image> images) {
        return images.size() == 1
                && (images.get(0).url().isPresent() || images.get(0).b64Json().isPresent());
    }

    private boolean spoken(String asked) {
        try (HttpResponse sound = client.audio()
                .speech()
                .create(SpeechCreateParams.builder()
                        .model(asked)
                        .input("hi")
                        .voice("alloy")
                        .build())) {
            return !bytes(sound).isEmpty();
        }
    }

    private boolean heard(String asked) {
        return client.audio()
                .transcriptions()
                .create(TranscriptionCreateParams.builder()
                        .model(asked)
                        .file(MultipartField.<InputStream>builder()
                                .value(new ByteArrayInputStream(new byte[2_000]))
                                .filename("a.mp3")
                                .contentType("audio/mpeg")
                                .build())
                        .build())
                .validate()
                .asTranscription()
                .text()
                .equals("heard 2000 bytes");
    }

    /** From its making to its content, which may be said to be elsewhere. */
    @SuppressWarnings("deprecation") // OpenAI took its own videos away; the format lives on for others
    private boolean filmed(String asked) {
        Video made = client.videos()
                .create(VideoCreateParams.builder()
                        .model(asked)
                        .prompt("a tram")
                        .build());
        Video done = Awaitility.await()
                .until(
                        () -> client.videos().retrieve(made.id()),
                        video -> video.status().equals(Video.Status.COMPLETED));
        var content = fixture.sluice().chat().get("/videos/" + done.id() + "/content");
        return done.id().equals(made.id())
                && (content.statusCode() == 200 && !content.body().isEmpty()
                        || content.statusCode() == 302
                                && content.headers().firstValue("location").isPresent());
    }

    private boolean kept() {
        FileObject file = client.files()
                .create(FileCreateParams.builder()
                        .file(MultipartField.<InputStream>builder()
                                .value(new ByteArrayInputStream(new byte[] {'{', '}', '\n'}))
                                .filename("batch.jsonl")
                                .build())
                        .purpose(FilePurpose.BATCH)
                        .putAdditionalHeader("x-sluice-provider", row.name())
                        .build())
                .validate();
        FileContentParams content = FileContentParams.builder()
                .fileId(file.id())
                .putAdditionalHeader("x-sluice-provider", row.name())
                .build();
        try (HttpResponse response = client.files().content(content)) {
            return bytes(response).equals("{}\n");
        }
    }

    private static String bytes(HttpResponse response) {
        try {
            return new String(response.body().readAllBytes(), java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
