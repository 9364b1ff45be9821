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
 * All models in both shapes, rendered once for a config and the lists of its providers. Made on any thread, then used
 * on one.
 */
final class ModelListing {

    /** Lists for principals with patterns of their own that are kept. */
    private static final int REMEMBERED = 64;

    private final Sources sources;
    private final AvailableModels available;
    private final Map<String, Leaf> leaves = new LinkedHashMap<>();
    private final Map<List<String>, List<Leaf>> visible = new HashMap<>();
    private final Map<List<String>, ByteSlice> openAiLists = new HashMap<>();

    /** One model in both shapes. */
    record Leaf(String id, ByteSlice openAi, ByteSlice anthropic) {

        static Leaf of(ModelEntry entry) {
            return new Leaf(entry.id(), entry.openAi(), entry.anthropic());
        }
    }

    /** What a book is made of. */
    record Sources(ConfigSnapshot snapshot, Map<String, List<ListedModel>> lists) {

        /** By identity: a list that says the same as before is the same object. */
        boolean same(Sources other) {
            return snapshot == other.snapshot
                    && lists.keySet().equals(other.lists.keySet())
                    && lists.entrySet().stream().allMatch(list -> other.lists.get(list.getKey()) == list.getValue());
        }
    }

    ModelListing(Sources sources) {
        this.sources = sources;
        this.available = new AvailableModels(sources.snapshot, sources.lists);
        available.all().forEach(entry -> leaves.put(entry.id(), Leaf.of(entry)));
    }

    boolean isOf(Sources others) {
        return sources.same(others);
    }

    /** The model, listed or not, or null when this principal may not ask for it or nobody may. */
    Leaf find(String id, Principal principal) {
        if (!sources.snapshot.routes().knows(id) || !principal.mayUse(id)) {
            return null;
        }
        Leaf leaf = leaves.get(id);
        return leaf == null ? Leaf.of(available.unlisted(id)) : leaf;
    }

    /** What this principal may ask for, of what is listed. */
    List<Leaf> visible(Principal principal) {
        return remembered(
                visible,
                principal,
                () -> leaves.values().stream()
                        .filter(leaf -> principal.mayUse(leaf.id))
                        .toList());
    }

    /** OpenAI's answer: the whole list at once. */
    ByteSlice openAiList(Principal principal) {
        return remembered(
                openAiLists,
                principal,
                () -> ModelPage.joined(
                        "{\"object\":\"list\",\"data\":[",
                        visible(principal).stream().map(Leaf::openAi).toList(),
                        "]}"));
    }

    private static <T> T remembered(Map<List<String>, T> memory, Principal principal, Supplier<T> made) {
        T known = memory.get(principal.models());
        if (known == null) {
            known = made.get();
            if (memory.size() < REMEMBERED) {
                memory.put(principal.models(), known);
            }
        }
        return known;
    }
}
