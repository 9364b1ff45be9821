package dev.sluice.admin.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;

/**
 * One page of a list.
 *
 * @param next cursor of the next page, or null on the last
 */
public record Page<T>(List<T> items, String next) {

    /** The header with {@link #next} in responses that are not JSON. */
    static final String HEADER = "x-sluice-next";

    public static final JsonField NEXT =
            JsonField.of("next", JsonField.Kind.TEXT, "Cursor of the next page; null on the last");

    /** A page without items. */
    public static <T> Page<T> empty() {
        return new Page<>(List.of(), null);
    }

    /**
     * @param found the items from the first of the page; one more than {@code limit} if another page follows
     * @param cursor of an item; the next page begins after it
     */
    public static <T> Page<T> of(List<T> found, int limit, Function<T, String> cursor) {
        return found.size() <= limit
                ? new Page<>(found, null)
                : new Page<>(found.subList(0, limit), cursor.apply(found.get(limit - 1)));
    }

    public AdminResponse response(String name, Function<T, JsonObject> view) {
        return response(name, new JsonArray(), view);
    }

    /** @param items precede those of the page, which are added to them */
    public AdminResponse response(String name, JsonArray items, Function<T, JsonObject> view) {
        this.items.forEach(item -> items.add(view.apply(item)));
        return AdminResponse.json(new JsonObject().put(name, items).put(NEXT.name(), next));
    }
}
