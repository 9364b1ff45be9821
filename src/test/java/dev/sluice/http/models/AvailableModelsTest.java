package dev.sluice.http.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.ListedModel;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.model.Surface;
import dev.sluice.protocol.models.ModelEntry;
import dev.sluice.route.ConfigSnapshot;
import dev.sluice.route.RouteTable;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The list of models: routes, models of the configuration, and the lists of the providers. */
class AvailableModelsTest {

    private static final ConfigSnapshot SNAPSHOT = snapshot("""
        providers:
          one: { type: openai_compatible, base_url: "http://127.0.0.1:9/v1" }
          two: { type: openai_compatible, base_url: "http://127.0.0.1:9/v1", models: [named, shown] }
        models:
          fast: { targets: [{ provider: one, model: small }, { provider: one, model: large }] }
        model_info:
          small: { context: 1000, max_output: 100, input: 1, output: 2 }
          large: { context: 2000, input: 1, output: 2 }
        """);

    @Test
    void routesComeFirstThenTheModelsOfEachProvider() {
        assertThat(ids(Map.of("one", List.of(listed("small"), listed("other")))))
                .startsWith("fast")
                .contains("one/small", "one/other", "two/named", "two/shown")
                .doesNotHaveDuplicates();
    }

    @Test
    void theSameModelTwiceInAListIsOneEntry() {
        ListedModel first = new ListedModel("m", "First", 1, false, ModelFacts.UNKNOWN, null);
        ListedModel second = new ListedModel("m", "Second", 2, false, ModelFacts.UNKNOWN, null);

        List<ModelEntry> all = new AvailableModels(SNAPSHOT, Map.of("one", List.of(first, second))).all();

        assertThat(all.stream().filter(entry -> entry.id().equals("one/m")))
                .singleElement()
                .extracting(ModelEntry::name)
                .isEqualTo("First");
    }

    /** A limit holds for a route only if it holds for each target: the lowest, and none where one is unknown. */
    @Test
    void aRouteHasTheFactsThatHoldForEachOfItsTargets() {
        ModelEntry route = entry("fast", Map.of());

        assertThat(route.owner()).isEqualTo("sluice");
        assertThat(route.facts().contextTokens()).isEqualTo(1000);
        assertThat(route.facts().maxOutputTokens()).isZero();
    }

    @Test
    void factsOfTheConfigurationPrecedeThoseOfTheProvider() {
        ListedModel small = new ListedModel("small", null, 7, true, new ModelFacts(5, 50, Set.of()), null);

        ModelEntry entry = entry("one/small", Map.of("one", List.of(small)));

        assertThat(entry.facts().contextTokens()).isEqualTo(1000);
        assertThat(entry.created()).isEqualTo(7);
        assertThat(entry.deprecated()).isTrue();
        assertThat(entry.name()).isEqualTo("small");
    }

    @Test
    void factsOfTheProviderFillWhatTheConfigurationLeavesOut() {
        ListedModel other = new ListedModel("other", null, 0, false, new ModelFacts(5, 50, Set.of()), null);

        assertThat(entry("one/other", Map.of("one", List.of(other))).facts().maxOutputTokens())
                .isEqualTo(50);
    }

    @Test
    void anUnlistedModelHasItsProvidersSurfaces() {
        ModelEntry unlisted = new AvailableModels(SNAPSHOT, Map.of()).unlisted("one/a/b");

        assertThat(unlisted.id()).isEqualTo("one/a/b");
        assertThat(unlisted.owner()).isEqualTo("one");
        assertThat(unlisted.name()).isEqualTo("a/b");
        assertThat(unlisted.surfaces()).contains(Surface.CHAT_COMPLETIONS);
    }

    private static List<String> ids(Map<String, List<ListedModel>> lists) {
        return new AvailableModels(SNAPSHOT, lists)
                .all().stream().map(ModelEntry::id).toList();
    }

    private static ModelEntry entry(String id, Map<String, List<ListedModel>> lists) {
        return new AvailableModels(SNAPSHOT, lists)
                .all().stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
    }

    private static ListedModel listed(String id) {
        return ListedModel.unlisted(id, ModelFacts.UNKNOWN);
    }

    static ConfigSnapshot snapshot(String yaml) {
        LoadedConfig loaded = ConfigLoader.parse(yaml, "test.yaml", name -> null, Path.of("."));
        if (!(loaded instanceof LoadedConfig.Ok ok)) {
            throw new IllegalArgumentException(loaded.toString());
        }
        SluiceConfig config = ok.config();
        Map<String, Long> generations = new HashMap<>();
        config.providers().keySet().forEach(name -> generations.put(name, 1L));
        return new ConfigSnapshot(config, "r1", new RouteTable(config, generations));
    }
}
