package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.spi.Protocol;
import dev.sluice.protocol.spi.StreamReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Golden transcripts, a folder each: {@code request.json} becomes {@code upstream-request.json}, {@code upstream.sse}
 * becomes {@code response.sse}, under the quirks and with the outcome in {@code case.properties}.
 */
class OpenAiChatFixturesTest {

    private static final Path ROOT = Path.of("src/test/resources/fixtures/openai-chat");

    /** A missing folder must fail the test. */
    private static final List<String> CASES = List.of(
            "azure-empty-first-chunk",
            "blackbox-none",
            "completions",
            "cut-stream",
            "deepseek-keep-alive",
            "groq-x-groq-error",
            "groq-x-groq-usage",
            "marker-owed",
            "mistral-usage-on-last-chunk",
            "no-blank-line-at-end",
            "openai-error-event",
            "openrouter-comments",
            "openrouter-error-chunk",
            "tool-call-usage-asked",
            "tool-call-usage-hidden",
            "xai-reasoning-outside");

    private final Protocol protocol = (Protocol) Protocols.of(Surface.CHAT_COMPLETIONS);

    @Test
    void everyFolderIsACaseAndEveryCaseAFolder() throws IOException {
        try (Stream<Path> folders = Files.list(ROOT)) {
            assertThat(folders.map(folder -> folder.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(CASES);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theUpstreamBodyHasOnlyTheRequiredChanges(Fixture fixture) {
        UpstreamBody upstream = protocol.forward(fixture.request(), fixture.model(), fixture.quirks());

        assertThat(upstream.joined().toText()).isEqualTo(fixture.text("upstream-request.json"));
        assertThat(upstream.joined().length()).isEqualTo(upstream.length());
        assertThat(upstream.dropped()).isEqualTo(fixture.list("dropped"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theForwardedStreamDoesNotDependOnFragmentation(Fixture fixture) {
        for (String lineEnd : List.of("\n", "\r\n", "\r")) {
            byte[] stream = fixture.text("upstream.sse").replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8);

            Replay whole = Replay.of(reader(fixture), stream);

            assertThat(whole.output().replace("\r\n", "\n").replace('\r', '\n'))
                    .isEqualTo(fixture.text("response.sse"));
            assertThat(whole.usage().withoutCost()).isEqualTo(fixture.usage());
            assertThat(whole.complete()).isEqualTo(whole.error() == null);
            assertThat(whole.complete() ? "complete" : whole.error().kind().name())
                    .isEqualTo(fixture.end());
            assertThat(Replay.byteByByte(reader(fixture), stream)).isEqualTo(whole);
            for (int cut = 0; cut <= stream.length; cut++) {
                assertThat(Replay.of(reader(fixture), stream, cut)).isEqualTo(whole);
            }
        }
    }

    private StreamReader reader(Fixture fixture) {
        return protocol.reader(fixture.request(), fixture.quirks());
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

        String model() {
            return facts.getProperty("model");
        }

        String end() {
            return facts.getProperty("end", "complete");
        }

        ClientRequest request() {
            Surface surface = Surface.valueOf(facts.getProperty("surface", "CHAT_COMPLETIONS"));
            return Protocols.read(surface, ByteSlice.of(text("request.json")));
        }

        Quirks quirks() {
            return new Quirks(
                    map("rename."),
                    list("drop"),
                    map("defaults."),
                    Quirks.StreamUsage.valueOf(facts.getProperty("streamUsage", "ASK")),
                    Boolean.parseBoolean(facts.getProperty("reasoningOutside")));
        }

        Usage usage() {
            if (!facts.containsKey("usage")) {
                return Usage.UNKNOWN;
            }
            long[] counts = list("usage").stream().mapToLong(Long::parseLong).toArray();
            return new Usage(counts[0], counts[1], counts[2], counts[3], true);
        }

        List<String> list(String key) {
            String value = facts.getProperty(key, "");
            return value.isEmpty() ? List.of() : new ArrayList<>(Arrays.asList(value.split(",")));
        }

        @Override
        public String toString() {
            return name;
        }

        private Map<String, String> map(String prefix) {
            Map<String, String> map = new TreeMap<>();
            facts.stringPropertyNames().stream()
                    .filter(key -> key.startsWith(prefix))
                    .forEach(key -> map.put(key.substring(prefix.length()), facts.getProperty(key)));
            return map;
        }
    }
}
