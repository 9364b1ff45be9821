package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.Quirks;
import dev.sluice.catalog.Quirks.StreamUsage;
import dev.sluice.config.Configs;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.model.Upload;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.media.Multipart;
import dev.sluice.protocol.multipart.MultipartScanner;
import dev.sluice.protocol.request.RequestRewriter;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.request.UpstreamUpload;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.ProviderCodec;
import dev.sluice.protocol.spi.QuirksStep;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Quirks have the same outcome in every format of providers, whether bytes pass or are encoded. */
class QuirksReachEveryTargetTest {

    private static final String FORM = "multipart/form-data; boundary=b";

    private static final String CHAT = "\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"?\"}],"
            + "\"temperature\":0.5,\"top_p\":0.25,\"safety_settings\":[{}]";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // type of provider | surface of the client | members of the target that are renamed and dropped
                "openai|CHAT_COMPLETIONS|temperature|top_p",
                "deepseek|CHAT_COMPLETIONS|temperature|top_p",
                "openai|MESSAGES|temperature|top_p",
                "anthropic|MESSAGES|temperature|top_p",
                "anthropic|CHAT_COMPLETIONS|temperature|top_p",
                "gemini|CHAT_COMPLETIONS|generationConfig|safetySettings",
                "cohere|CHAT_COMPLETIONS|temperature|p",
                "perplexity|CHAT_COMPLETIONS|temperature|top_p",
                "openai|RESPONSES|temperature|top_p",
                "anthropic|RESPONSES|temperature|top_p",
                "openai|EMBEDDINGS|encoding_format|dimensions",
                "cohere|EMBEDDINGS|embedding_types|output_dimension",
            })
    void renamesDropsAndDefaultsApplyToEveryTarget(String type, Surface surface, String renamed, String dropped) {
        String members = surface == Surface.EMBEDDINGS
                ? "\"model\":\"m\",\"input\":[\"?\"],\"encoding_format\":\"float\",\"dimensions\":256"
                : surface == Surface.RESPONSES
                        ? "\"model\":\"m\",\"input\":\"?\",\"temperature\":0.5,\"top_p\":0.25"
                        : CHAT + (surface == Surface.MESSAGES ? ",\"max_tokens\":9" : "");
        ClientRequest request = Protocols.read(surface, ByteSlice.of("{" + members + "}"));

        JsonNode plain =
                tree(Protocols.codecFor(request, provider(type, "{}"), "m", 0).body());
        assertThat(plain.has(renamed)).as("the target has %s", renamed).isTrue();
        assertThat(plain.has(dropped)).as("the target has %s", dropped).isTrue();

        UpstreamBody body = Protocols.codecFor(
                        request,
                        provider(
                                type,
                                "{ rename: { " + renamed + ": renamed }, drop: [" + dropped
                                        + "], defaults: { added: \"[1]\", " + dropped + ": \"2\" } }"),
                        "m",
                        0)
                .body();

        JsonNode sent = tree(body);
        assertThat(sent.get("renamed")).isEqualTo(plain.get(renamed));
        assertThat(sent.has(renamed)).isFalse();
        assertThat(sent.get("added")).isEqualTo(Json.readOrNull("[1]"));
        assertThat(sent.has(dropped)).as("dropped, so its default is not added").isFalse();
        assertThat(body.dropped()).contains(renamed + "->renamed", dropped);
    }

    @ParameterizedTest
    @CsvSource({
        "openai,CHAT_COMPLETIONS",
        "openai,MESSAGES",
        "anthropic,MESSAGES",
        "anthropic,CHAT_COMPLETIONS",
        "perplexity,CHAT_COMPLETIONS"
    })
    void existingMemberIsKeptAndTheRenamedOneIsDropped(String type, Surface surface) {
        ClientRequest request = Protocols.read(surface, ByteSlice.of("{" + CHAT + ",\"max_tokens\":99}"));

        UpstreamBody body = Protocols.codecFor(request, provider(type, "{ rename: { temperature: top_p } }"), "m", 0)
                .body();

        assertThat(tree(body).path("top_p").doubleValue()).isEqualTo(0.25);
        assertThat(tree(body).has("temperature")).isFalse();
        assertThat(body.dropped()).contains("temperature").doesNotContain("temperature->top_p");
    }

    private static final String FILE_PART = "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n"
            + "content-type: audio/wav\r\n\r\n" + "RIFF--b".repeat(2_000) + "\r\n";

    private static String part(String name, String value) {
        return "--b\r\nContent-Disposition: form-data; name=" + name + "\r\n\r\n" + value + "\r\n";
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void partsOfFormsAreRenamedDroppedAndAddedAlsoAfterAFile(boolean inMemory) {
        String form = part("prompt", "?")
                + FILE_PART
                + part("\"model\"", "alias")
                + part("\"kinds[]\"", "word")
                + part("kinds[]", "segment")
                + part("language", "en")
                + "--b--\r\n";
        ProviderSettings provider = provider(
                "openai",
                "{ rename: { kinds: granularities, prompt: hint }, drop: [language],"
                        + " defaults: { format: '\"json\"', n: '2', include: '[\"a\",\"b\"]', language: '\"de\"' } }");

        Sent sent = inMemory ? inMemory(form, provider) : fromFile(form, provider);

        assertThat(sent.form)
                .isEqualTo("--b\r\ncontent-disposition: form-data; name=\"format\"\r\n\r\njson\r\n"
                        + "--b\r\ncontent-disposition: form-data; name=\"n\"\r\n\r\n2\r\n"
                        + "--b\r\ncontent-disposition: form-data; name=\"include[]\"\r\n\r\na\r\n"
                        + "--b\r\ncontent-disposition: form-data; name=\"include[]\"\r\n\r\nb\r\n"
                        + part("\"hint\"", "?")
                        + FILE_PART
                        + part("\"model\"", "m")
                        + part("\"granularities[]\"", "word")
                        + part("\"granularities[]\"", "segment")
                        + "--b--\r\n");
        assertThat(sent.dropped).containsExactlyInAnyOrder("prompt->hint", "kinds->granularities", "language");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onlyTheModelOfAFormChangesWithoutQuirks(boolean inMemory) {
        String form = FILE_PART + part("model", "alias") + part("language", "en") + "--b--\r\n";
        ProviderSettings provider = provider("openai", "{}");

        Sent sent = inMemory ? inMemory(form, provider) : fromFile(form, provider);

        assertThat(sent.form).isEqualTo(form.replace("alias", "m"));
        assertThat(sent.dropped).isEmpty();
    }

    @Test
    void filesOfFormsAreParametersToo() {
        String form = FILE_PART + part("model", "alias") + "--b--\r\n";

        assertThat(fromFile(form, provider("openai", "{ rename: { file: audio } }")).form)
                .isEqualTo(form.replace("name=\"file\"", "name=\"audio\"").replace("alias", "m"));
        assertThat(fromFile(form, provider("openai", "{ drop: [file] }")).form)
                .isEqualTo(part("model", "m") + "--b--\r\n");
    }

    /** A form as the provider receives it. */
    private record Sent(String form, List<String> dropped) {}

    private static Sent inMemory(String form, ProviderSettings provider) {
        ClientRequest request = Multipart.read(Surface.IMAGE_EDITS, ByteSlice.of(form), FORM);
        UpstreamBody body = Protocols.codecFor(request, provider, "m", 0).body();
        return new Sent(body.joined().toText(), body.dropped());
    }

    private static Sent fromFile(String form, ProviderSettings provider) {
        MultipartScanner scanner = Multipart.scanner(FORM);
        scanner.feed(ByteSlice.of(form));
        scanner.finish();
        Upload received = new Upload(Path.of("form"), form.length(), scanner.parts(), scanner.values());
        ProviderCodec codec = Protocols.codecFor(
                ClientRequest.form(Surface.TRANSCRIPTIONS, "alias", FORM, received), provider, "m", 0);
        List<ByteSlice> sent =
                UpstreamUpload.replace(ByteSlice.of(form), codec.upload().replacements());
        String text = new UpstreamBody(sent, List.of()).joined().toText();
        assertThat(codec.upload().length()).as("content-length").isEqualTo(text.length());
        return new Sent(text, codec.body().dropped());
    }

    @Property(tries = 500)
    void passedBytesAndEncodedTreesAgree(
            @ForAll("bodies") Map<String, String> members, @ForAll("someQuirks") Quirks quirks) {
        StringBuilder text = new StringBuilder("{\"model\":\"m\",\"messages\":[{}]");
        members.forEach(
                (name, value) -> text.append(",\"").append(name).append("\":").append(value));
        ByteSlice body = ByteSlice.of(text.append('}').toString());
        ObjectNode written = (ObjectNode) Json.readOrNull(body.toText());
        DroppedParameters dropped = new DroppedParameters();

        QuirksStep.apply(quirks, written, dropped);
        UpstreamBody passed = new RequestRewriter(Protocols.read(Surface.CHAT_COMPLETIONS, body), "m", quirks).encode();

        assertThat(tree(passed)).isEqualTo(written);
        assertThat(passed.dropped()).containsExactlyInAnyOrderElementsOf(dropped.list());
    }

    @Provide
    Arbitrary<Map<String, String>> bodies() {
        return Arbitraries.maps(Arbitraries.of("a", "b", "c", "d", "x"), Arbitraries.of("1", "null", "[2]"));
    }

    @Provide
    Arbitrary<Quirks> someQuirks() {
        Arbitrary<Map<String, String>> renames =
                Arbitraries.maps(Arbitraries.of("a", "b", "c", "d"), Arbitraries.of("a", "b", "c", "x", "y"));
        Arbitrary<List<String>> drops = Arbitraries.of("a", "c", "x").list().ofMaxSize(2);
        Arbitrary<Map<String, String>> defaults =
                Arbitraries.maps(Arbitraries.of("a", "b", "x", "z"), Arbitraries.of("7", "\"eight\""));
        return Combinators.combine(renames, drops, defaults)
                .as((rename, drop, more) -> new Quirks(rename, drop, more, StreamUsage.ALWAYS, false));
    }

    private static ProviderSettings provider(String type, String quirks) {
        String stanza = "{ type: " + type + ", api_keys: [{ key: k }], quirks: " + quirks + " }";
        return ProviderSettings.of(
                "p",
                Configs.accepted("providers: { p: " + stanza + " }", Map.of())
                        .config()
                        .providers()
                        .get("p"));
    }

    private static JsonNode tree(UpstreamBody body) {
        return Json.readOrNull(body.joined().toText());
    }
}
