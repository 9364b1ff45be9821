package dev.sluice.http.models;

import dev.sluice.http.models.ModelListing.RenderedModel;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import io.vertx.core.MultiMap;
import java.util.List;

/** Google's paging over a list of models: {@code pageSize} and {@code pageToken}. */
final class GoogleModelPage {

    /** Google's documentation, 2026-11. A larger size counts as the largest. */
    private static final int DEFAULT_SIZE = 50;

    private static final int LARGEST_SIZE = 1000;

    private GoogleModelPage() {}

    /** @throws GatewayException INVALID_REQUEST, with the parameter at fault */
    static ByteSlice of(List<RenderedModel> all, MultiMap query) {
        int size = number(query.get("pageSize"), "pageSize", DEFAULT_SIZE);
        size = size == 0 ? DEFAULT_SIZE : Math.min(size, LARGEST_SIZE);
        int start = Math.min(all.size(), number(query.get("pageToken"), "pageToken", 0));
        int end = Math.min(all.size(), start + size);
        String next = end < all.size() ? ",\"nextPageToken\":\"" + end + "\"" : "";
        return ModelPage.joined(
                "{\"models\":[",
                all.subList(start, end).stream().map(RenderedModel::google).toList(),
                "]" + next + "}");
    }

    private static int number(String text, String param, int absent) {
        if (text == null || text.isEmpty()) {
            return absent;
        }
        if (text.length() > 6 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new GatewayException(GatewayError.invalid(
                    param + " is invalid (expected: a whole number, or the nextPageToken of a list)",
                    param,
                    "invalid_value"));
        }
        return Integer.parseInt(text);
    }
}
