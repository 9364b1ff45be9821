package dev.sluice.protocol.spi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.HeaderText;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.Tool;
import dev.sluice.protocol.json.Json;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The parameters of one request that were dropped, renamed or changed for the target. The client gets them in
 * {@code x-sluice-dropped}, so they are made fit for a header here: names are the client's own, and may be anything.
 * Bounded in number and length; of a longer list the client gets the beginning.
 */
public final class DroppedParameters {

    static final int MAX_ENTRIES = 32;
    static final int MAX_ENTRY_LENGTH = 64;
    static final String MORE = "...";

    private final Set<String> entries = new LinkedHashSet<>();
    private final Set<String> lost = new LinkedHashSet<>();

    /**
     * @param name the client's name of the parameter, or a path such as {@code messages.image_url} for other parts of
     *     the request
     */
    public void dropped(String name) {
        add(name);
    }

    /**
     * A part of the request without which the response means something else, such as a tool or a message.
     *
     * @param entry as {@link #dropped}; {@code name=value} where the target gets another value
     */
    public void lost(String entry) {
        if (lost.size() < MAX_ENTRIES) {
            lost.add(headerSafe(entry));
        }
        add(entry);
    }

    /**
     * A tool that only its own format has. One that searches stored pages alone is no loss: the model may answer
     * without it, no other provider has it, and Codex declares it in every request.
     */
    public void tool(Tool.Native tool) {
        String entry = "tools." + tool.type();
        if (WebSearch.isOfStoredPages(tool)) {
            dropped(entry);
        } else {
            lost(entry);
        }
    }

    /**
     * A block of a message that only its own format has. A search that a provider ran is no loss: what it found is in
     * the text that follows.
     *
     * @param unnamed the entry for a block without a type
     */
    public void block(ContentPart.Native part, String unnamed) {
        String type = Json.textAt(part.block(), "type");
        String entry = "messages." + (type == null ? unnamed : type);
        if (WebSearch.isRun(part)) {
            dropped(entry);
        } else {
            lost(entry);
        }
    }

    /**
     * Reports the cache control of a part of a message, for formats without one.
     *
     * @param cacheControl null when the part has none
     */
    public void droppedCacheControl(JsonNode cacheControl) {
        if (cacheControl != null) {
            dropped("messages.cache_control");
        }
    }

    public void renamed(String from, String to) {
        add(from + "->" + to);
    }

    /** The provider gets another value than the client sent. */
    public void adjusted(String name, Object value) {
        add(name + "=" + value);
    }

    /** Adds the entries of another list. */
    public void addAll(DroppedParameters others) {
        others.entries.forEach(this::add);
        others.lost.forEach(this::lost);
    }

    /** All entries in the order they were added, each once. */
    public List<String> list() {
        return List.copyOf(entries);
    }

    /** The entries without which the response means something else. */
    public List<String> listLost() {
        return List.copyOf(lost);
    }

    private void add(String entry) {
        if (entries.size() < MAX_ENTRIES) {
            entries.add(headerSafe(entry));
        } else if (entries.size() == MAX_ENTRIES && !entries.contains(headerSafe(entry))) {
            entries.add(MORE);
        }
    }

    /** Without blanks and commas, which separate entries. */
    private static String headerSafe(String entry) {
        return HeaderText.printable(entry, MAX_ENTRY_LENGTH).replace(' ', '?').replace(',', '?');
    }
}
