package dev.sluice.protocol;

import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.PathModel;
import dev.sluice.protocol.spi.ClientProtocol;
import dev.sluice.protocol.spi.ProviderProtocol;
import dev.sluice.protocol.spi.UpstreamModel;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/** One folder of {@link TranslationFixtures}. */
record TranslationCase(Path folder, String defaultProvider, Properties facts) {

    /** If set, expected files are written instead of compared. Read them before you commit them. */
    private static final boolean WRITES = Boolean.getBoolean("sluice.fixtures.write");

    private static final Map<String, String> EXPECTED = Map.of(
            "request.json", "upstream-request.json", "upstream.json", "response.json", "upstream.sse", "response.sse");

    static TranslationCase load(Path folder, String defaultProvider) {
        Properties facts = new Properties();
        Path file = folder.resolve("case.properties");
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                facts.load(reader);
            } catch (IOException e) {
                throw new AssertionError(folder.toString(), e);
            }
        }
        return new TranslationCase(folder, defaultProvider, facts);
    }

    boolean has(String file) {
        return Files.exists(folder.resolve(file));
    }

    boolean has(String input, String expected) {
        return has(input) && (has(expected) || WRITES);
    }

    /** The expected files that should be there and are not. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        EXPECTED.forEach((input, expected) -> {
            boolean refused = facts.containsKey(input.equals("request.json") ? "refused" : "refusal");
            if (has(input) && !has(expected) && !(refused && !input.equals("upstream.sse"))) {
                missing.add(expected);
            }
        });
        missing.removeAll(list("without"));
        return missing;
    }

    String text(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException e) {
            throw new AssertionError(folder.toString(), e);
        }
    }

    /** The JSON of a file without white space between its members. */
    String compact(String file) {
        return Json.text(Json.readOrNull(text(file)));
    }

    /** The expected text; when writing, the actual one after it was written. */
    String expectedJson(String file, ByteSlice actual) {
        if (WRITES) {
            write(file, Json.readOrNull(actual.toText()).toPrettyString() + "\n");
        }
        return compact(file);
    }

    String expectedText(String file, String actual) {
        if (WRITES) {
            write(file, actual);
        }
        return text(file);
    }

    ClientProtocol client() {
        String name = facts.getProperty("client", "openai-chat");
        for (Surface surface : Surface.values()) {
            ClientProtocol protocol = Protocols.of(surface);
            if (protocol != null && protocol.name().equals(name)) {
                return protocol;
            }
        }
        throw new AssertionError(folder + ": no client speaks " + name);
    }

    ProviderProtocol provider() {
        return Protocols.named(facts.getProperty("provider", defaultProvider));
    }

    UpstreamModel target() {
        Set<Trait> traits = EnumSet.noneOf(Trait.class);
        list("traits").forEach(trait -> traits.add(Trait.valueOf(trait)));
        ModelFacts known = new ModelFacts(number("contextTokens"), number("maxOutputTokens"), Set.copyOf(traits));
        return new UpstreamModel(
                facts.getProperty("name", "somewhere"),
                UpstreamModels.variant(facts.getProperty("type", "openai_compatible")),
                facts.getProperty("model", "some-model"),
                facts.getProperty("apiVersion"),
                quirks(),
                known);
    }

    ClientRequest clientRequest() {
        return read(client(), text("request.json"));
    }

    /** The request of a client; a model that its format has in the path is {@code m}, and the response is streamed. */
    static ClientRequest read(ClientProtocol client, String body) {
        return client.surface().modelInPath()
                ? Protocols.read(new PathModel(client.surface(), "m", true), ByteSlice.of(body))
                : Protocols.read(client.surface(), ByteSlice.of(body));
    }

    String end() {
        return facts.getProperty("end", "complete");
    }

    /** In the order of {@link Usage}'s members; what is left out at the end is 0, or no cost. */
    Usage usage() {
        if (!facts.containsKey("usage")) {
            return Usage.UNKNOWN;
        }
        long[] counts = {0, 0, 0, 0, 0, Usage.NO_COST};
        List<String> given = list("usage");
        for (int i = 0; i < given.size(); i++) {
            counts[i] = Long.parseLong(given.get(i));
        }
        return new Usage(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], true);
    }

    List<String> list(String key) {
        String value = facts.getProperty(key, "");
        return value.isEmpty() ? List.of() : Arrays.asList(value.split(","));
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }

    private Quirks quirks() {
        return new Quirks(
                map("rename."),
                list("drop"),
                map("defaults."),
                Quirks.StreamUsage.valueOf(facts.getProperty("streamUsage", "ASK")),
                Boolean.parseBoolean(facts.getProperty("reasoningOutside")));
    }

    private long number(String key) {
        return Long.parseLong(facts.getProperty(key, "0"));
    }

    private Map<String, String> map(String prefix) {
        Map<String, String> map = new TreeMap<>();
        facts.stringPropertyNames().stream()
                .filter(key -> key.startsWith(prefix))
                .forEach(key -> map.put(key.substring(prefix.length()), facts.getProperty(key)));
        return map;
    }

    private void write(String file, String text) {
        try {
            Files.writeString(folder.resolve(file), text);
        } catch (IOException e) {
            throw new AssertionError(folder.toString(), e);
        }
    }
}
