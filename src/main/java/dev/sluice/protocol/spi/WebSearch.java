package dev.sluice.protocol.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ChatVariant;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A client's request that the provider searches the web: a tool of Responses ({@code web_search}), Anthropic
 * ({@code web_search_20250305} and later), Gemini ({@code googleSearch}) or OpenRouter, or the parameter
 * {@code web_search_options} of Chat Completions. The settings that formats have in common; a target takes those it
 * knows, and {@link #dropRest} reports the others.
 */
public final class WebSearch {

    /** The tool's name, where a tool choice names it. */
    public static final String NAME = "web_search";

    /** The parameter of Chat Completions. */
    public static final String OPTIONS = "web_search_options";

    private static final String OPENROUTER = "openrouter:web_search";

    private static final byte[][] MARKS = {
        "web_search_2".getBytes(StandardCharsets.US_ASCII),
        "googleSearch".getBytes(StandardCharsets.US_ASCII),
        "google_search".getBytes(StandardCharsets.US_ASCII)
    };

    private static final List<String> LOCATION = List.of("city", "region", "country", "timezone");

    private final String where;
    private final DroppedParameters dropped;
    private final ObjectNode rest;
    private ObjectNode location;
    private ArrayNode allowed;
    private ArrayNode blocked;

    private WebSearch(String where, JsonNode settings, DroppedParameters dropped) {
        this.where = where;
        this.dropped = dropped;
        this.rest = settings.isObject() ? settings.deepCopy() : Json.object();
        rest.remove(
                List.of("type", "name", "cache_control", "allowed_callers", "defer_loading", "external_web_access"));
        JsonNode filters = rest.remove("filters");
        if (filters instanceof ObjectNode given) {
            given.properties().forEach(filter -> rest.set(filter.getKey(), filter.getValue()));
        }
        allowed = list("allowed_domains");
        blocked = list("blocked_domains");
        blocked = blocked == null ? list("excluded_domains") : blocked;
        JsonNode place = rest.remove("user_location");
        if (place != null) {
            location(place.path("approximate").isObject() ? place.get("approximate") : place);
        }
        rest.properties().removeIf(member -> member.getValue().isNull());
    }

    /**
     * The search that a tool of another format asks for.
     *
     * @return null when the tool is none, or one that another provider cannot run as the client wants it:
     *     {@code external_web_access: false} allows stored pages only
     */
    public static WebSearch of(Tool.Native tool, DroppedParameters dropped) {
        String type = tool.type();
        if (!isSearch(type)) {
            return null;
        }
        return isOfStoredPages(tool) ? null : new WebSearch("tools." + type, settings(tool), dropped);
    }

    private static JsonNode settings(Tool.Native tool) {
        String type = tool.type();
        return type.startsWith(NAME) ? tool.raw() : tool.raw().path(type.equals(OPENROUTER) ? "parameters" : type);
    }

    /** Whether the tool is a search that may not access the web. */
    static boolean isOfStoredPages(Tool.Native tool) {
        JsonNode access = isSearch(tool.type()) ? settings(tool).path("external_web_access") : null;
        return access != null && access.isBoolean() && !access.booleanValue();
    }

    /** Whether the client has the provider search, by a tool. */
    public static boolean isRequested(ChatRequest request) {
        for (Tool tool : request.tools()) {
            if (tool instanceof Tool.Native nativeTool && isSearch(nativeTool.type())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSearch(String type) {
        return type.startsWith(NAME)
                || type.equals(OPENROUTER)
                || type.equals("googleSearch")
                || type.equals("googleSearchRetrieval");
    }

    /** The search that a Chat Completions client asks for by {@link #OPTIONS}; null without it. */
    public static WebSearch ofOptions(RequestParameters params, DroppedParameters dropped) {
        JsonNode options = params.consume(OPTIONS);
        return options == null ? null : new WebSearch(OPTIONS, options, dropped);
    }

    /**
     * Whether the bytes of a Chat, Messages or Gemini request may ask for a search; false for nearly all, at the cost
     * of one search in its tools.
     */
    public static boolean mayBeIn(ClientRequest request) {
        return request.surface() == Surface.CHAT_COMPLETIONS
                ? request.member(OPTIONS) != null
                : ReasoningSeal.anyStringBegins(request, "tools", MARKS);
    }

    /** Whether the target searches by the Responses API only. */
    public static boolean needsResponses(UpstreamModel target) {
        ChatVariant.Search search = target.variant().webSearch();
        return search == ChatVariant.Search.XAI
                || search == ChatVariant.Search.AZURE
                || search == ChatVariant.Search.OPENAI && !hasOptions(target);
    }

    /** Whether the target takes {@link #OPTIONS}, as {@code gpt-4o-search-preview} does, which always searches. */
    public static boolean hasOptions(UpstreamModel target) {
        return target.variant().webSearch() == ChatVariant.Search.OPENAI
                && target.model().contains("-search");
    }

    /** Whether the tool choice forces the search, and not a function. */
    public static boolean isForced(ChatRequest request) {
        ToolChoice choice = request.toolChoice();
        if (choice == null || !choice.forces()) {
            return false;
        }
        boolean searches = false;
        for (Tool tool : request.tools()) {
            if (tool instanceof Tool.Native nativeTool) {
                searches |= isSearch(nativeTool.type());
            } else if (choice.name() == null
                    || tool instanceof Tool.Function function && choice.name().equals(function.name())) {
                return false;
            }
        }
        return searches && (choice.name() == null || choice.name().equals(NAME));
    }

    /** Whether a block of a conversation is a search that a provider ran, or its results. */
    static boolean isRun(ContentPart.Native part) {
        String type = Json.textAt(part.block(), "type");
        return "web_search_call".equals(type)
                || "web_search_tool_result".equals(type)
                || "server_tool_use".equals(type) && NAME.equals(Json.textAt(part.block(), "name"));
    }

    /** Whether the client's format lists all pages that a search found, as Anthropic's does. */
    public boolean listsSources() {
        return where.matches("tools\\.web_search_\\d{8}");
    }

    /** The domains to which the search is limited; null for all. */
    public ArrayNode allowedDomains() {
        return take(allowed, () -> allowed = null);
    }

    /** The domains that the search leaves out; null for none. */
    public ArrayNode blockedDomains() {
        return take(blocked, () -> blocked = null);
    }

    /** City, region, country and time zone of the user as far as they are known; null without any. */
    public ObjectNode location() {
        return take(location, () -> location = null);
    }

    /** A setting that the target has under the same name; null when the client did not send it. */
    public JsonNode setting(String name) {
        return rest.remove(name);
    }

    /** Whether {@link #allowedDomains} were sent and not taken. */
    public boolean isLimited() {
        return allowed != null;
    }

    /** Reports the settings that were not taken. A limit to domains is a loss. */
    public void dropRest() {
        if (allowed != null) {
            dropped.lost(where + ".allowed_domains");
        }
        if (blocked != null) {
            dropped.lost(where + ".blocked_domains");
        }
        if (location != null) {
            dropped.dropped(where + ".user_location");
        }
        rest.fieldNames().forEachRemaining(name -> dropped.dropped(where + "." + name));
    }

    private ArrayNode list(String name) {
        return rest.remove(name) instanceof ArrayNode names && !names.isEmpty() ? names : null;
    }

    private void location(JsonNode place) {
        ObjectNode known = Json.object();
        for (String member : LOCATION) {
            if (place.path(member).isTextual()) {
                known.set(member, place.get(member));
            }
        }
        location = known.isEmpty() ? null : known;
    }

    private static <T> T take(T value, Runnable clear) {
        clear.run();
        return value;
    }
}
