package dev.sluice.http.models;

import dev.sluice.catalog.ListedModel;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Principal;
import dev.sluice.protocol.models.ModelEntry;
import dev.sluice.route.ConfigSnapshot;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The list of models in each format, rendered once for a config and the lists of its providers. May be created on any
 * thread; confined to one event loop afterwards.
 */
final class ModelListing {

    /** Cached lists, one for each set of model patterns. */
    private static final int MAX_CACHED = 64;

    private final Sources sources;
    private final AvailableModels available;
    private final Map<String, RenderedModel> models = new LinkedHashMap<>();
    private final Map<List<String>, List<RenderedModel>> visible = new HashMap<>();
    private final Map<List<String>, ByteSlice> openAiLists = new HashMap<>();

    /** One model in each format. */
    record RenderedModel(String id, ByteSlice openAi, ByteSlice anthropic, ByteSlice google) {

        static RenderedModel of(ModelEntry entry) {
            return new RenderedModel(entry.id(), entry.openAi(), entry.anthropic(), entry.google());
        }
    }

    /** The input of a listing. */
    record Sources(ConfigSnapshot snapshot, Map<String, List<ListedModel>> lists) {

        /** By identity: an unchanged list is the same object. */
        boolean same(Sources other) {
            return snapshot == other.snapshot
                    && lists.keySet().equals(other.lists.keySet())
                    && lists.entrySet().stream().allMatch(list -> other.lists.get(list.getKey()) == list.getValue());
        }
    }

    ModelListing(Sources sources) {
        this.sources = sources;
        this.available = new AvailableModels(sources.snapshot, sources.lists);
        available.all().forEach(entry -> models.put(entry.id(), RenderedModel.of(entry)));
    }

    boolean isFrom(Sources others) {
        return sources.same(others);
    }

    /** The model, listed or not, or null if it is unknown or the principal may not use it. */
    RenderedModel find(String id, Principal principal) {
        if (!sources.snapshot.routes().hasPlan(id)
                || !principal.mayUse(sources.snapshot.routes().qualified(id))) {
            return null;
        }
        RenderedModel model = models.get(id);
        return model == null ? RenderedModel.of(available.unlisted(id)) : model;
    }

    /** The listed models that the principal may use. */
    List<RenderedModel> visible(Principal principal) {
        return cached(
                visible,
                principal,
                () -> models.values().stream()
                        .filter(model -> principal.mayUse(model.id))
                        .toList());
    }

    /** OpenAI's response: the whole list. */
    ByteSlice openAiList(Principal principal) {
        return cached(
                openAiLists,
                principal,
                () -> ModelPage.joined(
                        "{\"object\":\"list\",\"data\":[",
                        visible(principal).stream().map(RenderedModel::openAi).toList(),
                        "]}"));
    }

    private static <T> T cached(Map<List<String>, T> cache, Principal principal, Supplier<T> render) {
        T value = cache.get(principal.models());
        if (value == null) {
            value = render.get();
            if (cache.size() < MAX_CACHED) {
                cache.put(principal.models(), value);
            }
        }
        return value;
    }
}
