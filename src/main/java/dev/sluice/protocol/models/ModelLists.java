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
 * Decodes a provider's model list ({@code GET …/models}). OpenAI, compatible providers and Anthropic have {@code data},
 * Cohere and Gemini {@code models}.
 */
public final class ModelLists {

    /** The maximum page size of Anthropic, Cohere and Gemini. */
    public static final int LARGEST_PAGE = 1000;

    private ModelLists() {}

    /**
     * One page of a model list.
     *
     * @param models the models that can be requested
     * @param next the query for the next page, or null on the last page
     */
    public record Page(List<ListedModel> models, Next next) {}

    /**
     * The query that gets the next page.
     *
     * @param size the page size parameter, to be set to {@link #LARGEST_PAGE}
     * @param name the cursor parameter
     * @param cursor as the provider sent it, not URL-encoded
     */
    public record Next(String size, String name, String cursor) {

        private static Next at(String size, String name, String cursor) {
            return cursor == null || cursor.isEmpty() ? null : new Next(size, name, cursor);
        }
    }

    /** @throws GatewayException with {@code UPSTREAM} when it is not a model list */
    public static Page read(ByteSlice body) {
        JsonNode tree;
        try {
            tree = Json.read(body);
        } catch (MalformedJson malformed) {
            throw notAList("it " + malformed.getMessage());
        }
        JsonNode data = tree.isArray() ? tree : Json.present(tree, "data");
        JsonNode items = data == null ? Json.present(tree, "models") : data;
        if (items == null || !items.isArray()) {
            throw notAList("it has neither \"data\" nor \"models\"");
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

    private static GatewayException notAList(String why) {
        return new GatewayException(GatewayError.of(Kind.UPSTREAM, "the response is not a model list: " + why));
    }
}
