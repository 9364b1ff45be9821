package dev.sluice.admin.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;

/**
 * As many of a list as were asked for.
 *
 * @param next where the next page begins, or null when this is the last
 */
public record Page<T>(List<T> items, String next) {

    /** Where {@link #next} stands in an answer that is no JSON. */
    static final String HEADER = "x-sluice-next";

    public static final JsonField NEXT =
            JsonField.of("next", JsonField.Kind.TEXT, "where the next page begins; null on the last");

    /** Where there is nothing to list. */
    public static <T> Page<T> empty() {
        return new Page<>(List.of(), null);
    }

    /**
     * @param found the items from the page's first; one more than {@code limit} if there are that many, which is how it
     *     is known that another page follows
     * @param place where an item stands, such that the next page begins after it
     */
    public static <T> Page<T> of(List<T> found, int limit, Function<T, String> place) {
        return found.size() <= limit
                ? new Page<>(found, null)
                : new Page<>(found.subList(0, limit), place.apply(found.get(limit - 1)));
    }

    public AdminResponse answer(String name, Function<T, JsonObject> view) {
        return answer(name, new JsonArray(), view);
    }

    /** @param items what stands before those of the page; they are added to it */
    public AdminResponse answer(String name, JsonArray items, Function<T, JsonObject> view) {
        this.items.forEach(item -> items.add(view.apply(item)));
        return AdminResponse.json(new JsonObject().put(name, items).put(NEXT.name(), next));
    }
}
