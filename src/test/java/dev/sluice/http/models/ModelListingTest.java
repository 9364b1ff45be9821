package dev.sluice.http.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.ListedModel;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.model.Principal;
import dev.sluice.route.ConfigSnapshot;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which models a caller sees and finds, and when a listing is out of date. */
class ModelListingTest {

    private static final ConfigSnapshot SNAPSHOT = AvailableModelsTest.snapshot("""
        providers:
          one: { type: openai_compatible, base_url: "http://127.0.0.1:9/v1" }
          two: { type: openai_compatible, base_url: "http://127.0.0.1:9/v1", models: [named, shown] }
        models:
          fast: { targets: [{ provider: one, model: small }] }
        """);

    @Test
    void aListingShowsWhatItsCallerMayUse() {
        ModelListing listing = new ModelListing(new ModelListing.Sources(SNAPSHOT, Map.of()));
        Principal narrow = new Principal("narrow", null, List.of("two/*"));

        assertThat(listing.visible(narrow))
                .extracting(ModelListing.RenderedModel::id)
                .containsExactly("two/named", "two/shown");
        assertThat(listing.visible(Principal.OPEN))
                .extracting(ModelListing.RenderedModel::id)
                .contains("fast");
        assertThat(listing.openAiList(narrow).toText())
                .startsWith("{\"object\":\"list\",\"data\":[{\"id\":\"two/named\"")
                .doesNotContain("fast")
                .endsWith("]}");
        assertThat(listing.openAiList(narrow)).isSameAs(listing.openAiList(narrow));
    }

    @Test
    void aModelIsFoundIfItMayBeRequestedAlsoUnlisted() {
        ModelListing listing = new ModelListing(new ModelListing.Sources(SNAPSHOT, Map.of()));
        Principal narrow = new Principal("narrow", null, List.of("two/*"));

        assertThat(listing.find("two/named", narrow).id()).isEqualTo("two/named");
        assertThat(listing.find("one/anything", Principal.OPEN).id()).isEqualTo("one/anything");
        assertThat(listing.find("one/anything", narrow)).isNull();
        assertThat(listing.find("nowhere", Principal.OPEN)).isNull();
    }

    @Test
    void sourcesAreTheSameByIdentityOfTheirLists() {
        List<ListedModel> list = List.of(ListedModel.unlisted("small", ModelFacts.UNKNOWN));
        ModelListing listing = new ModelListing(new ModelListing.Sources(SNAPSHOT, Map.of("one", list)));

        assertThat(listing.isFrom(new ModelListing.Sources(SNAPSHOT, Map.of("one", list))))
                .isTrue();
        assertThat(listing.isFrom(new ModelListing.Sources(
                        SNAPSHOT, Map.of("one", List.of(ListedModel.unlisted("small", ModelFacts.UNKNOWN))))))
                .isFalse();
        assertThat(listing.isFrom(new ModelListing.Sources(SNAPSHOT, Map.of()))).isFalse();
    }
}
