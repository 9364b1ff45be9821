package dev.sluice.protocol.spi;

import java.util.ArrayList;
import java.util.List;

/**
 * The parameters of one request that were dropped, renamed or changed for the target. The client gets them in
 * {@code x-sluice-dropped}.
 */
public final class DroppedParameters {

    private final List<String> list = new ArrayList<>();

    /**
     * @param name the client's name of the parameter, or a path such as {@code messages.image_url} for other parts of
     *     the request
     */
    public void dropped(String name) {
        add(name);
    }

    public void renamed(String from, String to) {
        add(from + "->" + to);
    }

    /** The provider gets another value than the client sent. */
    public void adjusted(String name, Object value) {
        add(name + "=" + value);
    }

    /** All entries in the order they were added, each once. */
    public List<String> list() {
        return List.copyOf(list);
    }

    private void add(String entry) {
        if (!list.contains(entry)) {
            list.add(entry);
        }
    }
}
