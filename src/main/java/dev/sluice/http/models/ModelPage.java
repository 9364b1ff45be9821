package dev.sluice.http.models;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.http.models.ModelListing.RenderedModel;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import io.vertx.core.MultiMap;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** Anthropic's cursor paging over a list of models. */
record ModelPage(List<RenderedModel> models, boolean more) {

    /** Anthropic's documentation, 2026-11. */
    private static final int DEFAULT_LIMIT = 20;

    private static final int LARGEST_LIMIT = 1000;

    /**
     * Selects a page.
     *
     * @param query {@code limit}, 1 to 1000, and {@code after_id} or {@code before_id}
     * @throws GatewayException INVALID_REQUEST, with the parameter at fault
     */
    static ModelPage of(List<RenderedModel> all, MultiMap query) {
        int limit = limit(query.get("limit"));
        String after = query.get("after_id");
        String before = query.get("before_id");
        if (after != null && before != null) {
            throw invalid("before_id", "at most one of after_id and before_id");
        }
        if (before != null) {
            int end = position(all, before, "before_id");
            int start = Math.max(0, end - limit);
            return new ModelPage(all.subList(start, end), start > 0);
        }
        int start = after == null ? 0 : position(all, after, "after_id") + 1;
        int end = Math.min(all.size(), start + limit);
        return new ModelPage(all.subList(start, end), end < all.size());
    }

    ByteSlice body() {
        // Valid names need no escaping.
        String first = models.isEmpty() ? "null" : '"' + models.getFirst().id() + '"';
        String last = models.isEmpty() ? "null" : '"' + models.getLast().id() + '"';
        return joined(
                "{\"data\":[",
                models.stream().map(RenderedModel::anthropic).toList(),
                "],\"has_more\":" + more + ",\"first_id\":" + first + ",\"last_id\":" + last + "}");
    }

    /** Items between two texts, with commas. */
    static ByteSlice joined(String head, List<ByteSlice> items, String tail) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(head.getBytes(UTF_8));
        String comma = "";
        for (ByteSlice item : items) {
            out.writeBytes(comma.getBytes(UTF_8));
            out.write(item.array(), item.offset(), item.length());
            comma = ",";
        }
        out.writeBytes(tail.getBytes(UTF_8));
        return ByteSlice.of(out.toByteArray());
    }

    private static int limit(String text) {
        if (text == null) {
            return DEFAULT_LIMIT;
        }
        boolean number = !text.isEmpty() && text.length() <= 4 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int limit = number ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > LARGEST_LIMIT) {
            throw invalid("limit", "1 to " + LARGEST_LIMIT);
        }
        return limit;
    }

    private static int position(List<RenderedModel> all, String id, String param) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).id().equals(id)) {
                return i;
            }
        }
        throw invalid(param, "the id of a model in this list");
    }

    private static GatewayException invalid(String param, String expected) {
        return new GatewayException(
                GatewayError.invalid(param + " is invalid (expected: " + expected + ")", param, "invalid_value"));
    }
}
