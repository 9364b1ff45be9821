package dev.sluice.protocol.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ProviderCatalog;
import dev.sluice.catalog.ProviderType;
import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import dev.sluice.model.UsageDetails;
import dev.sluice.protocol.UpstreamModels;
import dev.sluice.protocol.request.RequestReader;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.spi.ProviderCodec;
import dev.sluice.protocol.spi.UpstreamModel;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Golden exchanges, a folder each: {@code request.json} becomes {@code upstream-request.json}, {@code upstream.json}
 * becomes {@code response.json}, by the format and with the outcome in {@code case.properties}.
 */
class MediaFixturesTest {

    private static final Path ROOT = Path.of("src/test/resources/fixtures/media");

    /** A missing folder must fail the test. */
    private static final List<String> CASES = List.of(
            "embeddings-cohere",
            "embeddings-cohere-base64",
            "embeddings-gemini",
            "embeddings-mistral",
            "embeddings-openai",
            "embeddings-perplexity",
            "image_edits-grok",
            "images-blackbox",
            "images-grok",
            "images-openai",
            "images-openrouter",
            "moderations-mistral",
            "moderations-openai",
            "rerank-cohere",
            "rerank-vllm",
            "speech-openai",
            "video-grok",
            "video-grok-failed",
            "video-grok-pending",
            "video-openrouter",
            "video-openrouter-expired",
            "video_content-grok",
            "video_content-openrouter",
            "videos-blackbox",
            "videos-compatible",
            "videos-grok",
            "videos-openrouter");

    @Test
    void everyFolderIsACaseAndEveryCaseAFolder() throws IOException {
        try (Stream<Path> folders = Files.list(ROOT)) {
            assertThat(folders.map(folder -> folder.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(CASES);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void requestsAreEncodedForTheProvider(Fixture fixture) {
        ProviderCodec codec = fixture.codec();

        UpstreamBody upstream = codec.body();

        assertThat(upstream.joined().toText()).isEqualTo(fixture.text("upstream-request.json"));
        assertThat(upstream.dropped()).isEqualTo(fixture.list("dropped"));
        assertThat(codec.id()).isEqualTo(fixture.facts().getProperty("id", ""));
        assertThat(codec.method()).isEqualTo(fixture.facts().containsKey("id") ? "GET" : "POST");
        assertThat(codec.path()).isEqualTo(fixture.surface().label());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void responsesAreDecodedForTheClient(Fixture fixture) {
        ByteSlice response = ByteSlice.of(fixture.text("upstream.json"));

        assertThat(fixture.codec().errorOf(200, response)).isNull();
        ProviderCodec.CompleteResponse whole = fixture.codec().completeResponse(response);

        assertThat(whole.body().toText()).isEqualTo(fixture.text("response.json"));
        assertThat(whole.usage().withDetails(UsageDetails.NONE)).isEqualTo(fixture.usage());
        assertThat(whole.location()).isEqualTo(fixture.facts().getProperty("location"));
    }

    static Stream<Fixture> cases() {
        return CASES.stream().map(Fixture::load);
    }

    record Fixture(String name, Properties facts) {

        static Fixture load(String name) {
            Properties facts = new Properties();
            try (Reader reader = Files.newBufferedReader(ROOT.resolve(name).resolve("case.properties"))) {
                facts.load(reader);
            } catch (IOException e) {
                throw new AssertionError(name, e);
            }
            return new Fixture(name, facts);
        }

        String text(String file) {
            try {
                return Files.readString(ROOT.resolve(name).resolve(file));
            } catch (IOException e) {
                throw new AssertionError(name, e);
            }
        }

        Surface surface() {
            return Surface.valueOf(facts.getProperty("surface"));
        }

        ProviderCodec codec() {
            ClientRequest request = new RequestReader(surface(), ByteSlice.of(text("request.json"))).read();
            ProviderType type = ProviderCatalog.builtIn().type(facts.getProperty("type"));
            UpstreamModel target = new UpstreamModel(
                    "p",
                    UpstreamModels.variant("openai_compatible"),
                    facts.getProperty("model"),
                    null,
                    type == null ? Quirks.NONE : type.quirks(),
                    ModelFacts.UNKNOWN);
            String format = facts.getProperty("format");
            return format == null
                    ? new MediaPassThroughCodec(request, target)
                    : new MediaTranslatingCodec(MediaFormats.named(format), request, target);
        }

        /** Prompt, completion, cached, nano-dollars. */
        Usage usage() {
            if (!facts.containsKey("usage")) {
                return Usage.UNKNOWN;
            }
            long[] counts = list("usage").stream().mapToLong(Long::parseLong).toArray();
            return new Usage(counts[0], counts[1], counts[2], 0, 0, counts[3], true);
        }

        List<String> list(String key) {
            String value = facts.getProperty(key, "");
            return value.isEmpty() ? List.of() : Arrays.asList(value.split(","));
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
