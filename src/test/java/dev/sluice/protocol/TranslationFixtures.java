package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.UsageDetails;
import dev.sluice.protocol.codec.TranslatingCodec;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.spi.ClientProtocol;
import dev.sluice.protocol.spi.ProviderCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Golden translations between any client's format and any provider's, a folder each under
 * {@code fixtures/<folder>/<case>}. A test class names its folder and its cases; a case holds some of
 *
 * <ul>
 *   <li>{@code request.json}, from the client, and {@code upstream-request.json}, for the provider: compared with the
 *       order of its members, without white space. Instead, the properties may have {@code refused}: kind and param of
 *       the error, such as {@code UNSUPPORTED,messages[0].content}
 *   <li>{@code upstream.json}, from the provider, and {@code response.json}, for the client; or, under the key
 *       {@code refusal}, the {@code status} and the kind of the error, such as {@code 200,UPSTREAM}
 *   <li>{@code upstream.sse}, from the provider, and {@code response.sse}, for the client: replayed split at every
 *       byte, in one piece and byte by byte, with each kind of line end
 *   <li>{@code upstream.json} and {@code upstream.sse} of the same response: {@link StreamEqualsWhole}, unless
 *       {@code streamDiffers=true}
 *   <li>{@code case.properties}: {@code client} (a protocol's name, default {@code openai-chat}), {@code provider} (a
 *       protocol's name, default the folder's), {@code name}, {@code type}, {@code model}, {@code apiVersion}, quirks
 *       ({@code rename.x}, {@code drop}, {@code defaults.x}, {@code streamUsage}, {@code reasoningOutside}),
 *       {@code traits}, {@code contextTokens}, {@code maxOutputTokens}; and what to expect: {@code receipts},
 *       {@code path}, {@code headers}, {@code usage} (in the order of Usage's members), {@code end} (kind of the error
 *       that ends the stream, default {@code complete}), {@code without} (expected files that are left out on purpose)
 * </ul>
 *
 * A response without {@code request.json} is encoded for a client with a minimal request, streamed with usage.
 * {@code -Dsluice.fixtures.write=true} writes the expected files of what runs; read them before committing.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class TranslationFixtures {

    private static final Set<String> FILES = Set.of(
            "case.properties",
            "request.json",
            "upstream-request.json",
            "upstream.json",
            "response.json",
            "upstream.sse",
            "response.sse");

    private static final Path ROOT = Path.of("src/test/resources/fixtures");

    private final String name;
    private final List<String> cases;

    /** @param folder also the default provider's protocol, up to a {@code +} */
    protected TranslationFixtures(String folder, String... cases) {
        this.name = folder;
        this.cases = List.of(cases);
    }

    Stream<TranslationCase> cases() {
        return cases.stream().map(this::load);
    }

    private TranslationCase load(String each) {
        return TranslationCase.load(ROOT.resolve(name).resolve(each), name.replaceFirst("\\+.*", ""));
    }

    /** A missing folder or a misspelled file must fail the test. */
    @Test
    void everyFolderIsACaseAndEveryFileIsRead() throws IOException {
        try (Stream<Path> folders = Files.list(ROOT.resolve(name))) {
            assertThat(folders.map(folder -> folder.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(cases);
        }
        for (String each : cases) {
            try (Stream<Path> files = Files.list(ROOT.resolve(name).resolve(each))) {
                assertThat(files.map(file -> file.getFileName().toString()).toList())
                        .as(each)
                        .isSubsetOf(FILES)
                        .hasSizeGreaterThan(1);
            }
        }
    }

    /** An input without an expected output would pass with any result. */
    @ParameterizedTest
    @MethodSource("cases")
    void everyInputHasAnExpectedOutput(TranslationCase fixture) {
        assertThat(fixture.missing())
                .as("expected files, or \"without\" in the properties")
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theRequestIsWrittenInTheProvidersFormat(TranslationCase fixture) {
        if (!fixture.has("request.json")) {
            return;
        }
        List<String> refused = fixture.list("refused");
        if (!refused.isEmpty()) {
            GatewayError error = catchThrowableOfType(
                            GatewayException.class, () -> codecFor(fixture).body())
                    .error();
            assertThat(error.kind().name()).isEqualTo(refused.get(0));
            assertThat(error.param()).isEqualTo(refused.get(1));
            assertThat(error.message()).contains(refused.get(1));
            return;
        }
        if (!fixture.has("request.json", "upstream-request.json")) {
            return;
        }
        ProviderCodec codec = codecFor(fixture);

        UpstreamBody upstream = codec.body();

        assertThat(upstream.joined().toText())
                .isEqualTo(fixture.expectedJson("upstream-request.json", upstream.joined()));
        assertThat(upstream.dropped()).isEqualTo(fixture.list("receipts"));
        if (fixture.facts().containsKey("path")) {
            assertThat(codec.path()).isEqualTo(fixture.facts().getProperty("path"));
        }
        if (fixture.facts().containsKey("headers")) {
            assertThat(codec.headers()).isEqualTo(fixture.list("headers"));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theWholeResponseIsWrittenInTheClientsFormat(TranslationCase fixture) {
        if (!fixture.has("upstream.json")) {
            return;
        }
        ByteSlice upstream = ByteSlice.of(fixture.text("upstream.json"));
        List<String> refusal = fixture.list("refusal");
        if (!refusal.isEmpty()) {
            assertThat(codecFor(fixture)
                            .errorOf(Integer.parseInt(refusal.get(0)), upstream)
                            .kind()
                            .name())
                    .isEqualTo(refusal.get(1));
            return;
        }
        assertThat(codecFor(fixture).errorOf(200, upstream)).isNull();
        if (!fixture.has("upstream.json", "response.json")) {
            return;
        }

        ProviderCodec.CompleteResponse whole = codecFor(fixture).completeResponse(upstream);

        assertThat(whole.body().toText()).isEqualTo(fixture.expectedJson("response.json", whole.body()));
        assertThat(whole.usage().withDetails(UsageDetails.NONE)).isEqualTo(fixture.usage());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theEncodedStreamDoesNotDependOnFragmentation(TranslationCase fixture) {
        if (!fixture.has("upstream.sse", "response.sse")) {
            return;
        }
        for (String lineEnd : List.of("\n", "\r\n", "\r")) {
            byte[] stream = fixture.text("upstream.sse").replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8);

            Replay whole = Replay.of(codecFor(fixture).reader(), stream);

            assertThat(whole.output()).isEqualTo(fixture.expectedText("response.sse", whole.output()));
            assertThat(whole.usage().withDetails(UsageDetails.NONE)).isEqualTo(fixture.usage());
            assertThat(whole.complete() ? "complete" : whole.error().kind().name())
                    .isEqualTo(fixture.end());
            assertThat(Replay.byteByByte(codecFor(fixture).reader(), stream)).isEqualTo(whole);
            for (int cut = 0; cut <= stream.length; cut++) {
                assertThat(Replay.of(codecFor(fixture).reader(), stream, cut)).isEqualTo(whole);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theStreamEqualsTheWholeResponse(TranslationCase fixture) {
        if (fixture.has("upstream.json")
                && fixture.has("upstream.sse")
                && fixture.end().equals("complete")
                && !fixture.facts().containsKey("refusal")
                && !fixture.facts().containsKey("streamDiffers")) {
            StreamEqualsWhole.check(
                    fixture.provider(),
                    fixture.target(),
                    ByteSlice.of(fixture.text("upstream.json")),
                    ByteSlice.of(fixture.text("upstream.sse")));
        }
    }

    private static ProviderCodec codecFor(TranslationCase fixture) {
        ClientProtocol client = fixture.client();
        String request =
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"?\"}],\"prompt\":\"?\",\"input\":\"?\","
                    + "\"contents\":[{\"parts\":[{\"text\":\"?\"}]}],"
                    + "\"max_tokens\":99,\"stream\":true,\"stream_options\":{\"include_usage\":true}}";
        return new TranslatingCodec(
                client,
                fixture.provider(),
                fixture.has("request.json") ? fixture.clientRequest() : TranslationCase.read(client, request),
                fixture.target(),
                new TranslatingCodec.Identity(0, null));
    }
}
