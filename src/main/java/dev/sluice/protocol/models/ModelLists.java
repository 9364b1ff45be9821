package dev.sluice.protocol.models;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.catalog.ListedModel;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Reads the answer to a provider's {@code GET …/models}. The shape tells itself apart: OpenAI, those who extend it, and
 * Anthropic have {@code data}, Cohere and Gemini {@code models}.
 */
public final class ModelLists {

    /** What Anthropic, Cohere and Gemini give at most on one page. */
    public static final int LARGEST_PAGE = 1000;

    private ModelLists() {}

    /**
     * One answer.
     *
     * @param models those whose names can be asked for here; the rest is left out
     * @param next how to ask for what follows, or null when nothing does
     */
    public record Page(List<ListedModel> models, Next next) {}

    /**
     * The query that gets the next page.
     *
     * @param size the parameter that says how many, to be set to {@link #LARGEST_PAGE}
     * @param name the parameter that takes the cursor
     * @param cursor as the provider wrote it, not yet encoded
     */
    public record Next(String size, String name, String cursor) {

        private static Next at(String size, String name, String cursor) {
            return cursor == null || cursor.isEmpty() ? null : new Next(size, name, cursor);
        }
    }

    /** @throws GatewayException with {@code UPSTREAM} when it is no list of models */
    public static Page read(ByteSlice answer) {
        JsonNode tree;
        try {
            tree = Json.read(answer);
        } catch (MalformedJson malformed) {
            throw noList(malformed.getMessage());
        }
        JsonNode data = tree.isArray() ? tree : Json.present(tree, "data");
        JsonNode items = data == null ? Json.present(tree, "models") : data;
        if (items == null || !items.isArray()) {
            throw noList("it has neither \"data\" nor \"models\"");
        }
        List<ListedModel> models = new ArrayList<>();
        items.forEach(item -> models.add(ModelCard.read(item)));
        models.removeIf(Objects::isNull);
        return new Page(List.copyOf(models), next(tree));
    }

    private static Next next(JsonNode tree) {
        if (tree.path("has_more").booleanValue()) {
            return Next.at("limit", "after_id", Json.textAt(tree, "last_id"));
        }
        Next gemini = Next.at("pageSize", "pageToken", Json.textAt(tree, "nextPageToken"));
        return gemini == null ? Next.at("page_size", "page_token", Json.textAt(tree, "next_page_token")) : gemini;
    }

    private static GatewayException noList(String why) {
        return new GatewayException(GatewayError.of(Kind.UPSTREAM, "the answer is no list of models: " + why));
    }
}
