package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ProviderCatalog;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.model.chat.ChatParameter;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.ClientProtocol;
import dev.sluice.protocol.spi.DroppedParameters;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every parameter is sent upstream, reported as dropped, or refused, in every format of providers. */
class UnsupportedParametersAreReportedTest {

    /** Values that no provider has as a default. */
    private static final Map<String, String> VALUES = new TreeMap<>(Map.ofEntries(
            Map.entry(ChatParameter.MAX_TOKENS, "4321"),
            Map.entry(ChatParameter.TEMPERATURE, "0.4321"),
            Map.entry(ChatParameter.TOP_P, "0.4321"),
            Map.entry(ChatParameter.TOP_K, "43"),
            Map.entry(ChatParameter.STOP, "[\"stop-4321\"]"),
            Map.entry(ChatParameter.SEED, "4321"),
            Map.entry(ChatParameter.N, "3"),
            Map.entry(ChatParameter.FREQUENCY_PENALTY, "0.4321"),
            Map.entry(ChatParameter.PRESENCE_PENALTY, "0.4321"),
            Map.entry(ChatParameter.LOGIT_BIAS, "{\"4321\":5}"),
            Map.entry(ChatParameter.LOGPROBS, "true"),
            Map.entry(ChatParameter.TOP_LOGPROBS, "7"),
            Map.entry(ChatParameter.PARALLEL_TOOL_CALLS, "false"),
            Map.entry(ChatParameter.USER, "\"user-4321\""),
            Map.entry(ChatParameter.METADATA, "{\"k\":\"value-4321\"}"),
            Map.entry(ChatParameter.SERVICE_TIER, "\"flex\""),
            Map.entry(ChatParameter.VERBOSITY, "\"low\""),
            Map.entry(ChatParameter.STORE, "true"),
            Map.entry(ChatParameter.PROMPT_CACHE_KEY, "\"key-4321\""),
            Map.entry(ChatParameter.SAFETY_IDENTIFIER, "\"safe-4321\""),
            Map.entry(ChatParameter.CACHE_CONTROL, "{\"type\":\"ephemeral\"}"),
            Map.entry("something_new", "\"new-4321\"")));

    static Stream<Arguments> cases() {
        Set<String> formats = new LinkedHashSet<>();
        for (String type : ProviderCatalog.builtIn().names()) {
            formats.addAll(ProviderCatalog.builtIn().type(type).protocols());
        }
        return formats.stream().flatMap(format -> VALUES.keySet().stream().map(param -> Arguments.of(format, param)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void parameterIsSentOrReportedOrRefused(String format, String param) {
        boolean beside = param.equals(ChatParameter.TOP_LOGPROBS);
        Encoded without = encode(format, beside ? Map.of(ChatParameter.LOGPROBS, "true") : Map.of());
        Map<String, String> params = new TreeMap<>(beside ? Map.of(ChatParameter.LOGPROBS, "true") : Map.of());
        params.put(param, VALUES.get(param));
        Encoded with = encode(format, params);

        List<String> reported = new ArrayList<>(with.dropped());
        reported.removeAll(without.dropped());
        boolean seen = !with.body().equals(without.body())
                && value(VALUES.get(param)).stream().allMatch(with.body()::contains);
        assertThat(with.refused() || seen || reported.stream().anyMatch(entry -> entry.startsWith(param)))
                .as("%s of %s: %s, dropped %s", param, format, with.body(), with.dropped())
                .isTrue();
    }

    @Test
    void everyParameterIsTested() {
        List<String> names = Arrays.stream(ChatParameter.class.getDeclaredFields())
                .filter(field -> Modifier.isPublic(field.getModifiers()) && Modifier.isStatic(field.getModifiers()))
                .map(UnsupportedParametersAreReportedTest::name)
                .toList();

        assertThat(names).isNotEmpty();
        assertThat(VALUES.keySet()).containsAll(names);
    }

    private record Encoded(String body, List<String> dropped, boolean refused) {}

    private static Encoded encode(String format, Map<String, String> params) {
        ObjectNode body = (ObjectNode)
                Json.readOrNull(
                        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"?\"}],"
                            + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}}]}");
        params.forEach((name, value) -> body.set(name, Json.readOrNull(value)));
        ClientProtocol client = Protocols.of(Surface.CHAT_COMPLETIONS);
        DroppedParameters dropped = new DroppedParameters();
        try {
            ByteSlice upstream = Protocols.named(format)
                    .encode(
                            client.decode(Protocols.read(client.surface(), Json.bytes(body))),
                            UpstreamModels.of("m"),
                            dropped);
            return new Encoded(upstream.toText(), dropped.list(), false);
        } catch (GatewayException refused) {
            assertThat(refused.error().param()).isNotNull();
            return new Encoded("", List.of(), true);
        }
    }

    /** The values that must occur upstream; none for flags, whose names differ between formats. */
    private static List<String> value(String json) {
        JsonNode value = Json.readOrNull(json);
        List<String> leaves = new ArrayList<>();
        if (value.isContainerNode()) {
            value.forEach(leaf -> leaves.add(leaf.asText()));
        } else if (!value.isBoolean()) {
            leaves.add(value.asText());
        }
        return leaves;
    }

    private static String name(java.lang.reflect.Field field) {
        try {
            return (String) field.get(null);
        } catch (IllegalAccessException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
